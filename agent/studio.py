"""The composition root: settings in, a ready interview out. Only entry points import this."""

from __future__ import annotations

import importlib.metadata
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.brain import Brain
from agent.channels import Channel
from agent.context import Context
from agent.graph import open_checkpoints
from agent.interview import Interview
from agent.plan import Plan
from agent.settings import Settings
from agent.view import View
from agent.weights import folder
from evaluation.judge import Judge
from evaluation.session import (
    PlannedQuestion,
    SessionFolder,
    SessionMeta,
    new_session_id,
    now_utc,
)
from prompts.conduct import load_conduct
from prompts.errors import UsageError, VivaError
from prompts.persona import Persona
from prompts.prompt import LanguageModel
from prompts.question_bank import QuestionBank
from prompts.rubric import Level, load_rubric

ENCODER = "minilm-l6-v2"
ROOM_NEEDED_BYTES = 200_000_000
"""A 45-minute recording takes 173 MB; with less room than this the session is not begun."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The parts that may talk to an endpoint, with the line that says where words go."""

    brain: Brain
    judge: Judge
    said: str
    """One line for the beginning: which brain, which judge, what leaves this machine."""
    models: dict[str, str]


def open_engines(settings: Settings, persona: Persona, level: Level, *, seed: int) -> Engines:
    """Brain and judge as configured. `auto` takes the endpoint when one is set.

    Raises UsageError when `openai` is asked for and nothing is configured, VivaError when the
    encoder's weights are missing.
    """
    from agent.offline_brain import OfflineBrain
    from evaluation.offline_judge import OfflineJudge

    weights = folder(ENCODER)
    offline = OfflineBrain(weights, persona, seed=seed)
    brain: Brain = offline
    judge: Judge = OfflineJudge(offline.encoder)
    models = {"encoder": ENCODER, "recogniser": settings.whisper}
    if wants_endpoint(settings, settings.brain):
        from agent.model_brain import ModelBrain

        model = open_model(settings, settings.turn_budget_s)
        brain = ModelBrain(model, offline, persona)
        models["brain"] = model.name
    if wants_endpoint(settings, settings.judge):
        from evaluation.llm_judge import LLMJudge

        model = open_model(settings, settings.judge_budget_s)
        judge = LLMJudge(model, samples=settings.judge_samples)
        models["judge"] = model.name
    return Engines(brain, judge, first_line(settings, brain, judge), models)


def wants_endpoint(settings: Settings, choice: str) -> bool:
    """Whether `choice` (auto, offline, openai) means the endpoint here."""
    if choice == "openai" and not settings.has_endpoint:
        raise UsageError(
            "no endpoint is configured",
            todo="Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.",
        )
    return choice == "openai" or (choice == "auto" and settings.has_endpoint)


def open_model(settings: Settings, budget_s: float) -> LanguageModel:
    """The endpoint's model with a time budget for each call."""
    from agent.models import OpenAIModel

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    return OpenAIModel(
        model=settings.model, base_url=settings.openai_base_url, api_key=key, budget_s=budget_s
    )


def first_line(settings: Settings, brain: Brain, judge: Judge) -> str:
    """Which engines run, and what leaves the machine."""
    engines = f"Brain: {brain.name}. Judge: {judge.name}."
    if brain.name == judge.name == "offline":
        return f"{engines} Nothing leaves this machine."
    place = settings.openai_base_url or "api.openai.com"
    return f"{engines} The words of the interview, not the sound, go to {place}."


def create_session(
    settings: Settings,
    plan: Plan,
    persona: Persona,
    engines: Engines,
    *,
    level: Level,
    seed: int,
    retry_of: str = "",
) -> SessionFolder:
    """A new session folder; refuses to begin where the disk cannot hold it."""
    meta = SessionMeta(
        id=new_session_id(),
        created=now_utc(),
        level=level,
        minutes=sum(plan.minutes),
        persona=persona.id,
        brain=engines.brain.name,
        judge=engines.judge.name,
        questions=tuple(
            PlannedQuestion(id=q.id, text=q.prompt, type=q.type, known=True, minutes=minutes)
            for q, minutes in zip(plan.questions, plan.minutes, strict=True)
        ),
        seed=seed,
        versions=versions(),
        models=engines.models,
        prompt_hashes=prompt_hashes() if settings.has_endpoint else {},
        settings=settings.public(),
        retry_of=retry_of,
    )
    session = SessionFolder.create(settings.sessions_home, meta)
    free = shutil.disk_usage(session.path).free
    if free < ROOM_NEEDED_BYTES:
        raise UsageError(
            f"only {free // 1_000_000} MB are free",
            where=str(settings.sessions_home),
            todo="Free 200 MB, or choose another place with VIVA_SESSIONS_HOME.",
        )
    return session


def versions() -> dict[str, str]:
    """Versions of what decides over a session's outcome."""
    names = ("viva-interview", "langgraph", "faster-whisper", "openai", "hibari-tts", "pyttsx3")
    found: dict[str, str] = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def prompt_hashes() -> dict[str, str]:
    """Template name → hash, so that a session says which wording it was made with."""
    from prompts.templates import load_template, template_names

    return {name: load_template(name).digest for name in template_names()}


@contextmanager
def open_interview(
    session: SessionFolder,
    engines: Engines,
    bank: QuestionBank,
    persona: Persona,
    channel: Channel,
    view: View,
) -> Iterator[Interview]:
    """The interview of `session`, locked against a second process; the channel is closed after."""
    with ExitStack() as stack:
        stack.enter_context(session.lock())
        stack.callback(channel.close)
        saver = stack.enter_context(open_checkpoints(session.checkpoint_path))
        context = Context(
            bank=bank,
            rubric=load_rubric(),
            conduct=load_conduct(),
            persona=persona,
            brain=engines.brain,
            judge=engines.judge,
            record=session.record,
            save=session.save_evaluation,
        )
        yield Interview(session, context, channel, view, saver)


def write_report(session: SessionFolder, bank: QuestionBank) -> Path:
    """Write report.html with the recording embedded where there is one.

    Raises VivaError when the session has not been scored.
    """
    from audio.wav import compress, recording_ms
    from evaluation.report import render

    evaluation = session.evaluation()
    if evaluation is None:
        raise VivaError(
            "is not scored yet", where=str(session.path), todo="Run `viva score` on it first."
        )
    has_sound = session.audio_path.exists()
    session.save_report(
        render(
            session.record(),
            evaluation,
            bank,
            load_rubric(),
            session.meta,
            sound=compress(session.audio_path) if has_sound else None,
            sound_ms=round(recording_ms(session.audio_path)) if has_sound else None,
        )
    )
    return session.report_path

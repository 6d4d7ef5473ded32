"""The composition root: settings in, a ready interview out. Only entry points import this."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from agent.brain import Brain
from agent.channels import Channel
from agent.context import Context
from agent.endpoint import endpoint_name, open_model, wants_endpoint
from agent.interview import Interview
from agent.packs import own_questions
from agent.plan import Plan
from agent.recogniser import open_endpoint, recogniser_name
from agent.session_store import SessionStore, keeper
from agent.settings import Settings
from agent.view import View
from agent.weights import folder
from evaluation.encoder import SentenceEncoder
from evaluation.json_lines import first_fault
from evaluation.judge import Judge
from evaluation.session import (
    META_FILE,
    PlannedQuestion,
    SessionFolder,
    SessionMeta,
    new_session_id,
    now_utc,
)
from evaluation.session_meta import TwinNote
from prompts.conduct import Conduct, DrillName, known_drill, load_conduct
from prompts.errors import InputFileError, UsageError
from prompts.persona import Persona, load_persona
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


def open_engines(
    settings: Settings,
    persona: Persona,
    level: Level,
    *,
    seed: int,
    encoder: SentenceEncoder | None = None,
) -> Engines:
    """Brain and judge as configured. `auto` takes the endpoint when one is set.

    `encoder`: one that other interviews use as well; None = one of its own.

    Raises UsageError when `openai` is asked for and nothing is configured, VivaError when the
    encoder's weights are missing.
    """
    from agent.offline_brain import OfflineBrain

    encoder = encoder or SentenceEncoder(folder(ENCODER))
    offline = OfflineBrain(encoder, persona, seed=seed)
    brain: Brain = offline
    judge = open_judge(settings, encoder)
    models = {"encoder": ENCODER, "recogniser": recogniser_name(settings)}
    if wants_endpoint(settings, settings.brain):
        from agent.model_brain import ModelBrain
        from agent.model_limits import READER_LIMITS, ModelLimits

        brain = ModelBrain(
            open_model(settings, ModelLimits(), settings.turn_budget_s),
            open_model(settings, READER_LIMITS),
            offline,
            persona,
            budget_s=settings.turn_budget_s,
        )
        models["brain"] = brain.name
    models["judge"] = judge.name
    return Engines(brain, judge, first_line(settings, brain, judge), models)


def open_judge(settings: Settings, encoder: SentenceEncoder | None = None) -> Judge:
    """The judge as configured; `encoder` is shared with the brain where there is one.

    With `auto` the offline judge stands beside the model's and takes over where it fails; `openai`
    means the model and nothing else.
    """
    from evaluation.offline_judge import OfflineJudge

    if not wants_endpoint(settings, settings.judge):
        return OfflineJudge(encoder or scoring_encoder())
    from agent.model_limits import JUDGE_LIMITS
    from evaluation.llm_judge import LLMJudge
    from evaluation.second_opinion import JudgePair

    model = open_model(settings, JUDGE_LIMITS, settings.judge_budget_s)
    judge = LLMJudge(model, samples=settings.judge_samples)
    if settings.judge == "openai":
        return judge
    return JudgePair(judge, OfflineJudge(encoder or scoring_encoder()))


def scoring_encoder() -> SentenceEncoder:
    """The encoder for scoring alone: no recogniser runs beside it, so it takes a second core.

    On a busy machine a second thread only spins, at twice the work for no gain (measured).
    """
    cores = os.cpu_count() or 1
    free = cores - (os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0)
    return SentenceEncoder(folder(ENCODER), threads=2 if free >= 1 and cores > 1 else 1)


def first_line(settings: Settings, brain: Brain, judge: Judge) -> str:
    """Which engines run, and what leaves the machine."""
    engines = f"Brain: {brain.name}. Judge: {judge.name}."
    offline = brain.name == judge.name == "offline"
    if settings.transcription == "openai":
        heard = f"Your voice goes to {open_endpoint(settings).where} to be transcribed"
        words = "" if offline else f", the words to {endpoint_name(settings)}"
        return f"{engines} {heard}{words}."
    if offline:
        return f"{engines} Nothing leaves this machine."
    return f"{engines} The words, not the sound, go to {endpoint_name(settings)}."


def create_session(
    settings: Settings,
    plan: Plan,
    persona: Persona,
    engines: Engines,
    *,
    level: Level,
    seed: int,
    retry_of: str = "",
    material: tuple[str, ...] = (),
    drill: DrillName | Literal[""] = "",
    twins: tuple[TwinNote, ...] = (),
    demo: bool = False,
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
            PlannedQuestion(
                id=q.id,
                text=q.prompt,
                type=q.type,
                known=True,
                minutes=minutes,
                sheet=q.sheet_digest,
                anchor=anchor,
            )
            for q, minutes, anchor in zip(
                plan.questions, plan.minutes, plan.anchors or repeat(""), strict=False
            )
        ),
        own_questions=own_questions((*plan.questions, *chain(*plan.offers))),
        difficulty=settings.difficulty,
        material=material,
        seed=seed,
        versions=versions(),
        models=engines.models,
        prompt_hashes=prompt_hashes() if settings.has_endpoint else {},
        settings=settings.public(),
        retry_of=retry_of,
        # The whole persona: a file of the user's may be gone or changed when it is taken up.
        persona_data=persona.model_dump(mode="json"),
        drill=drill,
        criteria=(load_conduct().drills[drill].criterion,) if drill else (),
        twins=twins,
        demo=demo,
    )
    refuse_full_disk(settings.sessions_home)
    return SessionFolder.create(settings.sessions_home, meta)


def refuse_full_disk(home: Path) -> None:
    """UsageError where a recording would not fit; an unwritable place is told by who writes."""
    place = next((each for each in (home, *home.parents) if each.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    if free < ROOM_NEEDED_BYTES:
        raise UsageError(
            f"only {free // 1_000_000} MB are free",
            where=str(home),
            todo="Free 200 MB, or choose another place with VIVA_SESSIONS_HOME.",
        )


def persona_of(meta: SessionMeta) -> Persona:
    """The persona a session was begun with. Raises InputFileError when session.json holds none."""
    if not meta.persona_data:
        # By its id alone: a session from a stranger must not name a file of this machine.
        if not meta.persona.replace("-", "").replace("_", "").isalnum():
            raise InputFileError(META_FILE, f"persona: {meta.persona!r} is no id")
        return load_persona(meta.persona)
    try:
        return Persona.model_validate(meta.persona_data)
    except ValidationError as error:
        what = f"persona_data is no persona ({first_fault(error)})"
        raise InputFileError(META_FILE, what) from error


def conduct_of(meta: SessionMeta) -> Conduct:
    """How a session is conducted: a drill has only its own phases.

    Raises UsageError for a drill that this version does not have.
    """
    conduct = load_conduct()
    if not meta.drill:
        return conduct
    return conduct.drilled(known_drill(meta.drill))


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
    open_channel: Callable[[], Channel],
    view: View,
    store: SessionStore | None = None,
) -> Iterator[Interview]:
    """The interview of `session`, locked against a second process; the channel is closed after.

    `store`: where its checkpoints are, the folder itself by default.
    """
    with ExitStack() as stack:
        stack.enter_context(session.lock())
        stack.callback(engines.brain.close)
        saver = stack.enter_context(keeper(session, store).checkpoints(session))
        # Until now the session may have been another process's.
        session.reread()
        channel = open_channel()
        stack.callback(channel.close)
        context = Context(
            bank=bank,
            rubric=load_rubric(),
            conduct=conduct_of(session.meta),
            persona=persona,
            brain=engines.brain,
            judge=engines.judge,
            record=session.record,
            save=session.save_evaluation,
        )
        interview = Interview(session, context, channel, view, saver)
        # Before the checkpoints are closed: SQLite under a thread at work took the process down.
        stack.callback(interview.close)
        yield interview

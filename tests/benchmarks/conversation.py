"""Drives the real program at a virtual sound card: turns in, a session folder out."""

from __future__ import annotations

import dataclasses
import itertools
import time
from dataclasses import dataclass
from pathlib import Path

from candidate_turns import CandidateTurn
from endpoint_server import LIKE_A_SERVICE, EndpointServer
from sound_card import Playing, Recording, SoundCard
from starlette.requests import Request
from starlette.responses import Response
from stereo import audible, span
from viva_program import Program

from audio.frame import SAMPLE_RATE, Samples

REACTION_S = 0.4
"""A quick candidate answers this long after the interviewer has ended (seconds)."""
KEY = "sk-benchmark"

WORDINGS = (
    "What made you prefer that over the other ways to go?",
    "Where would you expect that to break first, and why there?",
    "What would you have to give up in order to get that?",
    "What goes into that step, and what comes out of it?",
    "If a colleague disagreed with you there, what would they say?",
    "How would you convince yourself that it does what you want?",
    "Which part of this could wait until later, do you think?",
    "What did you consider instead, and what ruled it out?",
    "How does that choice change when the team is much smaller?",
    "Could you walk me through a concrete case from beginning to end?",
    "What is the weakest assumption in what you described to me?",
    "When would you come back to this decision of yours?",
    "Who else is affected by that, and how do they find out?",
    "How far would you take this before asking anybody for an opinion?",
    "In which situation would you do the opposite of that?",
    "What would you need to see to drop this idea completely?",
    "How exactly would you check in practice that it works?",
    "What does the first week of work on that look like?",
)
"""About eleven words, one sentence, nothing in them to refuse: every reply is the model's."""


class FixedDelayModel(EndpointServer):
    """Words every move with the next of WORDINGS; a structured request gets an empty reading."""

    def __init__(self) -> None:
        super().__init__(always=LIKE_A_SERVICE)
        self.wordings = itertools.cycle(WORDINGS)

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        self.always = LIKE_A_SERVICE
        if "response_format" not in body:
            self.always = dataclasses.replace(LIKE_A_SERVICE, text=next(self.wordings))
        return await super()._chat(request)


@dataclass(frozen=True, slots=True)
class Talk:
    """One session and what stood beside it."""

    folder: Path
    turns: list[CandidateTurn]
    """Those that were played, in order."""
    microphone: Samples
    speaker: Samples
    """Both sides as the sound card heard them, on one clock, 16 kHz."""
    cpu_s: float
    """CPU seconds of the program while they talked."""
    wall_s: float


def converse(
    card: SoundCard, home: Path, options: list[str], base_url: str, turns: list[CandidateTurn]
) -> Talk:
    """One session in which `turns` are spoken until all are answered or the interview is over.

    A turn begins when the interviewer listens, and goes on whatever the interviewer does. The next
    one begins when a reply was heard after the end of the one before, and the interviewer listens.
    """
    played: list[CandidateTurn] = []
    playing: Playing | None = None
    began = began_cpu = cpu_s = wall_s = seen = 0.0
    environment = {
        **card.env,
        "OPENAI_BASE_URL": base_url,
        "OPENAI_API_KEY": KEY if base_url else "",
    }
    with (
        Program(home, "interview", *options, env=environment) as program,
        card.record("speaker") as speaker,
        card.record("microphone") as microphone,
    ):
        while told := program.wait_for("listening", after_s=seen):
            seen, _ = told
            if not answered(playing, speaker, microphone):
                continue
            now, cpu = time.monotonic(), program.cpu_s()
            began, began_cpu = (began, began_cpu) if played else (now, cpu)
            cpu_s, wall_s = cpu - began_cpu, now - began
            if len(played) == len(turns):
                break
            time.sleep(REACTION_S)
            played.append(turns[len(played)])
            playing = card.play(played[-1].samples)
        program.stop()
        if not played:
            raise SystemExit(f"the interview did not begin: {program.said()}")
        folder = program.session.path
        both = on_one_clock(microphone, speaker)
    return Talk(folder, played, *both, cpu_s=cpu_s, wall_s=wall_s)


def answered(playing: Playing | None, speaker: Recording, microphone: Recording) -> bool:
    """Whether a reply has been audible since the candidate's last sound."""
    if playing is None:
        return True
    if not playing.over:
        return False
    candidate, interviewer = on_one_clock(microphone, speaker)
    last, reply = span(audible(candidate)), span(audible(interviewer))
    return last is not None and reply is not None and reply.end_ms > last.end_ms


def on_one_clock(first: Recording, second: Recording) -> tuple[Samples, Samples]:
    """Both recordings from the later start on."""
    start = max(first.start_s, second.start_s)
    one, two = (r.samples[round((start - r.start_s) * SAMPLE_RATE) :] for r in (first, second))
    return one, two

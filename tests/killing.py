"""Interviews of the real program that are killed at seeded moments, taken up, and held against an
undisturbed one with the same answers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import wave
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from forked import Forked
from killing_moments import How, Moment, strike
from typed_answers import ANSWERS

from agent.candidate import demo_candidate
from audio.wav import recording_ms
from evaluation.session import SessionFolder

VIVA = Path(sys.executable).with_name("viva")
Way = Literal["text", "fast", "real time"]
EXIT_CODES: dict[How, tuple[int, ...]] = {
    "SIGKILL": (-signal.SIGKILL,),
    "SIGTERM": (128 + signal.SIGTERM, -signal.SIGTERM),
    "SIGINT twice": (130,),
}
UNPREPARED = {"SIGINT twice": (-signal.SIGINT,)}
"""Allowed as well while Python itself starts: nothing of ours has run yet."""
APART_MS = 200.0
"""By how much the recording may be shorter or longer than the turns say (milliseconds)."""
POLL_S = 0.002
BEGINNING = ("starting", "taking up")
PATIENCE_S = 900.0
TOLD_ONCE = frozenset(
    {"move", "reading", "fact_released", "fact_invented", "hint", "twist", "question", "difficulty"}
)
"""Events that an undisturbed interview holds exactly as often as a disturbed one."""


@dataclass(slots=True)
class Kill:
    """What one kill left."""

    moment: Moment
    phase: str
    turns: int
    """Finished turns in the folder."""
    code: int


@dataclass(slots=True)
class Outcome:
    """A killed and completed interview."""

    kills: list[Kill] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What is not as it must be, one sentence each."""
    same_words: bool = True
    """Whether every turn says what the undisturbed interview's says."""


class Crashed:
    """One interview in a home of its own."""

    def __init__(
        self, home: Path, way: Way, answers: Sequence[str] = ANSWERS, *, forked: bool = False
    ) -> None:
        """`answers` are typed when the way is "text"; `forked`: see `Forked`."""
        self.home, self.way, self.answers, self.forked = home, way, answers, forked
        self.resumed = False
        """Whether the latest process takes the interview up."""
        home.mkdir(parents=True, exist_ok=True)

    @property
    def folder(self) -> Path | None:
        """The session's folder once it is there."""
        found = [path.parent for path in self.home.glob("*/session.json")]
        assert len(found) <= 1, f"{len(found)} sessions in {self.home}"
        return found[0] if found else None

    def start(self) -> subprocess.Popen[str] | Forked:
        """Begin the interview, or take it up when there is one already."""
        self.resumed = resumed = self.folder is not None
        if self.way == "text":
            begun = ["interview", "--text", "--question", "fraud-detection", "--seed", "3"]
            words = ["resume", "last", "--text"] if resumed else begun
        elif resumed:
            words = ["resume", "last", "--fast", "--candidate", str(demo_candidate())]
        else:
            words = ["demo"] if self.way == "real time" else ["demo", "--fast"]
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI", "VIVA"))}
        environment["VIVA_SESSIONS_HOME"] = str(self.home)
        answered = sum(line["speaker"] == "candidate" for line in self.stored("turns.jsonl"))
        typed = "\n\n".join([*self.answers[answered:], "/stop", ""]) if self.way == "text" else ""
        (self.home / "in.txt").write_text(typed, encoding="utf-8")
        with (
            (self.home / "in.txt").open() as inward,
            (self.home / "out.txt").open("w") as out,
            (self.home / "err.txt").open("w") as err,
        ):
            if self.forked:
                return Forked(words, environment, (inward, out, err))
            return subprocess.Popen(
                [str(VIVA), *words],
                env=environment,
                stdin=inward,
                stdout=out,
                stderr=err,
                text=True,
            )

    def stored(self, name: str) -> list[dict[str, Any]]:
        """The finished lines of a file, as they stand on the disk."""
        path = self.folder and self.folder / name
        if path is None or not path.exists():
            return []
        return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]

    def lines(self) -> int:
        """Finished lines in turns and events."""
        return sum(
            path.read_bytes().count(b"\n")
            for name in ("turns", "events")
            for path in self.home.glob(f"*/{name}.jsonl")
        )

    def phase(self) -> str:
        """Where the interview is, by what its folder holds."""
        folder = self.folder
        if not (self.home / "out.txt").read_text(encoding="utf-8"):
            return "taking up" if self.resumed else "starting"
        if folder is None:
            return "starting"
        if (folder / "evaluation.json").exists():
            return "report"
        moves = [event for event in self.stored("events.jsonl") if event["event"] == "move"]
        if not moves:
            return "before the first word"
        last = moves[-1]
        over = last["kind"] in {"close", "stopped", "left"}
        return "evaluation" if over else str(last.get("phase", "framing"))

    def kill(self, moment: Moment) -> Kill | None:
        """Run until `moment` and kill; None when it had ended by itself before."""
        before = self.lines()
        with self.start() as process:
            while self.lines() < before + moment.lines and process.poll() is None:
                time.sleep(POLL_S)
            with suppress(subprocess.TimeoutExpired):
                process.wait(moment.delay_s)
            if process.poll() is not None:
                return None
            phase = self.phase()
            strike(process, moment)
            code = process.wait(PATIENCE_S)
        return Kill(moment, phase, len(self.stored("turns.jsonl")), code)

    def complete(self) -> int:
        """Go on to the end; the exit code."""
        with self.start() as process:
            return process.wait(PATIENCE_S)

    def errors(self) -> str:
        """Standard error of the latest process."""
        return (self.home / "err.txt").read_text(encoding="utf-8")


def driven(interview: Crashed, plan: Sequence[Moment], reference: SessionFolder) -> Outcome:
    """Kill one interview at each of the moments, complete it, and hold it against `reference`."""
    outcome = Outcome()
    kept: list[dict[str, Any]] = []
    for moment in plan:
        killed = interview.kill(moment)
        if killed is None:
            break
        outcome.kills.append(killed)
        outcome.faults += after_kill(interview, killed, kept)
        kept = interview.stored("turns.jsonl")
    code = interview.complete()
    if code != 0:
        outcome.faults.append(f"resume ended with {code}: {interview.errors().strip()[-300:]}")
        return outcome
    turns = interview.stored("turns.jsonl")
    if turns[: len(kept)] != kept:
        outcome.faults.append("a finished turn was changed or lost when it was taken up")
    folder = interview.folder
    assert folder is not None
    session = SessionFolder.open(folder)
    outcome.faults += ended_well(session)
    outcome.same_words = said(session) == said(reference)
    if outcome.same_words:
        outcome.faults += as_undisturbed(session, reference)
    elif interview.way == "text":
        outcome.faults.append(f"went another way from turn {parted(session, reference)} on")
    return outcome


def after_kill(interview: Crashed, killed: Kill, kept: list[dict[str, Any]]) -> list[str]:
    """What is wrong right after a kill."""
    faults = []
    allowed = EXIT_CODES[killed.moment.how]
    if killed.phase in BEGINNING:
        allowed += UNPREPARED.get(killed.moment.how, ())
    if killed.phase == "report":
        # It may come when everything is done.
        allowed += (0, *UNPREPARED.get(killed.moment.how, ()))
    if killed.code not in allowed:
        faults.append(f"exit code {killed.code} after {killed.moment.told} in {killed.phase}")
    unprepared = killed.phase in BEGINNING and killed.code == -signal.SIGINT
    if "Traceback" in interview.errors() and not unprepared:
        faults.append(f"traceback after {killed.moment.told}: {interview.errors()[-600:]}")
    turns = interview.stored("turns.jsonl")
    if turns[: len(kept)] != kept:
        faults.append(f"a finished turn was changed or lost: {killed.moment.told}")
    sound = interview.folder and interview.folder / "audio.wav"
    if sound and sound.exists() and turns and recording_ms(sound) < turns[-1]["end_ms"] - APART_MS:
        faults.append(f"the recording has {recording_ms(sound):.0f} ms, turns {turns[-1]}")
    return faults


def ended_well(session: SessionFolder) -> list[str]:
    """What is wrong with a completed session by itself."""
    faults = list(session.warnings)
    turns = session.turns()
    if [turn.turn for turn in turns] != list(range(len(turns))):
        faults.append("turns are not counted through")
    moved = Counter(event.turn for event in session.events() if event.event == "move")
    faults += [f"turn {turn} has {times} moves" for turn, times in moved.items() if times > 1]
    if session.audio_path.exists():
        ends = max(turn.end_ms or 0 for turn in turns)
        length = recording_ms(session.audio_path)
        if abs(length - ends) > APART_MS:
            faults.append(f"the recording has {length:.0f} ms, the turns {ends} ms")
        with wave.open(str(session.audio_path)) as file:
            if abs(file.getnframes() / 16 - length) > 1:
                faults.append("the header of the recording was not brought up to date")
    if session.evaluation() is None or not session.report_path.exists():
        faults.append("there is no evaluation or no report")
    return faults


def as_undisturbed(session: SessionFolder, reference: SessionFolder) -> list[str]:
    """What differs although the same words were said."""
    faults = []
    here, there = told_once(session), told_once(reference)
    if here != there:
        faults.append(f"events differ: +{dict(here - there)} -{dict(there - here)}")
    if timeless(session) != timeless(reference):
        faults.append("the evaluation is another one")
    return faults


def told_once(session: SessionFolder) -> Counter[tuple[str, int | None]]:
    """How often each event that may be stored only once was stored, by turn."""
    return Counter((e.event, e.turn) for e in session.events() if e.event in TOLD_ONCE)


def said(session: SessionFolder) -> list[tuple[str, str]]:
    """Who said what."""
    return [(turn.speaker, turn.text) for turn in session.turns()]


def parted(session: SessionFolder, reference: SessionFolder) -> int:
    """The first turn that differs."""
    pairs = zip(said(session), said(reference), strict=False)
    return next((n for n, (here, there) in enumerate(pairs) if here != there), -1)


def timeless(session: SessionFolder) -> Any:
    """The evaluation's questions and verdict without times of the clock."""
    evaluation = session.evaluation()
    assert evaluation is not None
    whole = json.loads(evaluation.to_json())
    return without_times({key: whole[key] for key in ("questions", "verdict")})


def without_times(value: Any) -> Any:
    """`value` without fields of milliseconds."""
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if not k.endswith("_ms")}
    return [without_times(each) for each in value] if isinstance(value, list) else value

"""How quickly Viva answers, and whether it cuts in: the real program at a virtual sound card.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/turn_latency.py [FOLDER]
        [--persona NAME|FILE] [--brain openai|offline] [--question ID] [--json]

Each WAV of FOLDER (default: ten clean turns and eight with a thinking pause, rendered from
tests/data/turns/turns.yaml) is spoken into the microphone of `viva interview` when it listens, and
goes on whatever the interviewer does. The language model is a server with fixed delays: first token
after 0.3 s, then 50 tokens a second. Two cores at most are used.

Voice-to-voice is read from the session's stereo recording: last audible block of the candidate
(10 ms, -50 dBFS) to the first audible one of the interviewer. Replies whose words are fixed (facts,
phase bridges, silences) do not wait for the model; they are left out of p50 and p90, and counted.
As a check the same is measured on both monitors of the sound card, where the buffers of the devices
are part of it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from candidate_turns import CandidateTurn, load_turns
from conversation import FixedDelayModel, Talk, converse
from sound_card import SoundCard
from stereo import Span, audible, find_turns, first_after, read_stereo

from agent.model_brain import INTENTS
from evaluation.record import Event, Turn
from evaluation.session import SessionFolder

CORES = 2
UNHEARD_MS = 350.0
"""A stored turn that ends this much before the audible end left words out. Voice activity ends up
to 0.3 s before the last audible block of a fading word."""
LONGEST_REPLY_WAIT_MS = 20_000.0
"""A first sound later than this is the silence ladder, not a reply."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One turn of the candidate and what followed. Times in milliseconds."""

    name: str
    kind: str
    latency_ms: float | None
    """Voice to voice; None when nothing came, or the interviewer was in already."""
    room_ms: float | None
    """The same outside the program, with the buffers of microphone and speaker."""
    cut_in: bool
    """The interviewer was audible before the turn had ended."""
    stale: bool
    """The reply began while a part of the turn had no words yet."""
    move: str
    """What the reply was."""
    modelled: bool
    """Whether the model worded it."""
    phases: dict[str, float]


def measure(talk: Talk) -> tuple[list[Measured], list[Event]]:
    """Every turn of one session, and the replies that were withdrawn."""
    session = SessionFolder.open(talk.folder)
    turns, events = session.turns(), session.events()
    candidate, interviewer = (audible(side) for side in read_stereo(session.audio_path))
    lengths = [turn.length_ms for turn in talk.turns]
    spans = find_turns(candidate, lengths)
    room_spans = find_turns(audible(talk.microphone), lengths)
    room = audible(talk.speaker)
    found = []
    for played, heard, outside in zip(talk.turns, spans, room_spans, strict=False):
        outside_ms = first_after(room, outside.end_ms)
        room_ms = None if outside_ms is None else outside_ms - outside.end_ms
        reply_ms = first_after(interviewer, heard.end_ms, heard.end_ms + LONGEST_REPLY_WAIT_MS)
        cut_in = first_after(interviewer, heard.start_ms, heard.end_ms) is not None
        latency = None if reply_ms is None else reply_ms - heard.end_ms
        found.append(one(played, heard, latency, room_ms, cut_in, turns, events))
    return found, [event for event in events if event.event == "undo"]


def one(
    played: CandidateTurn,
    heard: Span,
    latency_ms: float | None,
    room_ms: float | None,
    cut_in: bool,
    turns: Sequence[Turn],
    events: Sequence[Event],
) -> Measured:
    """One turn with the reply that followed it and its timing phases."""
    later = [t for t in turns if t.speaker == "interviewer" and (t.end_ms or 0) > heard.end_ms]
    reply = later[0] if later else None
    before = [t for t in turns if reply and t.turn < reply.turn and t.speaker == "candidate"]
    answer = before[-1] if before else None
    moves = [e for e in events if e.event == "move" and reply and e.turn == reply.turn]
    move = str(moves[-1].get("kind")) if moves else ""
    phases: dict[str, float] = {}
    for side, turn in (("heard", answer), ("spoken", reply)):
        for event in events:
            if event.event == "timing" and turn is not None and event.turn == turn.turn:
                given: dict[str, Any] = event.get("phases") or {}
                phases.update({f"{side}.{name}": float(ms) for name, ms in given.items()})
    return Measured(
        name=played.name,
        kind=played.kind,
        latency_ms=latency_ms,
        room_ms=room_ms,
        cut_in=cut_in,
        stale=reply is not None
        and (answer is None or (answer.end_ms or 0) < heard.end_ms - UNHEARD_MS),
        move=move,
        modelled=move in INTENTS,
        phases=phases,
    )


def summary(
    found: Sequence[Measured], talks: Sequence[Talk], undone: Sequence[Event]
) -> dict[str, Any]:
    """The figures of the table."""
    clean = [m for m in found if m.kind == "clean"]
    paused = [m for m in found if m.kind != "clean"]
    timed = [m for m in clean if m.modelled and m.latency_ms is not None and not m.cut_in]
    cut = Counter(m.kind for m in paused if m.cut_in)
    phases: dict[str, list[float]] = {}
    for m in timed:
        for name, ms in m.phases.items():
            phases.setdefault(name, []).append(ms)
    return {
        "clean_turns": len(clean),
        "timed_turns": len(timed),
        "voice_to_voice_ms": quantiles([m.latency_ms for m in timed]),
        "in_the_room_ms": quantiles([m.room_ms for m in timed]),
        "after_a_pause_ms": quantiles([m.latency_ms for m in paused if not m.cut_in]),
        "stale_of_clean": sum(m.stale for m in clean),
        "clean_cut_in": sum(m.cut_in for m in clean),
        "paused_turns": dict(Counter(m.kind for m in paused)),
        "cut_ins": dict(cut),
        "undos": len(undone),
        "undos_audible": sum(bool(event.get("said")) for event in undone),
        "fixed_wording": sum(not m.modelled for m in clean),
        "phases_median_ms": {k: round(statistics.median(v), 1) for k, v in phases.items()},
        "cpu_s": round(sum(t.cpu_s for t in talks), 1),
        "wall_s": round(sum(t.wall_s for t in talks), 1),
    }


def quantiles(values: Sequence[float | None]) -> dict[str, int]:
    """Median and 90th percentile, linear between ranks; empty without values."""
    known = [value for value in values if value is not None]
    if not known:
        return {}
    return {f"p{q}": round(float(np.percentile(known, q))) for q in (50, 90)}


def report(figures: dict[str, Any], found: Sequence[Measured]) -> None:
    """For people."""
    print("turn       kind   voice to voice  in the room  reply")
    for m in found:
        marks = f"{' CUT IN' if m.cut_in else ''}{' STALE' if m.stale else ''}"
        words = m.move + ("" if m.modelled else " (fixed words)")
        print(f"{m.name:10} {m.kind:6}{ms_of(m.latency_ms)}{ms_of(m.room_ms)}   {words}{marks}")
    print()
    for name, value in figures.items():
        if isinstance(value, dict):
            value = "  ".join(f"{key} {number}" for key, number in value.items()) or "-"  # noqa: PLW2901
        print(f"{name:20} {value}")


def ms_of(value: float | None) -> str:
    """A column of milliseconds."""
    return f"{'-' if value is None else f'{value:.0f} ms':>13}"


def run(turns: list[CandidateTurn], options: list[str], brain: str, folder: Path) -> list[Talk]:
    """Sessions until every turn was spoken: an interview may end before the turns do."""
    talks: list[Talk] = []
    left = turns
    while left:
        # A new server for each session: PortAudio keeps the first one it has met.
        with SoundCard(folder / f"card-{len(talks)}") as card, FixedDelayModel() as model:
            base_url = model.base_url if brain == "openai" else ""
            home = folder / f"sessions-{len(talks)}"
            talks.append(converse(card, home, options, base_url, left))
        left = left[len(talks[-1].turns) :]
    return talks


def main(arguments: Sequence[str]) -> int:
    """Parse, talk, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="WAV files, one turn each")
    parser.add_argument("--persona", default="terse-bar-raiser", help="name or file")
    parser.add_argument("--brain", choices=("openai", "offline"), default="openai")
    parser.add_argument("--question", default="ecommerce-recommender")
    parser.add_argument("--only", default="", help="only turns whose name begins so")
    parser.add_argument("--keep", type=Path, help="keep the sessions in this (new) folder")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    # A stopped benchmark must not leave a sound server behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    turns = [t for t in load_turns(chosen.folder) if t.name.startswith(chosen.only)]
    options = ["--persona", chosen.persona, "--question", chosen.question, "--seed", "1"]
    options += ["--brain", chosen.brain, "--judge", "offline"]
    with tempfile.TemporaryDirectory(prefix="viva-") as temporary:
        talks = run(turns, options, chosen.brain, chosen.keep or Path(temporary))
        measured = [measure(talk) for talk in talks]
    found = [m for per_talk, _ in measured for m in per_talk]
    figures = summary(found, talks, [event for _, undone in measured for event in undone])
    if chosen.json:
        print(json.dumps({**figures, "turns": [asdict(m) for m in found]}))
    else:
        report(figures, found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

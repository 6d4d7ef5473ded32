"""How often a thinking candidate is cut off, and how long a finished one waits. Without sound.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/patience.py [--answers N] [--seed N]
        [--reply-ms MS] [--no-pace] [--grid] [--json]
    PYTHONPATH=tests .venv/bin/python tests/benchmarks/patience.py --hear

Simulated answers go through `audio.endpointing.Endpointer` as the listener would ask it. Each has
two thinking pauses of 1 to 4 s and three pauses between sentences of 0.6 to 3 s, both uniform, in
random order; an assumption on long spoken answers, the same one under which 2 s of silence leave
2 % of answers uncut. Before a pause stand words of `fragments.yaml` as Whisper tiny.en has heard
them (`--hear` makes that file anew); in one of ten the last word is lost besides.

An answer is cut when the interviewer gets to speak into a pause of it. With undo a reply does not
stand when the candidate goes on within 1.5 s of its first sound. `--reply-ms`: from the decision to
that first sound; the shorter, the sooner the undo ends. Candidates come in sessions of ten answers,
over which the endpointer learns their pace.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from agent.voice_channel import endpoint_patience
from audio.completeness import completeness
from audio.endpointing import CandidatePace, Endpointer, EndpointPatience
from prompts.persona import load_persona, load_personas

HERE = Path(__file__).parent
FRAGMENTS, HEARD = HERE / "fragments.yaml", HERE / "fragments_heard.yaml"
THINKING_PAUSE_S = (1.0, 4.0)
SENTENCE_PAUSE_S = (0.6, 3.0)
THINKING_PAUSES, SENTENCE_PAUSES = 2, 3
LOST_WORD_SHARE = 0.1
"""Share of fragments whose last word the recogniser loses besides what it did to them (assumed)."""
UNDO_MS = 1_500.0
"""How long after the interviewer's first sound the candidate may still go on."""
REPLY_MS = 300.0
"""From the decision to the first sound when the reply was prepared meanwhile."""
SESSION_ANSWERS = 10
WORD_MS = 380.0
"""About 160 words a minute."""
SILENCE_LIMIT_MS = 12_000.0
GRID_COMPLETE_MS = (700, 1_000, 1_500, 2_000, 2_500, 3_000, 3_500, 4_000)
GRID_INCOMPLETE_MS = (4_000, 5_000, 7_000)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words as the recogniser heard them, and the silence after them; None at the end."""

    heard: str
    pause_ms: float | None
    thinking: bool


@dataclass(slots=True)
class Outcome:
    """What became of many answers."""

    answers: int = 0
    cut: int = 0
    """Answers into which a reply was spoken that stood."""
    spoken_into: int = 0
    """Answers in which the interviewer was audible at all, withdrawn or not."""
    cut_thinking: int = 0
    cut_sentence: int = 0
    """Pauses of either kind that were cut."""
    waits_ms: list[float] = field(default_factory=list)
    """Silence at the end of each answer until the turn was over."""

    def figures(self) -> dict[str, float]:
        """Shares (0-1) and the mean wait in seconds."""
        return {
            "never_cut": round(1 - self.cut / self.answers, 4),
            "interviewer_never_heard": round(1 - self.spoken_into / self.answers, 4),
            "thinking_pauses_cut": round(self.cut_thinking / self.answers / THINKING_PAUSES, 4),
            "sentence_pauses_cut": round(self.cut_sentence / self.answers / SENTENCE_PAUSES, 4),
            "mean_wait_s": round(statistics.fmean(self.waits_ms) / 1000, 2),
            "median_wait_s": round(statistics.median(self.waits_ms) / 1000, 2),
        }


class Fragments:
    """What candidates say, as it is heard."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        said: dict[str, list[str]] = yaml.safe_load(FRAGMENTS.read_text(encoding="utf-8"))
        heard: dict[str, str] = yaml.safe_load(HEARD.read_text(encoding="utf-8"))
        self.heard = {kind: [heard[text] for text in texts] for kind, texts in said.items()}

    def take(self, kind: str) -> str:
        """One of that kind, now and then without its last word."""
        text = self.draw.choice(self.heard[kind])
        if self.draw.random() < LOST_WORD_SHARE and len(text.split()) > 3:
            return text.rsplit(maxsplit=1)[0].rstrip(",.?!") + "."
        return text

    def answer(self) -> list[Piece]:
        """A whole answer: five pauses in random order and an end."""
        kinds = ["thinking"] * THINKING_PAUSES + ["sentence"] * SENTENCE_PAUSES
        self.draw.shuffle(kinds)
        pieces = []
        for kind in kinds:
            bounds = THINKING_PAUSE_S if kind == "thinking" else SENTENCE_PAUSE_S
            pause_ms = self.draw.uniform(*bounds) * 1000
            pieces.append(Piece(self.take(kind), pause_ms, kind == "thinking"))
        return [*pieces, Piece(self.take("ending"), None, False)]


def simulate(patience: EndpointPatience, settings: Settings) -> Outcome:
    """Many answers, `SESSION_ANSWERS` of each candidate. The same seed gives the same answers."""
    fragments = Fragments(random.Random(settings.seed))
    outcome = Outcome()
    pace = CandidatePace()
    for number in range(settings.answers):
        if number % SESSION_ANSWERS == 0:
            pace = CandidatePace()
        hear(fragments.answer(), Endpointer(patience, pace), settings, outcome)
    return outcome


@dataclass(frozen=True, slots=True)
class Settings:
    """What is simulated."""

    answers: int
    seed: int
    undo: bool
    reply_ms: float
    learn: bool = True
    """Whether the endpointer learns the candidate's pace."""


def hear(
    answer: Sequence[Piece], endpointer: Endpointer, settings: Settings, outcome: Outcome
) -> None:
    """One answer through the endpointer; counts into `outcome`."""
    now_ms, text = 1_000.0, ""
    cut = spoken_into = False
    for piece in answer:
        now_ms += len(piece.heard.split()) * WORD_MS
        text = f"{text} {piece.heard}".strip()
        pause_ms = piece.pause_ms
        decision = endpointer.decide(
            now_ms=now_ms + (pause_ms or 0.0),
            last_speech_end_ms=now_ms,
            text_so_far=text,
            untranscribed=False,
            listening_ms=now_ms + (pause_ms or 0.0),
            silence_limit_ms=SILENCE_LIMIT_MS,
        )
        if pause_ms is None:
            outcome.waits_ms.append(decision.wait_ms)
            continue
        heard_ms = pause_ms - decision.wait_ms - settings.reply_ms
        # Without undo a turn that was declared over is over, whether a sound was heard or not.
        stands = decision.over and (not settings.undo or heard_ms > UNDO_MS)
        spoken_into |= decision.over and (not settings.undo or heard_ms > 0)
        cut |= stands
        outcome.cut_thinking += stands and piece.thinking
        outcome.cut_sentence += stands and not piece.thinking
        if settings.learn and not stands:
            endpointer.pace.learn(completeness(text), pause_ms)
        now_ms += pause_ms
    outcome.answers += 1
    outcome.cut += cut
    outcome.spoken_into += spoken_into


def read_as() -> dict[str, dict[str, list[str]]]:
    """Kind of fragment → how the endpointer reads it → the heard words, before any is lost."""
    found: dict[str, dict[str, list[str]]] = {}
    for kind, texts in Fragments(random.Random(0)).heard.items():
        readings = found.setdefault(kind, {})
        for text in texts:
            readings.setdefault(completeness(text).value, []).append(text)
    return found


def write_heard() -> None:
    """Speak every fragment and let Whisper tiny.en hear it; about a minute."""
    from candidate_voice import say

    from agent.weights import folder
    from audio.whisper import WhisperTranscriber

    whisper = WhisperTranscriber(folder("whisper-tiny.en"))
    said: dict[str, list[str]] = yaml.safe_load(FRAGMENTS.read_text(encoding="utf-8"))
    heard = {}
    for texts in said.values():
        for text in texts:
            heard[text] = whisper.transcribe(say(text), 0.0, ()).text
    HEARD.write_text(yaml.safe_dump(heard, sort_keys=False, width=200), encoding="utf-8")
    changed = sum(text != words for text, words in heard.items())
    print(f"{len(heard)} fragments heard, {changed} not word for word and mark for mark")


def main(arguments: Sequence[str]) -> int:
    """Parse, simulate, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--answers", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reply-ms", type=float, default=REPLY_MS)
    parser.add_argument("--no-pace", action="store_true", help="the pace is not learned")
    parser.add_argument("--grid", action="store_true", help="other patience values as well")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--hear", action="store_true", help="make fragments_heard.yaml anew")
    chosen = parser.parse_args(arguments)
    if chosen.hear:
        write_heard()
        return 0
    settings = Settings(chosen.answers, chosen.seed, False, chosen.reply_ms, not chosen.no_pace)
    tried = {
        f"{persona.id} ({patience.complete_ms:.0f}/{patience.incomplete_ms:.0f})": patience
        for persona in load_personas()
        for patience in [endpoint_patience(persona.patience)]
    }
    if chosen.grid:
        default = endpoint_patience(load_persona("neutral-professional").patience)
        for complete in GRID_COMPLETE_MS:
            for incomplete in GRID_INCOMPLETE_MS:
                tried[f"complete {complete} incomplete {incomplete}"] = replace(
                    default,
                    handed_over_ms=min(default.handed_over_ms, complete),
                    complete_ms=complete,
                    incomplete_ms=incomplete,
                )
    rows = {
        name: {
            "without_undo": simulate(patience, settings).figures(),
            "with_undo": simulate(patience, replace(settings, undo=True)).figures(),
        }
        for name, patience in tried.items()
    }
    if chosen.json:
        print(json.dumps({"answers": chosen.answers, "rows": rows, "read_as": read_as()}))
    else:
        report(rows, chosen.answers)
    return 0


def report(rows: dict[str, Any], answers: int) -> None:
    """For people."""
    print(f"{answers} answers each\n")
    print("                                        never cut    undo: never cut  not spoken into")
    print("patience                                without undo   [thinking, sentence pauses cut]"
          "      wait at the end, mean (median)")  # fmt: skip
    for name, row in rows.items():
        bare, undo = row["without_undo"], row["with_undo"]
        print(
            f"{name:40}{bare['never_cut']:8.1%}    {undo['never_cut']:8.1%}"
            f" [{undo['thinking_pauses_cut']:.1%}, {undo['sentence_pauses_cut']:.1%}]"
            f"  {undo['interviewer_never_heard']:8.1%}"
            f"   {undo['mean_wait_s']:5.2f} s ({undo['median_wait_s']:.2f} s)"
        )
    print("\nhow fragments are read (heard words, none lost):")
    for kind, readings in read_as().items():
        print(f"  {kind:10} " + ", ".join(f"{name} {len(x)}" for name, x in readings.items()))
    print("\nthinking pauses behind words that read as complete:")
    for text in read_as()["thinking"].get("complete", ()):
        print(f"  {text}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

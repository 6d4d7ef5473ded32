"""Is exchange 100 of a session as fast as exchange 5, and what does it leave on the disk?

    .venv/bin/python tests/benchmarks/long_session.py [--one-question]

One interview of three hours on the simulated clock: the real graph, offline brain, session folder
and SQLite checkpoints. Timed is all that the program does between the candidate's last word and the
moment it listens again: reading, policy, wording, logging, checkpoints. CPU time of the process, as
other work on the machine does not count in it; medians of ten exchanges, because what is said, and
so what is read, differs. The candidate says two sentences a turn and asks something every third.
With `--one-question` it asks something every turn, which keeps one question going for all the time.
Exchanges that put a new question are left out: its examples are encoded beside the conversation.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import ClassVar

from agent.channels import Guess, Heard, Prepare
from agent.earlier_words import earlier_words
from agent.forgetting import KEPT_EXCHANGES
from agent.graph import open_checkpoints
from agent.offline_brain import OfflineBrain
from agent.plan import Choosing, Plan, plan_session
from agent.simulated.candidate import Candidate, Utterance
from agent.simulated.channel import SimulatedChannel
from agent.simulated.knowledge import Knowledge
from agent.simulated.rehearsal import Setting, rehearse
from agent.state import Ask
from agent.weights import folder
from evaluation.encoder import SentenceEncoder
from prompts.conduct import load_conduct
from prompts.persona import load_persona
from prompts.question_bank import load_bank

MINUTES = 180.0
WINDOW = 10
AT = (5, 25, 50, 100)
"""Exchanges looked at, each the middle of a window."""
SHOWN_EVERY = 3


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one exchange cost."""

    kind: str
    cpu_ms: float
    disk_bytes: int


class Steady(Candidate):
    """The same amount of talk every turn."""

    name: ClassVar[str] = "steady"
    about: ClassVar[str] = "two sentences a turn, now and then a question"
    asks_every: ClassVar[int] = SHOWN_EVERY

    def answer(self, heard: str) -> Utterance:
        """Two sentences that were not said before, as long as there are any, and a question."""
        said = self.knowledge.sentences(heard, "senior", 2, self.chance)
        while len(said) < 2:
            said.append(self.knowledge.weak(heard, self.chance))
        asked = self.knowledge.ask(self.chance) if self.turns % self.asks_every == 0 else ""
        return Utterance(" ".join([*said, asked]).strip(), asks=(asked,) if asked else ())


class Asking(Steady):
    """Asks every turn: the question is not left before its time is up."""

    name: ClassVar[str] = "asking"
    asks_every: ClassVar[int] = 1


class Timed(SimulatedChannel):
    """Notes what the program did since the candidate's last word."""

    began: ClassVar[float | None] = None
    exchanges: ClassVar[list[Exchange]] = []
    home: ClassVar[Path]

    def listen(
        self, ask: Ask, prepare: Prepare, guess: Guess | None = None, *, again: bool = False
    ) -> Heard:
        """As ever, with the clock stopped while the candidate talks."""
        if Timed.began is not None:
            cpu_ms = (time.process_time() - Timed.began) * 1000
            size = sum(file.stat().st_size for file in self.home.rglob("checkpoint.sqlite*"))
            Timed.exchanges.append(Exchange(ask.move.kind, cpu_ms, size))
        heard = super().listen(ask, prepare, guess, again=again)
        for clause in heard.text.split(". "):
            prepare(clause)  # As while listening: only the rest is read at the end.
        Timed.began = time.process_time()
        return heard


def held(one_question: bool, home: Path) -> None:
    """The interview, its exchanges in `Timed.exchanges`, then what the prompts would hold."""
    bank, persona = load_bank(), load_persona("neutral-professional")
    choosing = Choosing(level="senior", minutes=MINUTES, seed=1)
    plan = plan_session(bank, load_conduct(), choosing)
    if one_question:
        plan = Plan((bank.get("fraud-detection"),), (MINUTES,), ("measured",))
    brain = OfflineBrain(SentenceEncoder(folder("minilm-l6-v2")), persona, seed=1)
    for question in bank:
        brain.warm(question, "senior")
    Timed.home = home
    kind = Asking if one_question else Steady
    with open_checkpoints(home / "checkpoint.sqlite") as saver:
        setting = Setting(plan, bank, brain, persona, "senior", 1)
        candidate = kind(Knowledge(plan.questions), 1)
        session = rehearse(setting, candidate, home, saver=saver, channel_type=Timed)
    said = [(t.turn, t.text) for t in session.turns() if t.speaker == "candidate"]
    turns, events = (
        path.stat().st_size / 1000 for path in (session.turns_path, session.events_path)
    )
    print(f"{len(said)} exchanges; turns.jsonl {turns:.0f} KB, events.jsonl {events:.0f} KB")
    for place in AT:
        shown = earlier_words(said[:place])
        words = sum(len(each.text.split()) for each in shown)
        print(f"earlier statements in a prompt at exchange {place}: {len(shown)}, {words} words")


def main() -> None:
    """Hold it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one-question", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        held(given.one_question, Path(home))
    print(f"checkpoints of {KEPT_EXCHANGES} exchanges are kept")
    print("| exchange | CPU, median of ten | checkpoint file |\n|--:|--:|--:|")
    for place in AT:
        begin = max(0, place - WINDOW // 2)
        some = Timed.exchanges[begin : begin + WINDOW]
        cpu = median(each.cpu_ms for each in some if each.kind != "next_question")
        print(f"| {place} | {cpu:.0f} ms | {some[-1].disk_bytes / 1e6:.1f} MB |")


if __name__ == "__main__":
    main()

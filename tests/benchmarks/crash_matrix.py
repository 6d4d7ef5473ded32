"""Kill real interviews at seeded moments, take them up, and check that nothing is lost or doubled.

Each interview is killed several times in a row, also while it is taken up, and then completed; it
is held against an undisturbed one. Prints a table signal x phase, and every fault with the seed
that brings it back. Exit code 1 when there was one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from forked import load_libraries
from killing import Crashed, Outcome, Way, driven
from killing_moments import HOWS, moments
from typed_answers import LONG_ANSWERS

from evaluation.session import SessionFolder

START_S = {"text": 6.0, "fast": 12.0, "real time": 30.0}
"""Until a program that was not forked listens (seconds)."""
END_S = 3.0
"""From the last line of an interview to the end of the program (seconds)."""


def main() -> int:
    """One reference, then one interview per seed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--way", choices=list(START_S), default="text")
    parser.add_argument("--kills", type=int, default=30, help="In all; more than one an interview.")
    parser.add_argument("--each", type=int, default=6, help="Kills of one interview.")
    parser.add_argument("--seed", type=int, default=1, help="Of the first interview.")
    parser.add_argument("--minutes", type=float, default=1e9, help="Begin none after so many.")
    parser.add_argument("--forked", action="store_true", help="Libraries in memory beforehand.")
    parser.add_argument("--wait-for", type=Path, help="Begin none while this file exists.")
    parser.add_argument("--log", type=Path, help="Append one JSON line a kill.")
    options = parser.parse_args()
    way: Way = options.way
    began = time.monotonic()
    outcomes: dict[int, Outcome] = {}
    with tempfile.TemporaryDirectory(prefix="viva-crash-") as aside:
        undisturbed = Crashed(
            Path(aside, "reference"), "fast" if way == "real time" else way, LONG_ANSWERS
        )
        code = undisturbed.complete()
        assert code == 0, undisturbed.errors()
        assert undisturbed.folder is not None
        reference = SessionFolder.open(undisturbed.folder)
        if options.forked:
            load_libraries()
        seed = options.seed
        while sum(len(each.kills) for each in outcomes.values()) < options.kills:
            if time.monotonic() - began > 60 * options.minutes:
                break
            while options.wait_for and options.wait_for.exists():
                time.sleep(1)
            start_s = 2.0 if options.forked else START_S[way]
            plan = moments(seed, options.each, undisturbed.lines(), start_s, END_S)
            interview = Crashed(Path(aside, str(seed)), way, LONG_ANSWERS, forked=options.forked)
            outcome = driven(interview, plan, reference)
            outcomes[seed] = outcome
            tell(seed, way, outcome, options.log, forked=options.forked)
            seed += 1
    print_table(outcomes)
    return 1 if any(each.faults for each in outcomes.values()) else 0


def tell(seed: int, way: Way, outcome: Outcome, log: Path | None, *, forked: bool) -> None:
    """One interview, as it is done."""
    phases = ", ".join(f"{kill.moment.how} in {kill.phase}" for kill in outcome.kills)
    words = "same words" if outcome.same_words else "other words"
    print(f"seed {seed}: {len(outcome.kills)} kills ({phases}); {words}", flush=True)
    for fault in outcome.faults:
        print(f"  FAULT {fault}", flush=True)
    if log is None:
        return
    with log.open("a", encoding="utf-8") as file:
        for kill in outcome.kills:
            line = {
                "way": way, "seed": seed, "how": kill.moment.how, "moment": kill.moment.told,
                "forked": forked, "phase": kill.phase, "turns": kill.turns, "code": kill.code,
                "same_words": outcome.same_words, "faults": outcome.faults,
            }  # fmt: skip
            file.write(json.dumps(line) + "\n")


def print_table(outcomes: dict[int, Outcome]) -> None:
    """Signal x phase."""
    kills = [kill for outcome in outcomes.values() for kill in outcome.kills]
    counts = Counter((kill.phase, kill.moment.how) for kill in kills)
    print(f"\n| phase | {' | '.join(HOWS)} |\n|---|{'---:|' * len(HOWS)}")
    for phase in dict.fromkeys(kill.phase for kill in kills):
        print(f"| {phase} | {' | '.join(str(counts[phase, how]) for how in HOWS)} |")
    faults = sum(len(outcome.faults) for outcome in outcomes.values())
    same = sum(outcome.same_words for outcome in outcomes.values())
    print(
        f"\n{len(kills)} kills of {len(outcomes)} interviews (load {os.getloadavg()[0]:.1f}): "
        f"{faults} faults; {same} interviews with the undisturbed one's words."
    )


if __name__ == "__main__":
    sys.exit(main())

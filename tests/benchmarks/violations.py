"""Every simulated candidate against every question: what broke, as a table.

    .venv/bin/python tests/benchmarks/violations.py --log violations.jsonl

Each interview is written to the log when it is over; those that stand in it are not held again, so
that a run can be stopped and taken up. Personas and levels take turns; one core, no network.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from agent.simulated.cast import CANDIDATES
from agent.simulated.invariants import INVARIANTS
from agent.simulated.series import Pairing, Rehearsed, hold, pairings
from agent.weights import folder
from evaluation.encoder import SentenceEncoder
from prompts.persona import load_persona, persona_files
from prompts.question_bank import load_bank


def key(pairing: Pairing) -> str:
    """What tells one interview from the others."""
    return f"{pairing.candidate}/{pairing.question.id}/{pairing.seed}"


def line(held: Rehearsed, cpu_s: float) -> dict[str, Any]:
    """One line of the log."""
    return {
        "key": key(held.pairing),
        "candidate": held.pairing.candidate,
        "persona": held.pairing.persona.id,
        "level": held.pairing.level,
        "exchanges": held.exchanges,
        "spoken_s": held.spoken_ms // 1000,
        "cpu_s": round(cpu_s, 3),
        "violations": [list(violation) for violation in held.violations],
    }


def table(lines: list[dict[str, Any]]) -> str:
    """Candidate by invariant, as Markdown."""
    short = [name.removeprefix("no ") for name in INVARIANTS]
    rows = [
        f"| candidate | interviews | exchanges | {' | '.join(short)} |",
        "|---|--:|--:|" + "--:|" * len(short),
    ]
    total: Counter[str] = Counter()
    for name in CANDIDATES:
        mine = [each for each in lines if each["candidate"] == name]
        row = Counter(v[0] for each in mine for v in each["violations"])
        row["interviews"] = len(mine)
        row["exchanges"] = sum(each["exchanges"] for each in mine)
        total.update(row)
        rows.append(cells(name, row))
    return "\n".join([*rows, cells("**all**", total)])


def cells(name: str, row: Counter[str]) -> str:
    """One row of the table."""
    numbers = [row[column] for column in ("interviews", "exchanges", *INVARIANTS)]
    return f"| {name} | {' | '.join(str(number) for number in numbers)} |"


def main() -> None:
    """Hold what is missing in the log, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--part", default="1/1", help="N/M: every Mth question, from the Nth")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so long")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    first, step = (int(number) for number in given.part.split("/"))
    bank = load_bank()
    encoder = SentenceEncoder(folder("minilm-l6-v2"))
    personas = [load_persona(str(path)) for path in persona_files()]
    done = set()
    if given.log.exists():
        done = {json.loads(each)["key"] for each in given.log.read_text("utf-8").splitlines()}
    began = time.monotonic()
    mine = {question.id for question in list(bank)[first - 1 :: step]}
    with given.log.open("a", encoding="utf-8") as log, tempfile.TemporaryDirectory() as home:
        for pairing in pairings(list(bank), list(CANDIDATES), personas, seed=given.seed):
            if key(pairing) in done or pairing.question.id not in mine:
                continue
            if time.monotonic() - began > given.seconds:
                break
            cpu = time.process_time()
            held = hold(pairing, encoder, bank, Path(home), keep=False)
            log.write(json.dumps(line(held, time.process_time() - cpu)) + "\n")
            log.flush()
    lines = [json.loads(each) for each in given.log.read_text("utf-8").splitlines()]
    print(table(lines))
    found = sum(len(each["violations"]) for each in lines)
    cpu_s, spoken_h = (sum(each[n] for each in lines) for n in ("cpu_s", "spoken_s"))
    print(f"\n{len(lines)} interviews, {found} violations, {cpu_s:.0f} s of CPU,", end=" ")
    print(f"{spoken_h / 3600:.0f} hours of talk.")
    for each in lines:
        for invariant, turn, quote, why in each["violations"]:
            print(f"- {each['key']}, turn {turn}: {invariant}: {quote!r} ({why})")


if __name__ == "__main__":
    main()

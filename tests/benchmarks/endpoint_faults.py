"""Every fault of an endpoint under a whole interview, with the budget a real one has.

    PYTHONPATH=.:tests .venv/bin/python tests/benchmarks/endpoint_faults.py

Prints a Markdown table; `tests/agent/test_endpoint_faults.py` holds the committed one against what
happens. Two interviews at a time; rests are shortened to a second, nothing else is.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from fault_cases import CASES, FaultOutcome, held

from agent.fallback_notices import ONCE, WHO
from agent.model_limits import ModelLimits

LIMITS = ModelLimits(rest_s=0.5, longest_rest_s=1.0)
HEAD = (
    "fault",
    "first words after at most",
    "told (once a cause)",
    "turns noted",
    "requests",
    "asked again, used again",
    "points scored",
)


def row(outcome: FaultOutcome) -> str:
    """One line of the table."""
    told = outcome.told[0].removeprefix(WHO).removesuffix(ONCE).strip().replace("|", "/")
    requests = "none arrived" if outcome.requests < 0 else str(outcome.requests)
    again = "yes, yes" if outcome.used_again and outcome.requests >= 0 else "yes, -"
    cells = (
        f"*{outcome.name}*",
        f"{outcome.words_s:.1f} s",
        told,
        str(outcome.noted),
        requests,
        again if outcome.asked_again else "NO",
        str(outcome.scored),
    )
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """0 when no interview waited longer than the turn budget."""
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    late = 0
    with ThreadPoolExecutor(2) as beside:
        for outcome in beside.map(lambda name: held(name, LIMITS), CASES):
            print(row(outcome), flush=True)
            late += outcome.words_s > 5.0
    return int(late > 0)


if __name__ == "__main__":
    sys.exit(main())

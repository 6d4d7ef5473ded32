"""An endpoint with every fault there is, under a whole interview; the page of the faults holds."""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fault_cases import CASES, FaultOutcome, held

from agent.fallback_notices import WHO, FallbackNotices
from agent.model_limits import ModelLimits

pytestmark = pytest.mark.realtime

SECONDS = re.compile(r"within [0-9.]+ s")
"""The page was made with the real budget."""
PAGE = Path(__file__).parents[1] / "benchmarks" / "endpoint_faults.md"
QUICK = ModelLimits(
    budget_s=1.0, connect_s=0.5, stall_s=0.5, backoff_s=0.05, rest_s=0.2, longest_rest_s=0.4
)
TURN_BUDGET_S = 5.0
ANSWERS = 6
CALLS_AN_ANSWER = 2
"""A reading and a wording."""


def cause(told: str) -> str:
    """What a line says before its details."""
    return SECONDS.sub("within the budget", re.split("[:;] ", told.removeprefix(WHO))[0])


@pytest.fixture(scope="module")
def outcomes() -> dict[str, FaultOutcome]:
    with ThreadPoolExecutor(4) as beside:
        return dict(zip(CASES, beside.map(lambda name: held(name, QUICK), CASES), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_whatever_the_endpoint_does_the_interview_goes_on_and_nothing_is_scored_from_it(
    name: str, outcomes: dict[str, FaultOutcome]
) -> None:
    outcome = outcomes[name]
    assert outcome.words_s < TURN_BUDGET_S
    assert outcome.noted >= 3
    causes = [cause(text) for text in outcome.told]
    assert outcome.told
    assert len(set(causes)) == len(causes)
    assert outcome.requests <= ANSWERS * CALLS_AN_ANSWER * QUICK.tries
    assert outcome.asked_again
    assert outcome.used_again
    assert outcome.scored == 0
    assert outcome.judge_told


def test_the_page_has_every_fault_and_no_outcome_that_is_not_so(
    outcomes: dict[str, FaultOutcome],
) -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "| *"]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [cell[0].strip("*") for cell in cells] == list(CASES)
    for cell in cells:
        outcome = outcomes[cell[0].strip("*")]
        assert cell[-2] == ("yes, yes" if outcome.requests >= 0 else "yes, -")
        assert cell[-1] == str(outcome.scored)
        assert cause(cell[2]) in {cause(text) for text in outcome.told}


def test_a_cause_is_told_once_also_when_the_endpoint_rests_because_of_it() -> None:
    notices = FallbackNotices()
    assert notices.to_tell("failed with status 500; this turn was worded offline.")
    rest = "left alone for another 9 s, because before it failed with status 500; read offline."
    assert not notices.to_tell(rest)
    assert notices.to_tell("refuses the key (status 401); this turn was worded offline.")


def test_waits_double_and_two_clients_that_fail_together_do_not_wait_alike() -> None:
    one, other = random.Random(1), random.Random(2)
    waits = [(QUICK.wait_s(n, one), QUICK.wait_s(n, other)) for n in range(1, 5)]
    for n, pair in enumerate(waits):
        assert all(0.5 <= wait / (QUICK.backoff_s * 2**n) <= 1.0 for wait in pair)
        assert pair[0] != pair[1]

"""One quote stands for two points at most, and no point goes without because others came first."""

from __future__ import annotations

from collections import Counter

from evaluation.offline_judge import OfflineJudge
from evaluation.quoting import allotted, key_of
from evaluation.record import AskedQuestion, InterviewRecord, Turn
from evaluation.result import Evidence
from evaluation.score import evaluate
from prompts.question_bank import load_bank

RICH = Evidence(turn=1, quote="we lose recall, so above ten I switch")
PLAIN = Evidence(turn=1, quote="then the trees are trained")


def offer(*quotes: Evidence) -> dict[tuple[int, str], Evidence]:
    return {key_of(quote): quote for quote in quotes}


def test_points_that_can_be_quoted_elsewhere_leave_a_rich_sentence_to_those_that_cannot() -> None:
    given = allotted([offer(RICH, PLAIN), offer(RICH, PLAIN), offer(RICH), offer(RICH)])
    assert [quotes[0] for quotes in given] == [PLAIN, PLAIN, RICH, RICH]


def test_a_third_point_with_no_other_words_goes_without() -> None:
    given = allotted([offer(RICH), offer(RICH), offer(RICH)])
    assert given == [(RICH,), (RICH,), ()]


def test_a_second_quote_is_given_only_when_it_says_something_else() -> None:
    part = Evidence(turn=1, quote="above ten I switch")
    assert allotted([offer(RICH, part)]) == [(RICH,)]
    assert allotted([offer(RICH, PLAIN)]) == [(RICH, PLAIN)]


def test_three_needs_asked_in_one_breath_are_all_seen_each_in_its_own_words() -> None:
    question = load_bank().by_id["fraud-detection"]
    lines = (
        question.prompt,
        "What counts as success for the bank, how fast must the answer be, how rare is fraud?",
        "Money stopped; 200 milliseconds; one in five thousand.",
        "Then rules first, since 200 milliseconds is little, and one in five thousand needs a cut.",
    )
    turns = tuple(
        Turn(turn=i, speaker="candidate" if i % 2 else "interviewer", text=text)
        for i, text in enumerate(lines)
    )
    asked = AskedQuestion(question.id, question.prompt, question.type, True)
    record = InterviewRecord("t", "senior", (asked,), turns)
    found = evaluate(record, OfflineJudge(), bank=load_bank()).questions[0]
    points = {p.point: p for p in found.criteria["requirement_clarification"].points}
    for name in ("asks-something", "asks-the-goal", "asks-a-constraint"):
        assert points[name].state == "present", name
    used = Counter((q.turn, q.quote) for p in points.values() for q in p.quotes)
    assert max(used.values()) <= 2

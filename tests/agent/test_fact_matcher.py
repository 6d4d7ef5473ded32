"""Facts are recognised in other words, several in one breath, and each at most once."""

from __future__ import annotations

import pytest

from agent.asking import find_asked
from agent.dialogue_acts import read_acts
from agent.fact_matcher import FactMatcher
from agent.weights import folder
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import bank_folder, load_question


@pytest.fixture(scope="module")
def matcher() -> FactMatcher:
    question = load_question(bank_folder() / "fraud-detection.yaml")
    return FactMatcher(SentenceEncoder(folder("minilm-l6-v2")).for_reading(), question.facts)


def facts(matcher: FactMatcher, text: str) -> list[str | None]:
    found = matcher.match(find_asked(text, read_acts(text)))
    return [match.fact_id if match else None for _, match in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is the latency budget", ["decision-time"]),
        ("how many transactions do we have", ["volume"]),
        ("Is there anybody who looks at alerts by hand?", ["review-team"]),
        (
            "what's the traffic and the latency budget, and do we have reviewers",
            ["volume", "decision-time", "review-team"],
        ),
        ("whats the base rate and how do we get labels", ["fraud-rate", "label-delay"]),
        ("Who attacks us and how do they adapt?", ["attackers"]),
    ],
)
def test_questions_find_their_facts(matcher: FactMatcher, text: str, expected: list[str]) -> None:
    assert list(dict.fromkeys(fact for fact in facts(matcher, text) if fact)) == expected


@pytest.mark.parametrize("text", ["Which cloud provider are you on?", "Do you like cheese?"])
def test_a_question_beside_the_sheet_matches_nothing(matcher: FactMatcher, text: str) -> None:
    assert facts(matcher, text) == [None]


def test_every_example_question_of_the_sheet_finds_its_own_fact(matcher: FactMatcher) -> None:
    wrong = [
        ask
        for fact in matcher.facts
        for ask in fact.asks
        if (best := matcher.best(ask)) is None or best.fact_id != fact.id
    ]
    assert wrong == []


def test_without_a_sheet_nothing_is_asked_of_it(matcher: FactMatcher) -> None:
    empty = FactMatcher(matcher.signals.encoder, ())
    assert facts(empty, "What is the latency budget?") == [None]


def test_a_short_question_behind_another_one_is_not_answered_with_the_same_fact_again(
    matcher: FactMatcher,
) -> None:
    sheet = load_question(bank_folder() / "medical-image-triage.yaml").facts
    triage = FactMatcher(matcher.signals.encoder, sheet)
    assert facts(triage, "Which errors hurt most? And what data do we have?") == ["harm", "labels"]

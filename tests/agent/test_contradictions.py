"""Contradictions with facts and earlier turns: few, and right."""

from __future__ import annotations

import pytest

from agent.contradictions import find_contradictions
from agent.quantities import quantities

FACTS = {
    "latency": "The decision falls while the customer waits: 100 milliseconds at the "
    "99th percentile for everything on our side.",
    "labels": "The label is the chargeback. Half arrive within 45 days, nearly all by day 90.",
    "reviewers": "There is no review team at the moment.",
    "volume": "About 20 million payments a day, so 230 a second on average.",
}


@pytest.mark.parametrize(
    ("now", "fact"),
    [
        ("We have a latency budget of 200 milliseconds.", "latency"),
        ("The p99 latency is three hundred ms in this design.", "latency"),
        ("Since we get the labels immediately we can train online.", "labels"),
        ("The uncertain ones go to the review team.", "reviewers"),
        ("Our traffic of 2,000 payments per second needs ten replicas.", "volume"),
    ],
)
def test_a_statement_against_a_released_fact_is_found(now: str, fact: str) -> None:
    (found,) = find_contradictions(now, (), FACTS)
    assert found.fact_id == fact
    assert found.now in now
    assert found.before in FACTS[fact]


@pytest.mark.parametrize(
    "now",
    [
        "The model takes 20 milliseconds of that latency.",
        "With a hundred milliseconds of latency we are fine.",
        "Labels are not available immediately.",
        "If we had 200 milliseconds of latency, I would add a second model.",
        "There is no review team, so nothing can wait for people.",
        "We retrain within 30 days.",
        "What if the latency was 200 milliseconds?",
    ],
)
def test_a_part_a_hypothesis_or_an_agreement_is_no_contradiction(now: str) -> None:
    assert find_contradictions(now, (), FACTS) == ()


@pytest.mark.parametrize(
    ("earlier", "now"),
    [
        (
            "We score the payments in real time as they come.",
            "I would score all payments in a nightly batch.",
        ),
        ("I would not use a feature store here.", "I'd use a feature store for that."),
    ],
)
def test_a_reversal_of_an_earlier_turn_quotes_both(earlier: str, now: str) -> None:
    (found,) = find_contradictions(now, ((3, earlier),), {})
    assert found.before_turn == 3
    assert found.before in earlier
    assert found.now in now


@pytest.mark.parametrize(
    "now",
    [
        "Actually, I'd score the payments in batch instead.",
        "I would score the payments in real time and the reports in a nightly batch.",
        "I would train the model in a nightly batch.",
    ],
)
def test_changing_ones_mind_or_doing_both_is_no_contradiction(now: str) -> None:
    earlier = ((1, "We score the payments in real time as they come."),)
    assert find_contradictions(now, earlier, {}) == ()


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("two hundred milliseconds", "time", 200),
        ("one hundred and fifty ms", "time", 150),
        ("99.9 percent", "share", 0.999),
        ("20k requests per second", "rate", 20_000),
        ("1,200 a second", "rate", 1_200),
        ("86,400 payments a day", "rate", 1),
        ("12 euros", "money", 12),
        ("forty analysts", "count", 40),
        ("5ms", "time", 5),
    ],
)
def test_figures_are_read_in_base_units(text: str, dimension: str, value: float) -> None:
    (found,) = quantities(text)
    assert found.dimension == dimension
    assert found.value == pytest.approx(value)
    assert text[found.start : found.end].strip() in text


@pytest.mark.parametrize("text", ["two parts", "the F1 score", "someone often listens", "p95"])
def test_words_that_only_look_like_figures_are_none(text: str) -> None:
    assert quantities(text) == []


def test_the_figure_of_the_first_attempt_contradicts_a_shifted_twin() -> None:
    was = "We handle 1,200 payments a second at the evening peak."
    told = "We handle 3,600 payments a second at the evening peak."
    now = "We handle 1,200 payments a second."
    (found,) = find_contradictions(now, (), {"volume": told}, (), {"volume": was})
    assert (found.fact_id, found.before) == ("volume", told)
    assert (
        find_contradictions(
            "That's 3,600 payments a second.", (), {"volume": told}, (), {"volume": was}
        )
        == ()
    )
    # Nobody was told the new figure yet: there is nothing to hold it against.
    assert find_contradictions(now, (), {}, (), {"volume": was}) == ()


@pytest.mark.parametrize(
    ("now", "earlier"),
    [
        (
            "We pick a few hundred products from the catalogue.",
            "I can't score two million products.",
        ),
        ("I do not have that time.", "I use the time on the phone."),
    ],
)
def test_a_part_of_a_whole_and_another_time_are_no_contradictions(now: str, earlier: str) -> None:
    assert find_contradictions(now, ((1, earlier),), {}) == ()


TRAFFIC = "Search makes 6,000 requests a second in the evening and 1,500 at night."
SHEET = {"traffic": f"{TRAFFIC} New listings come at about 40 a second."}


@pytest.mark.parametrize(
    "now",
    [
        "So with sixty requests per second at the evening peak a single GPU box would do.",
        "We get maybe 200,000 requests a second.",
        "At night 90 requests per second come in.",
    ],
)
def test_a_figure_far_from_all_that_a_fact_holds_is_a_contradiction(now: str) -> None:
    (found,) = find_contradictions(now, (), SHEET)
    assert (found.fact_id, found.before) == ("traffic", TRAFFIC)


@pytest.mark.parametrize(
    "now",
    [
        "At night we only see 1,500 requests per second.",
        "On average that's 3,000 requests per second.",
        "A canary of one percent sees sixty requests a second.",
        "With 9,000 requests per second at the peak we need a reserve.",
        "I'd plan for 12,000 requests a second at the evening peak.",
    ],
)
def test_a_figure_near_one_of_those_that_a_fact_holds_is_none(now: str) -> None:
    assert find_contradictions(now, (), SHEET) == ()


def test_a_peak_above_what_was_told_as_usual_is_no_contradiction_but_one_below_is() -> None:
    usual = {"volume": "We handle 1,200 payments a second."}
    assert find_contradictions("At the peak it's 9,000 payments a second.", (), usual) == ()
    (found,) = find_contradictions("At the peak it's 100 payments a second.", (), usual)
    assert found.fact_id == "volume"


@pytest.mark.parametrize(
    ("earlier", "now", "clash"),
    [
        (
            "The latency would be maybe 200 milliseconds end to end.",
            "We must answer in 20 milliseconds end to end.",
            True,
        ),
        ("The latency is maybe 25 milliseconds.", "The latency is 30 milliseconds.", False),
        (
            "The latency would be maybe 200 milliseconds end to end.",
            "The model has a latency of 20 milliseconds.",
            False,
        ),
        ("Maybe we use a feature store.", "I would not use a feature store here.", False),
    ],
)
def test_a_guess_is_held_against_a_figure_far_from_it_and_nothing_else(
    earlier: str, now: str, clash: bool
) -> None:
    assert bool(find_contradictions(now, ((2, earlier),), {})) == clash

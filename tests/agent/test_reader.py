"""The whole reading of a turn, and how well it does on the labelled utterances."""

from __future__ import annotations

import runpy
import time
from pathlib import Path
from typing import Any

import pytest

from agent.reader import AnswerReader, ReadingContext
from agent.weights import folder
from evaluation.encoder import SentenceEncoder
from evaluation.record import Word
from prompts.question_bank import bank_folder, load_question

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "reader_accuracy.py"


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder(folder("minilm-l6-v2"))


@pytest.fixture(scope="module")
def reader(encoder: SentenceEncoder) -> AnswerReader:
    return AnswerReader(encoder, load_question(bank_folder() / "fraud-detection.yaml"), "senior")


def test_a_bare_name_of_what_the_sheet_knows_is_asked_for(reader: AnswerReader) -> None:
    reading = reader.read("price of a wrongly declined payment against a fraud that slips through")
    assert reading.act == "question"
    assert [fact.fact_id for fact in reading.facts_asked] == ["error-costs"]


def test_questions_inside_an_answer_are_read_with_the_answer(reader: AnswerReader) -> None:
    reading = reader.read(
        "I'll assume about a thousand payments per second. What is the latency budget? "
        "I would put cheap rules in front that settle the obvious payments, and only what is left "
        "goes to the bigger model."
    )
    assert reading.act == "question"
    assert [fact.fact_id for fact in reading.facts_asked] == ["decision-time"]
    assert reading.questions == ("What is the latency budget?",)
    assert [point.point_id for point in reading.points] == ["two-stages"]
    assert reading.assumptions == ("I'll assume about a thousand payments per second.",)
    assert reading.solving
    assert reading.numbers == 1


def test_everything_quoted_is_a_verbatim_part_of_the_turn(reader: AnswerReader) -> None:
    text = (
        "okay so um what's the traffic and do we have reviewers? Let me assume fifty ms. I'd use "
        "XGBoost. It's much faster. Which model should I use? The labels come immediately, and "
        "then what's your favourite colour?"
    )
    released = {"label-delay": "The label is the chargeback. Half arrive within 45 days."}
    reading = reader.read(text, context=ReadingContext(released=released))
    quotes = [*reading.questions, *reading.unknown_questions, *reading.handed_questions]
    quotes += [fact.quote for fact in reading.facts_asked]
    quotes += [point.quote for point in reading.points]
    quotes += [part for h in reading.unjustified for part in (h.quote, h.term)]
    quotes += [part for h in reading.unquantified for part in (h.quote, h.term)]
    quotes += [*reading.assumptions, *(c.now for c in reading.contradictions)]
    assert len(quotes) >= 10
    assert [quote for quote in quotes if quote not in text] == []
    assert reading.contradictions[0].fact_id == "label-delay"


def test_a_design_question_is_handed_back_and_an_odd_one_is_unknown(reader: AnswerReader) -> None:
    reading = reader.read("Which model should I use? And which cloud provider are you on?")
    assert reading.handed_questions == ("Which model should I use?",)
    assert reading.unknown_questions == ("And which cloud provider are you on?",)
    assert reading.facts_asked == ()


def test_a_fact_is_given_once_however_often_it_is_asked(reader: AnswerReader) -> None:
    reading = reader.read("What is the latency budget? I mean, how many milliseconds do we have?")
    assert [fact.fact_id for fact in reading.facts_asked] == ["decision-time"]
    assert reading.unknown_questions == ()


def test_a_statement_with_a_tag_asks_only_when_the_sheet_can_answer(reader: AnswerReader) -> None:
    stated = reader.read("I think we should look at the data first, right?")
    assert stated.act == "answer"
    assert stated.handed_over
    asked = reader.read("We have reviewers, right?")
    assert [fact.fact_id for fact in asked.facts_asked] == ["review-team"]


def test_a_question_the_candidate_answers_at_once_is_not_ours(reader: AnswerReader) -> None:
    own = reader.read(
        "Do captions sell anything? Nobody knows. So half of the pages go without for three weeks."
    )
    assert (own.act, own.facts_asked, own.unknown_questions) == ("answer", (), ())
    assert reader.read("Am I right in assuming that you have reviewers?").act == "question"


def test_a_list_of_terms_covers_nothing(reader: AnswerReader) -> None:
    text = (
        "Velocity features, point in time, calibration, canary, shadow mode, reason codes, SMOTE."
    )
    assert reader.read(text).points == ()


def test_a_plan_not_to_do_it_covers_nothing(reader: AnswerReader) -> None:
    assert reader.read("I would not worry about late labels or chargeback delay.").points == ()


@pytest.mark.parametrize("text", ["", "   ", "...", "\n"])
def test_no_words_are_silence(reader: AnswerReader, text: str) -> None:
    assert reader.read(text).act == "silence"


@pytest.mark.parametrize(
    "text",
    [
        "asdf qwer zxcv uiop jklö",
        "Ich würde zuerst die Daten anschauen und dann ein Modell trainieren",
        "la la la la la la la la",
    ],
)
def test_gibberish_and_other_languages_are_unintelligible(reader: AnswerReader, text: str) -> None:
    assert reader.read(text).act == "unintelligible"


@pytest.mark.parametrize("text", ["XGBoost.", "LightGBM with Kafka", "yes exactly", "Redis, Kafka"])
def test_a_few_technical_names_are_an_answer(reader: AnswerReader, text: str) -> None:
    assert reader.read(text).act == "answer"


def test_words_the_recogniser_doubts_are_unintelligible(reader: AnswerReader) -> None:
    text = "we use the thing"
    words = [
        Word(word=word, start_ms=i * 200, end_ms=i * 200 + 150, confidence=0.1)
        for i, word in enumerate(text.split())
    ]
    assert reader.read(text, words=words).act == "unintelligible"
    sure = [word.model_copy(update={"confidence": 0.9}) for word in words]
    assert reader.read(text, words=sure).act == "answer"


def test_a_turn_said_again_names_the_earlier_turn(reader: AnswerReader) -> None:
    earlier = (
        (1, "I would start with the goal and the cost of each error."),
        (3, "The features are logged when we serve, and we train on those logged values."),
    )
    context = ReadingContext(earlier=earlier)
    again = reader.read(
        "We log the features when we serve, and train on those logged values.", context=context
    )
    assert again.repeats_turn == 3
    other = reader.read(
        "Analysts get the top reasons with every alert, and they answer within a day.",
        context=context,
    )
    assert other.repeats_turn is None


def test_reading_twice_gives_the_same(reader: AnswerReader) -> None:
    text = "We roll it out in shadow, then to five percent of the traffic, with a way back."
    assert reader.read(text) == reader.read(text)


def test_prepared_clauses_change_nothing_but_the_time(encoder: SentenceEncoder) -> None:
    benchmark = runpy.run_path(str(BENCHMARK))
    question = load_question(bank_folder() / "fraud-detection.yaml")
    text = (
        "I would log the features as they were served and train on those. Chargebacks take weeks, "
        "so I only train on matured payments. For the threshold I compare the expected loss with "
        "the margin of a good customer. We would roll it out in shadow first, watch the decline "
        "rate, and go back with a flag."
    )
    fresh = AnswerReader(SentenceEncoder(encoder.folder), question, "senior")
    fresh.warm()
    for clause in benchmark["arriving"](text):
        fresh.prepare(clause)
    began = time.process_time()
    prepared = fresh.read(text)
    prepared_s = time.process_time() - began
    cold = AnswerReader(SentenceEncoder(encoder.folder), question, "senior")
    cold.warm()
    began = time.process_time()
    assert cold.read(text) == prepared
    assert prepared_s < (time.process_time() - began) / 2


@pytest.mark.slow
def test_the_labelled_utterances_are_understood(encoder: SentenceEncoder) -> None:
    benchmark = runpy.run_path(str(BENCHMARK))
    labels: list[dict[str, Any]] = benchmark["load_labels"]()
    question = benchmark["question"]
    readers = {
        name: AnswerReader(encoder, question(name), "senior")
        for name in {label["question"] for label in labels}
    }
    tallies = benchmark["read_all"](readers, labels)
    assert len(labels) >= 250
    # Floors a little below what was measured (see the benchmark), to notice a step back.
    for split, acts, precision, recall in (
        ("dev", 0.98, 0.86, 0.91),
        ("held-out", 0.94, 0.85, 0.88),
    ):
        tally = tallies[split]
        assert tally.false_commands == 0
        assert tally.acts[True] / tally.utterances >= acts
        assert tally.facts.tp / (tally.facts.tp + tally.facts.fp) >= precision
        assert tally.facts.tp / (tally.facts.tp + tally.facts.fn) >= recall
        assert 2 * tally.points.tp / (2 * tally.points.tp + tally.points.fp + tally.points.fn) > 0.7

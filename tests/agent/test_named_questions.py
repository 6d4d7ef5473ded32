"""Several questions in one sentence: each is answered, or handed back by a few of its own words."""

from __future__ import annotations

import pytest
from policy_states import QUESTION, move, situation, talk
from shared_encoder import BANK, ENCODER

from agent.asking import Asked
from agent.clauses import Span
from agent.fact_matcher import FactMatch, FactMatcher
from agent.move_words import sentences_for
from agent.moves import Move
from agent.naming import named, names
from agent.nodes import newly_released
from agent.offline_brain import OfflineBrain
from agent.on_request import still_owed
from agent.open_questions import OpenQuestions
from agent.policy import next_move
from agent.reader import AnswerReader
from agent.reading import Hook
from agent.situation import Situation
from agent.state import Owed
from prompts.persona import load_persona
from prompts.phrasebook import load_phrasebook

FOUR = (
    "How many payments a second, how fast must the decision be, what does a missed fraud cost, "
    "and which cloud are you on?"
)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("How many predictions a day do we have?", "how many predictions a day"),
        ("And which cloud provider are you on?", "which cloud provider"),
        ("What's the latency budget?", "the latency budget"),
        ("Could you tell me the traffic", "the traffic"),
        ("Do we have GPUs?", "GPUs"),
        ("Are there any legal constraints?", "legal constraints"),
        ("how late may they be", "how late may they be"),
        ("How big is the team that runs this today?", "how big is the team"),
        ("Is it?", ""),
        ("Load time is missing for the call records?", ""),
    ],
)
def test_a_question_is_named_by_a_few_of_its_own_words(asked: str, name: str) -> None:
    assert named(asked) == name
    assert name.casefold() in asked.casefold()


def test_no_more_names_are_said_than_one_keeps_in_mind() -> None:
    assert names(["Who labels the data?", "Do we have GPUs?"]) == "“who labels the data” and “GPUs”"
    many = [f"How many different kinds of thing {n} do we have?" for n in "ABCDE"]
    assert names(many).count("“") == 2


@pytest.mark.parametrize(
    ("text", "facts", "left"),
    [
        (FOUR, ["volume", "decision-time", "error-costs"], ("and which cloud are you on?",)),
        (
            "What's the latency budget, and who owns the on-call, and what's the cat's name?",
            ["decision-time"],
            ("who owns the on-call,", "what's the cat's name?"),
        ),
        (
            "Could you tell me the traffic, the latency budget and the carbon footprint?",
            ["volume", "decision-time"],
            ("the carbon footprint?",),
        ),
        (
            "How many offices do we have and what cloud are you on?",
            [],
            ("How many offices do we have", "what cloud are you on?"),
        ),
    ],
)
def test_what_one_sentence_asks_beside_its_facts_is_not_lost(
    text: str, facts: list[str], left: tuple[str, ...]
) -> None:
    reading = AnswerReader(ENCODER, BANK.get(QUESTION.id), "senior").read(text)
    assert [each.fact_id for each in reading.facts_asked] == facts
    assert reading.unknown_questions == left
    assert all(part in text for part in (*left, *(each.part for each in reading.facts_asked)))


def test_a_question_read_with_the_one_before_is_not_answered_by_its_fact() -> None:
    opens = OpenQuestions(FactMatcher(ENCODER, QUESTION.facts))
    parts = ("How many payments a second", "what does a miss cost", "who owns the mobile app?")
    first, second, third = asked(", ".join(parts), *parts, listed=False)
    volume, cost = FactMatch("volume", 0.9), FactMatch("error-costs", 0.9)
    left = opens.of([(first, volume), (second, cost), (third, cost)])
    assert [span.text for span, _ in left] == [third.part.text]
    after = asked(
        "what does a miss cost, and by how much?", "what does a miss cost", "by how much?"
    )
    assert len(opens.of([(after[0], cost), (after[1], cost)])) == 0


def asked(text: str, *parts: str, listed: bool = True) -> list[Asked]:
    """The parts of one sentence that asks; all but the first are mere items of it."""
    whole = Span(text, 0, len(text))
    spans = [Span(part, text.index(part), text.index(part) + len(part)) for part in parts]
    return [Asked(whole, each, False, listed and place > 0) for place, each in enumerate(spans)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("What does a miss cost and a false alarm?", ("What does a miss cost", "a false alarm?")),
        ("What happens at night or when it snows?", ("What happens at night", "when it snows?")),
        ("How many users and requests do we have?", ("How many users", "requests do we have?")),
        ("What do we log and how many of those?", ("What do we log", "how many of those?")),
        ("How much does fraud cost, is it a lot?", ("How much does fraud cost", "is it a lot?")),
        ("How fast do ads and campaigns change?", ("How fast do ads", "campaigns change?")),
    ],
)
def test_a_question_cut_in_two_is_one_question(text: str, parts: tuple[str, str]) -> None:
    opens = OpenQuestions(FactMatcher(ENCODER, QUESTION.facts))
    first, rest = asked(text, *parts)
    match = FactMatch("error-costs", 0.9)
    assert len(opens.of([(first, match), (rest, None)])) == 0
    assert opens.of([(first, None), (rest, None)]) == [(first.sentence, False)]


def test_things_that_share_a_verb_are_answered_together() -> None:
    opens = OpenQuestions(FactMatcher(ENCODER, QUESTION.facts))
    for parts in (("How many users", "requests do we have?"), ("How fast do ads", "shops change?")):
        first, rest = asked(" and ".join(parts), *parts)
        assert len(opens.of([(first, None), (rest, FactMatch("volume", 0.9))])) == 0


def test_what_a_told_fact_speaks_of_was_not_left_out() -> None:
    opens = OpenQuestions(FactMatcher(ENCODER, QUESTION.facts))
    text = "What happens with late labels, and when do they come?"
    first, second = asked(text, "What happens with late labels", "when do they come?", listed=False)
    by_word = {"label-delay": frozenset({"label", "late"})}
    opens.words = {**opens.words, **by_word}
    told = FactMatch("label-delay", 0.9)
    assert len(opens.of([(first, None), (second, told)])) == 0
    opens.words = {each: frozenset() for each in opens.words}
    assert len(opens.of([(first, None), (second, told)])) == 1


def test_who_makes_sure_of_something_on_the_way_to_a_question_is_not_asked_again() -> None:
    reader = AnswerReader(ENCODER, BANK.get(QUESTION.id), "senior")
    text = "Are we the bank, so we pay for the losses, and how many payments a second do we have?"
    reading = reader.read(text)
    assert "volume" in [each.fact_id for each in reading.facts_asked]
    assert reading.unknown_questions == ()


def spoken(chosen: Move, s: Situation, persona: str = "neutral-professional") -> str:
    """What this persona says for a move."""
    return " ".join(OfflineBrain(ENCODER, load_persona(persona), seed=1).phrase(chosen, s))


@pytest.mark.parametrize(
    "persona", ["neutral-professional", "warm-coach", "sceptical-staff-engineer"]
)
def test_two_facts_are_told_and_the_rest_is_named_whoever_interviews(persona: str) -> None:
    reading = AnswerReader(ENCODER, BANK.get(QUESTION.id), "senior").read(FOUR)
    s = situation(reading, text=FOUR, persona=persona)
    chosen = next_move(s)
    assert chosen.fact_ids == ("volume", "decision-time")
    assert chosen.left_out == ("and which cloud are you on?",)
    s.state["owed"] = still_owed(s, chosen)
    s.state["moves"].append(chosen)
    told = spoken(chosen, s, persona)
    assert "“what does a missed fraud cost”" in told
    assert "“which cloud”" in told
    later = Situation({**s.state, "reading": talk(words=3)}, s.question, s.persona, s.conduct)
    rest = next_move(later)
    assert (rest.fact_ids, rest.trigger) == (("error-costs",), "what does a missed fraud cost")
    assert "“what does a missed fraud cost”" in spoken(rest, later, persona)


def test_a_decision_in_the_same_breath_is_handed_back_by_name_when_it_has_one() -> None:
    book = load_phrasebook("terse")
    for words, key in (("Which model would you use?", "decide_named"), ("Shall I?", "")):
        s = situation(talk(handed_questions=(words,), facts_asked=()), owed=[])
        fact = move("fact", fact_ids=("volume",), beside=("decision",))
        pairs = dict(sentences_for(fact, s, s.persona))
        assert (key or "decide_beside") in pairs
        if key:
            assert "“which model”" in book.pick("decide_named", (), 1, **pairs[key])


def test_moves_of_older_sessions_are_read_with_one_question_or_none() -> None:
    old = move("fact", fact_ids=("volume",)).model_dump()
    assert Move.model_validate({**old, "left_out": ""}).left_out == ()
    assert Move.model_validate({**old, "left_out": "Who?"}).left_out == ("Who?",)


def test_what_is_still_owed_keeps_the_words_that_named_it() -> None:
    owed = Owed(fact_id="volume", quote="A and how many a second?", part="how many a second?")
    s = situation(talk(words=3), owed=[owed])
    assert next_move(s).trigger == "how many a second?"
    assert QUESTION.fact("volume").say


def test_a_name_is_not_cut_to_nothing_or_before_what_belongs_to_it() -> None:
    assert named("What is it that breaks?") == "what is it that breaks"
    long = "What does a breakdown cost in a normal week against a needless visit of the crew?"
    assert named(long) == "what does a breakdown cost in a normal week"


def test_who_has_gone_on_is_told_the_rest_on_the_way_to_the_next_question() -> None:
    owed = [Owed(fact_id=f, quote="x", part=f"the {f}") for f in ("volume", "actions")]
    hook = Hook(quote="I'd use boosted trees", term="boosted trees")
    long = talk(unjustified=(hook,), solving=True)
    s = situation(long, phase="data_and_model", owed=owed)
    chosen = next_move(s)
    assert (chosen.kind, chosen.tells, chosen.owed_words) == ("why", ("volume",), "the volume")
    assert [each.fact_id for each in still_owed(s, chosen)] == ["actions"]
    told = spoken(chosen, s)
    assert "“the volume”" in told
    assert told.index(QUESTION.fact("volume").say) < told.index("boosted trees")
    assert told.count("?") == 1
    short = next_move(situation(talk(words=5), phase="data_and_model", owed=owed))
    assert (short.kind, short.fact_ids) == ("fact", ("volume", "actions"))
    over = situation(long, phase="framing", owed=owed, now_ms=6 * 60_000, outlined=True)
    bridged = next_move(over)
    assert (bridged.lead, bridged.tells) == ("bridge", ("volume",))
    first, second, *_ = [key for key, _ in sentences_for(bridged, over, over.persona)]
    assert (first, second) == ("owed_named", "bridge")


def test_a_fact_told_before_a_question_counts_as_released() -> None:
    s = situation(talk(), owed=[Owed(fact_id="volume", quote="x")])
    carried = move("probe", fact_ids=("volume",))
    assert [each.fact_id for each in newly_released(s.state, s, carried)] == ["volume"]
    quoted = move("reconcile", fact_ids=("volume",))
    assert newly_released(s.state, s, quoted) == []


def test_nobody_is_asked_for_a_plan_that_was_just_given() -> None:
    fact = move("fact", fact_ids=("volume",))
    moves = (move("prompt", "open"), fact, fact, fact)
    for solving, wanted in ((True, False), (False, True)):
        s = situation(talk(solving=solving), moves=moves, now_ms=10 * 60_000)
        assert ("start_now" in [key for key, _ in sentences_for(fact, s, s.persona)]) == wanted

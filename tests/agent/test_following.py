"""The interviewer follows what was said: hooks, bridges, and where the candidate leads to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from policy_states import HOOK, QUESTION, move, situation, talk
from shared_encoder import BANK, ENCODER

from agent.attributed import misquoted, taken_back
from agent.choosing import choices
from agent.dialogue_acts import command_of, leads_on
from agent.hooks import unquantified
from agent.move_words import sentences_for
from agent.moves import Move
from agent.on_request import still_unasked
from agent.policy import next_move
from agent.reader import AnswerReader, ReadingContext
from agent.reading import PointSeen, Reading
from agent.saying_back import after_anchor, short_quote, split_anchor
from agent.situation import Situation
from agent.state import Covered
from agent.verdicts import asks_what_is_expected

SHEET = {
    "traffic": "Search makes 6,000 requests a second in the evening and 1,500 at night.",
    "time": "Ranking has 60 milliseconds. A listing may wait for up to 30 seconds.",
}
POINT = next(p for p in QUESTION.points if p.area == "model")


def worded(chosen: Move, s: Situation) -> list[tuple[str, dict[str, object]]]:
    """The kinds of sentences of a move with what fills them, once it has been made."""
    made = replace(s, state={**s.state, "moves": [*s.moves, chosen]})  # type: ignore[typeddict-item]
    return list(sentences_for(chosen, made, s.persona))


def test_a_follow_up_holds_on_to_what_was_said_last_on_its_point() -> None:
    heard = Covered(question_id=QUESTION.id, point_id=POINT.id, quote="at first", turn=1)
    just = talk(points=(PointSeen(point_id=POINT.id, quote="just now", score=0.9),))
    assert situation(just, covered=[heard]).about(POINT).trigger == "just now"
    assert situation(talk(), covered=[heard]).about(POINT).trigger == "at first"


def test_what_is_said_back_shares_a_word_with_what_it_leads_to() -> None:
    words = "I would do an ablation offline, and we keep two nightly versions."
    assert short_quote(words, "Which version is the nightly one?") == "we keep two nightly versions"
    assert short_quote(words, "Who is called at two in the morning?") == ""


@pytest.mark.parametrize(
    "question",
    [
        "On an old decision: how would you run that very decision again?",
        "On serving: when would you build it the other way round?",
    ],
)
def test_a_question_that_points_back_keeps_what_it_is_about(question: str) -> None:
    assert after_anchor(question) == question
    assert after_anchor("On serving: who is called?") == "Who is called?"
    assert split_anchor("On serving one step further: who?") == ("serving", "Who?")
    assert after_anchor("Let's dig into serving: who is called?") == "Who is called?"


@pytest.mark.parametrize(
    ("said", "hooks"),
    [
        ("I'd train the ranker on logged impressions.", []),
        ("I'd train a two-tower model on logged impressions.", ["two-tower model"]),
        ("I could add a column like age is missing.", []),
        ("I'd use the median.", ["median"]),
        ("I'd use Kafka to train the model.", ["Kafka"]),
    ],
)
def test_work_on_what_was_named_before_is_no_choice(said: str, hooks: list[str]) -> None:
    assert [each.hook.term for each in choices(said, []) if not each.reasoned] == hooks


def test_numbers_that_went_up_a_lot_are_a_claim_without_a_number() -> None:
    said = "So we went live in spring and the conversion went up a lot."
    assert [hook.term for hook in unquantified(said, [])] == ["went up a lot"]
    assert not unquantified("It went up a lot, from two to four percent.", [])


def test_in_a_story_whose_part_it_was_comes_before_its_details() -> None:
    story = BANK.get("improved-a-model")
    s = replace(situation(talk(unjustified=(HOOK,)), phase="deep_dive"), question=story)
    prompt = Move(kind="prompt", reason="test", question_id=story.id, phase="open")
    told = replace(s, state={**s.state, "moves": [prompt]})  # type: ignore[typeddict-item]
    first = next_move(told)
    assert (first.kind, first.point_id) == ("probe", "concrete-case")
    later = replace(told, state={**told.state, "moves": [prompt, first]})  # type: ignore[typeddict-item]
    assert next_move(later).kind == "why"


def test_a_choice_that_a_fact_came_before_is_asked_about_next_unless_it_was_taken_up() -> None:
    s = situation(talk(unjustified=(HOOK,)), phase="data_and_model")
    assert still_unasked(s, move("fact")) == [HOOK]
    assert still_unasked(s, move("probe")) == []
    for text, kind in (
        ("Okay, good to know.", "why"),
        ("With gradient boosted trees I get speed.", "probe"),
    ):
        later = situation(talk(), phase="data_and_model", unasked=[HOOK], text=text)
        assert next_move(later).kind == kind


@pytest.mark.parametrize(
    ("phase", "kind", "named"),
    [
        ("outline", "outline", False),
        ("deep_dive", "probe", False),
        ("twist", "twist", False),
        ("data_and_model", "probe", True),
        ("production", "production", False),
    ],
)
def test_a_bridge_names_a_phase_only_where_that_says_something(
    phase: str, kind: str, named: bool
) -> None:
    chosen = Move(
        kind=kind,  # type: ignore[arg-type]
        reason="test",
        question_id=QUESTION.id,
        phase=phase,  # type: ignore[arg-type]
        lead="bridge",
        point_id=POINT.id if kind == "probe" else "",
        twist_id=QUESTION.twists[0].id if kind == "twist" else "",
    )
    key, slots = worded(chosen, situation(talk()))[0]
    assert key == "bridge"
    assert ("phase_words" in slots) == named


def test_another_subject_is_announced_only_after_an_answer_that_brought_nothing() -> None:
    probe = move("probe", "data_and_model", point_id=POINT.id, area="model")
    brought = talk(points=(PointSeen(point_id=POINT.id, quote="words", score=0.9),))
    asked = (move("prompt", "open"), move("probe", "data_and_model", point_id="labels"))
    for reading, moves, key in (
        (talk(), asked, "probe_new"),
        (brought, asked, "probe"),
        (talk(), asked[:1], "probe"),
    ):
        s = situation(reading, phase="data_and_model", moves=moves)
        assert worded(probe, s)[0][0] == key


def worded_deeper(about: str, *, just: bool) -> list[tuple[str, dict[str, object]]]:
    """A follow-up on the question's first point whose wording begins with "On `about`: "."""
    probe = POINT.probes[0].model_copy(update={"deeper": f"On scoring: {about}"})
    point = POINT.model_copy(update={"probes": (probe, *POINT.probes[1:])})
    points = tuple(point if each.id == point.id else each for each in QUESTION.points)
    seen = (PointSeen(point_id=POINT.id, quote="words", score=0.9),) if just else ()
    s = situation(talk(points=seen))
    s = replace(s, question=QUESTION.model_copy(update={"points": points}))
    return worded(move("deeper", "deep_dive", point_id=POINT.id, trigger="words"), s)


def test_what_was_just_talked_of_is_not_announced_and_what_was_not_is_by_other_words() -> None:
    plain = {"question": "Who is called?"}
    assert worded_deeper("who is called?", just=True) == [("deeper", plain)]
    assert worded_deeper("who is called?", just=False) == [
        ("anchored", {"about": "scoring", **plain})
    ]
    back = {"about": "scoring", "question": "When does it fail?"}
    assert worded_deeper("when does it fail?", just=True) == [("anchored", back)]


def test_a_follow_up_that_was_worded_another_way_is_not_asked_again() -> None:
    first, second = (probe.deeper for probe in POINT.probes[:2])
    said = [f"Back to something. {split_anchor(first)[1]}"]
    s = situation(talk(), sentences=said)
    (_, slots), *_ = worded(move("deeper", "deep_dive", point_id=POINT.id), s)
    assert slots["question"] in {second, split_anchor(second)[1]}


@pytest.mark.parametrize(
    ("words", "leads"),
    [
        ("Can we move on to serving?", True),
        ("Shall we turn to the data now?", True),
        ("Could I go into the monitoring part?", True),
        ("Can we move on to the next question?", False),
        ("Can we get to fifty milliseconds?", False),
        ("Can we go to a smaller model?", False),
    ],
)
def test_who_proposes_where_to_go_is_heard(words: str, leads: bool) -> None:
    assert leads_on(words) == leads


def test_who_leads_on_is_let_go_there_and_not_asked_something_else() -> None:
    reader = AnswerReader(ENCODER, BANK.get(QUESTION.id), "senior")
    reading = reader.read("The trees run on the same machine. Can we move on to serving?")
    assert (reading.leads_on, reading.questions) == (True, ())
    s = situation(reading, phase="data_and_model")
    chosen = next_move(s)
    assert chosen.kind == "go_on"
    assert [key for key, _ in worded(chosen, s)] == ["lead_on"]
    often = situation(reading, phase="data_and_model", moves=(*s.moves, *[chosen] * 6))
    assert next_move(often).kind != "go_on"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Is that what you'd expect here?", True),
        ("Did you have something specific in mind there?", True),
        ("What do you want me to say?", True),
        ("Why do you ask about that?", True),
        ("Is there something you'd want me to cover?", True),
        ("Is this the level of detail you're looking for?", True),
        ("Is that what the users want?", False),
        ("Do you have a budget in mind?", False),
        ("Is there anything you know about the labels?", False),
    ],
)
def test_a_question_about_what_we_wait_for_is_told_from_one_about_the_problem(
    words: str, expected: bool
) -> None:
    assert asks_what_is_expected(words) == expected


def test_what_we_wait_for_is_not_told_alone_or_behind_an_answer() -> None:
    reader = AnswerReader(ENCODER, BANK.get(QUESTION.id), "senior")
    alone = situation(reader.read("Is that what you'd expect here?"))
    assert [key for key, _ in worded(next_move(alone), alone)] == ["no_expectation"]
    answer = "A ranker on top, with user, item and context features. Is that what you'd expect?"
    behind = situation(reader.read(answer), phase="data_and_model")
    chosen = next_move(behind)
    assert (chosen.kind, chosen.lead) == ("probe", "no_expectation")


@pytest.mark.parametrize(
    ("said", "fact_id"),
    [
        ("As you said, a listing has to be checked within 30 milliseconds.", "time"),
        ("You told me search makes 600 requests a second.", "traffic"),
        ("As you said, a listing may wait thirty seconds.", ""),
        ("You mentioned 1,500 at night, so I scale down to 3 pods.", ""),
        ("I'd check a listing within 30 milliseconds.", ""),
    ],
)
def test_a_figure_ascribed_to_us_that_nobody_told_is_put_beside_what_was_told(
    said: str, fact_id: str
) -> None:
    assert [each.fact_id for each in misquoted(said, SHEET)] == ([fact_id] if fact_id else [])


def test_a_fact_given_back_wrongly_is_quoted_from_both_sides() -> None:
    reader = AnswerReader(ENCODER, BANK.get(QUESTION.id), "senior")
    context = ReadingContext(released=SHEET)
    text = "As you said, a listing has to be checked within 30 milliseconds, so I keep it warm."
    reading: Reading = reader.read(text, context=context)
    (found,) = reading.contradictions
    assert found.now in text
    assert found.before in SHEET["time"]
    s = situation(reading, phase="deep_dive", contradictions=[found], text=text)
    chosen = next_move(s)
    assert (chosen.kind, chosen.before, chosen.hook) == ("reconcile", found.before, found.now)


def test_help_asked_for_in_more_words_is_heard() -> None:
    assert command_of("Can you give me a hint what else you'd like to hear?") == "hint"
    assert command_of("I'm not sure what you're after exactly") == "rephrase"
    assert command_of("I'm not sure what the labels are after a month") is None


def test_who_corrects_a_figure_is_not_asked_about_it_any_more() -> None:
    told = "3.5 million searches a day. In the morning we see 180 a second."
    (found,) = misquoted("As you told me we have 18 searches a second.", {"traffic": told})
    assert found.before == "In the morning we see 180 a second."
    assert taken_back("Sorry, 180, so more like ten replicas.", told)
    assert taken_back("I meant one hundred and eighty a second.", told)
    assert not taken_back("So 180 a second, that is ten replicas.", told)
    assert not taken_back("Sorry, I meant twelve replicas.", told)


@pytest.mark.parametrize(
    ("said", "released", "ours", "questioned"),
    [
        ("As you said we have 5 milliseconds.", {}, (), True),
        ("You said we have 12 reviewers.", SHEET, (), True),
        ("As you said, half a second is allowed.", {}, (), False),
        ("You said 500 milliseconds.", {"wait": "Half a second normally."}, (), False),
        (
            "You said there are 3 regions.",
            {"regions": "Three regions, one of them Brazil."},
            (),
            False,
        ),
        ("You mentioned ten billion events.", {}, ("We have a log of ten billion events.",), False),
        ("As you said time is short, so I give each stage 5 milliseconds.", {}, (), False),
        ("Did you say we have 5 milliseconds?", {}, (), False),
        ("I'd say we have 5 milliseconds.", {}, (), False),
    ],
)
def test_a_figure_ascribed_to_us_is_questioned_when_nothing_like_it_was_told(
    said: str, released: dict[str, str], ours: tuple[str, ...], questioned: bool
) -> None:
    found = misquoted(said, released, ours)
    assert [(each.before, each.fact_id) for each in found] == [("", "")] * questioned


def test_what_we_never_said_is_disowned_once_and_settles_nothing() -> None:
    reader = AnswerReader(ENCODER, BANK.get(QUESTION.id), "senior")
    text = "As you said, we have 5 milliseconds, so I'd take a small model on the same machine."
    (found,) = reader.read(text, context=ReadingContext()).contradictions
    assert (found.before, found.now in text) == ("", True)
    s = situation(talk(), phase="deep_dive", contradictions=[found], text=text)
    chosen = next_move(s)
    assert (chosen.kind, chosen.before) == ("reconcile", "")
    assert worded(chosen, s) == [("not_said", {"now": found.now})]
    again = situation(talk(), phase="deep_dive", contradictions=[found], moves=(*s.moves, chosen))
    assert next_move(again).kind != "reconcile"

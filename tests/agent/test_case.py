"""The case behind the follow-ups: told once, without a figure, to who has not asked for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from policy_states import move, situation, talk
from shared_encoder import BANK, ENCODER

from agent.case import case_due, case_of, own_words
from agent.model_brain import ModelBrain
from agent.move_words import sentences_for
from agent.moves import Move, MoveKind
from agent.offline_brain import OfflineBrain
from agent.reply_check import CheckContext, faults_of
from agent.scripted_model import ScriptedModel, ScriptedReply
from agent.simulated.invariants import SECRET_WORDS
from agent.simulated.session_view import runs
from agent.situation import Situation
from agent.state import Released
from agent.telling_terms import telling_terms
from prompts.persona import load_persona
from prompts.question_bank import Question

CASES = [question for question in BANK if question.type not in {"design", "behavioural"}]
FERRY = BANK.get("calibration")


def at_ferry(**state: object) -> Situation:
    """The question whose follow-ups speak of extra places and a quay."""
    return replace(situation(talk(), phase="deep_dive", **state), question=FERRY)


def probe() -> Move:
    """The first follow-up of it."""
    made = move("probe", "deep_dive", point_id="from-value-to-places", area="business")
    return made.model_copy(update={"question_id": FERRY.id})


def test_who_was_told_nothing_hears_the_case_before_the_first_follow_up() -> None:
    s = at_ferry()
    (first, slots), (second, _) = sentences_for(probe(), s, s.persona)
    assert (first, second) == ("case", "probe")
    assert slots["case"] == case_of(FERRY)
    assert slots["case"].startswith("Say I'm the revenue manager of Petrel, a ferry line.")


def test_the_case_is_told_once_and_not_to_who_knows_a_fact_of_it() -> None:
    told = Released(fact_id="two-uses", say="x", question_id=FERRY.id, after_turn=1)
    for known in ({"released": [told]}, {"sentences": [f"Well. {case_of(FERRY)}"]}):
        s = at_ferry(**known)
        assert [key for key, _ in sentences_for(probe(), s, s.persona)] == ["probe"]


@pytest.mark.parametrize("kind", ["why", "outline", "fact", "reflect", "go_on"])
def test_moves_that_do_not_speak_of_the_case_go_without_it(kind: MoveKind) -> None:
    assert case_due(at_ferry(), kind) == ""


def test_a_design_and_a_story_need_none() -> None:
    for question in BANK:
        assert bool(case_of(question)) == (question in CASES)


@pytest.mark.parametrize("question", CASES, ids=lambda question: question.id)
def test_a_case_is_short_in_the_first_person_and_gives_nothing_away(question: Question) -> None:
    case = case_of(question)
    assert case.startswith("Say I")
    assert len(case.split()) <= 40
    assert " you are" not in case
    assert not case.endswith(" I.")
    for fact in question.facts:
        assert not {run for run in runs(case, SECRET_WORDS) & runs(fact.say, SECRET_WORDS)}
    context = CheckContext(
        safe_text="",
        question=question.prompt,
        forbidden=telling_terms(question, frozenset()),
        tells=True,
    )
    assert [fault for fault in faults_of(case, context) if "not said yet" in fault] == []


def test_a_sentence_in_the_first_person_is_left_as_it_is() -> None:
    assert own_words("Now I'm ringing you.") == "Now I'm ringing you."
    assert own_words("You want your planners to like it.") == "I want my planners to like it."


def test_a_model_words_the_question_and_leaves_the_case_as_it_is() -> None:
    asks = "How many more would you sell, then?"
    persona = load_persona("neutral-professional")
    with ScriptedModel([ScriptedReply("phrase", asks)]) as model:
        offline = OfflineBrain(ENCODER, persona, seed=1)
        brain = ModelBrain(model, model, offline, persona, budget_s=1.0)
        told, asked = brain.phrase(probe(), at_ferry())
    assert case_of(FERRY) in told
    assert asked == asks

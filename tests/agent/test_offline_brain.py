"""Every move can be worded, in every tone, without the candidate's words being changed."""

from __future__ import annotations

from typing import get_args

import pytest

from agent.move_words import sentences_for
from agent.moves import Move, MoveKind
from agent.situation import Situation
from agent.state import Answer, InterviewState
from prompts.conduct import load_conduct
from prompts.persona import load_personas
from prompts.phrasebook import load_phrasebook
from prompts.question_bank import load_bank

QUESTION = load_bank().get("fraud-detection")
HOOK = "gradient boosted trees"


def any_move(kind: MoveKind) -> Move:
    return Move(
        kind=kind,
        reason="test",
        question_id=QUESTION.id,
        phase="deep_dive",
        hook=HOOK if kind in {"why", "how_much", "challenge", "scale_up", "reconcile"} else "",
        before="we decide in a nightly batch" if kind == "reconcile" else "",
        point_id=QUESTION.points[0].id if kind in {"probe", "deeper"} else "",
        fact_ids=("volume",) if kind == "fact" else (),
        invented="We have four engineers." if kind == "invented_fact" else "",
        twist_id=QUESTION.twists[0].id if kind == "twist" else "",
        hint_rung=2 if kind == "hint" else 0,
    )


@pytest.mark.parametrize("persona", load_personas(), ids=lambda persona: persona.id)
@pytest.mark.parametrize("kind", get_args(MoveKind))
def test_every_move_has_words_in_every_tone(kind: MoveKind, persona: object) -> None:
    chosen = next(each for each in load_personas() if each == persona)
    move = any_move(kind)
    state = InterviewState(
        level="senior",
        plan=(QUESTION.id,),
        minutes=(20.0,),
        question_index=0,
        moves=[move],
        sentences=[],
        answer=Answer(),
        asked="How would you know?",
    )
    situation = Situation(state, QUESTION, chosen, load_conduct())
    book = load_phrasebook(chosen.tone)
    said = [book.pick(key, (), 1, **slots) for key, slots in sentences_for(move, situation, chosen)]
    assert all(sentence.strip() for sentence in said)
    if move.hook:
        assert HOOK in " ".join(said)


def reworded(asking: Move, *sentences: str) -> str:
    """What is said when the candidate asks for other words after `asking`."""
    persona = load_personas()[0]
    move = any_move("rephrase")
    state = InterviewState(
        level="senior",
        plan=(QUESTION.id,),
        minutes=(20.0,),
        question_index=0,
        moves=[asking, move],
        sentences=list(sentences),
        answer=Answer(),
        asked=sentences[-1],
    )
    situation = Situation(state, QUESTION, persona, load_conduct())
    book = load_phrasebook(persona.tone)
    return " ".join(
        book.pick(key, sentences, 1, **slots)
        for key, slots in sentences_for(move, situation, persona)
    )


def test_a_question_is_put_in_other_words_and_once_these_are_used_up_repeated() -> None:
    first = reworded(any_move("prompt"), QUESTION.prompt)
    assert QUESTION.rephrased in first
    again = reworded(any_move("prompt"), first, f"Well. {QUESTION.prompt}")
    assert QUESTION.rephrased not in again
    assert QUESTION.prompt in again


def test_asking_why_in_other_words_keeps_to_the_same_choice() -> None:
    said = reworded(any_move("why"), f"Why “{HOOK}”, and not something else?")
    assert HOOK in said
    assert QUESTION.rephrased not in said

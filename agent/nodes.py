"""The nodes of the interview graph. Each returns the fields it changes; none keeps anything.

Imports langgraph at the top: only `graph.build_graph` imports this module, at run time.
"""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime
from langgraph.types import Overwrite, interrupt

from agent.attributed import taken_back
from agent.context import Context
from agent.leading import led_to, still_led
from agent.moves import ASKING_NOTHING, Move
from agent.on_request import still_owed, still_unasked
from agent.pacing import monologue_limit, silence_limit
from agent.phases import opening_phase
from agent.plan import anchors_at
from agent.policy import next_move
from agent.reading import Reading
from agent.situation import ORDINARY, Situation
from agent.state import Answer, Ask, Covered, InterviewState, Released, Said

LADDER = {"take_your_time": 1, "what_weighing": 2, "hint": 3}
"""Rungs of the silence ladder a move stands on."""

SPOKEN_WORD_MS = 400
"""A word at 150 words a minute."""


def decide(state: InterviewState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Pick the next move by the policy and enter its question and phase."""
    situation = runtime.context.situation(state)
    move = next_move(situation)
    update: dict[str, Any] = {"move": move, "moves": [move]}
    if move.kind in {"prompt", "next_question"}:
        update |= fresh_question(state, runtime.context, move)
        update |= left_behind(state, move)
    elif move.phase != situation.phase:
        update |= {"phase": move.phase, "phase_started_ms": state.get("now_ms", 0), "fruitless": 0}
    if move.tells:
        update["released"] = newly_released(state, situation, move)
    if move.kind == "invented_fact":
        update["released"] = newly_invented(state, situation, move)
    if situation.owed or situation.reading.facts_asked:
        update["owed"] = still_owed(situation, move)
    if move.kind == "hint":
        update["hints"] = move.hint_rung
    if move.kind == "hint" or new_thread(move, situation.last):
        update["fruitless"] = 0
    if move.kind in {"ramble_soft", "ramble_clock"}:
        update["astray_ms"] = 0
    if situation.lead:
        update["lead"] = still_led(situation, move)
    update["unasked"] = still_unasked(situation, move)
    quiet = situation.reading.act == "silence"
    update["silence_rung"] = LADDER.get(move.kind, 0) if quiet else 0
    update["waiting"] = move.kind == "wait_ok"
    if not move.expects_answer:
        left = "left" if situation.answer.left else "complete"
        update["ended"] = "stopped" if move.kind == "stopped" else left
    return update


def new_thread(move: Move, last: Move | None) -> bool:
    """Whether `move` asks about another area than the move before."""
    return move.area is not None and (last is None or move.area != last.area)


def fresh_question(state: InterviewState, context: Context, move: Move) -> dict[str, Any]:
    """Everything that belongs to one question, as it stands at its beginning."""
    opened = move.kind == "next_question"
    index = state["question_index"] + opened
    plan = (*state["plan"][:index], move.question_id, *state["plan"][index + 1 :])
    now = state.get("now_ms", 0)
    return {
        "plan": plan,
        "anchors": anchors_at(index, context.bank.get(move.question_id), state),
        "difficulty": move.difficulty or state.get("difficulty", ORDINARY),
        "question_index": index,
        "phase": opening_phase(context.conduct, context.bank.get(move.question_id)),
        "question_started_ms": now,
        "phase_started_ms": now,
        "covered": [],
        "hints": 0,
        "fruitless": 0,
        "unclear": 0,
        "astray_ms": 0,
        "owed": [],
        "silence_rung": 0,
        "asked_something": False,
        "lead": (),
        "outlined": False,
        "solving_since_ms": -1,
        "contradictions": [],
    }


def left_behind(state: InterviewState, move: Move) -> dict[str, Any]:
    """Moves and words of the questions before: nothing asks for them any more.

    Every step writes the whole state, so what is not dropped is written for the rest of the day.
    The folder keeps all of it. The last words stay, as the next turn's index follows from them.
    """
    return {"moves": Overwrite([move]), "said": Overwrite(state.get("said", [])[-1:])}


def newly_released(state: InterviewState, s: Situation, move: Move) -> list[Released]:
    """Facts of `move` that have not been told yet."""
    known = {
        released.fact_id
        for released in state.get("released", [])
        if released.question_id == s.question.id
    }
    turn = s.answer.turn if s.answer.turn is not None else 0
    return [
        Released(
            fact_id=fact_id,
            say=s.question.fact(fact_id).say,
            question_id=s.question.id,
            after_turn=turn,
        )
        for fact_id in move.tells
        if fact_id not in known
    ]


def newly_invented(state: InterviewState, s: Situation, move: Move) -> list[Released]:
    """The made-up detail of `move`, unless it was told before."""
    mine = [r for r in state.get("released", []) if r.question_id == s.question.id and r.asked]
    if any(each.say == move.invented for each in mine):
        return []
    return [
        Released(
            fact_id=f"invented-{len(mine) + 1}",
            say=move.invented,
            question_id=s.question.id,
            after_turn=s.answer.turn if s.answer.turn is not None else 0,
            asked=move.trigger,
        )
    ]


def phrase(state: InterviewState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Word the move; each sentence is handed out as soon as it is complete and checked."""
    context = runtime.context
    situation = context.situation(state)
    move = state["move"]
    sentences: list[str] = []
    for sentence in context.brain.phrase(move, situation):
        sentences.append(sentence)
        runtime.stream_writer({"sentence": sentence})
    ask = Ask(
        move=move,
        utterance=" ".join(sentences),
        turn=next_turn(state),
        reading=state.get("reading"),
        silence_limit_ms=silence_limit(situation, move),
        vocabulary=situation.question.vocabulary,
        monologue_ms=monologue_limit(situation),
        cut_in=situation.persona.cut_in,
        notices=context.brain.notices(),
    )
    update: dict[str, Any] = {"ask": ask, "sentences": sentences}
    if move.kind not in ASKING_NOTHING:
        update["asked"] = sentences[-1]
    return update


def next_turn(state: InterviewState) -> int:
    """The index the next turn gets in turns.jsonl."""
    said = state.get("said", [])
    return said[-1].turn + 1 if said else 0


def await_answer(state: InterviewState) -> dict[str, Any]:
    """The graph's only pause. Holds nothing but the interrupt: on resume a node runs again."""
    answer: Answer = interrupt(state["ask"].model_dump(mode="json"), response_schema=Answer)
    ask = state["ask"]
    said = [
        Said(
            turn=ask.turn,
            speaker="interviewer",
            text=answer.told or ask.utterance,
            question_id=ask.move.question_id,
        )
    ]
    if answer.turn is not None:
        said.append(
            Said(
                turn=answer.turn,
                speaker="candidate",
                text=answer.text,
                question_id=ask.move.question_id,
            )
        )
    return {"answer": answer, "now_ms": answer.now_ms, "said": said}


def read(state: InterviewState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Understand the answer and note what it brought."""
    situation = runtime.context.situation(state)
    answer = state["answer"]
    reading = runtime.context.brain.read(answer, situation)
    turn = answer.turn if answer.turn is not None else -1
    question_id = situation.question.id
    heard = [
        Covered(question_id=question_id, point_id=p.point_id, quote=p.quote, turn=turn)
        for p in reading.points
    ]
    new = unheard([*runtime.context.brain.late(), *heard], situation)
    update: dict[str, Any] = {"reading": reading, "covered": [*state.get("covered", []), *new]}
    if reading.act == "silence":
        return update
    update["silence_rung"] = 0
    if situation.last is None or situation.last.kind != "reconcile":
        # The answer to "how do these fit together?" restates both; that is no new contradiction.
        told = {r.fact_id: r.say for r in state.get("released", []) if r.question_id == question_id}
        known = [
            each
            for each in state.get("contradictions", [])
            if not taken_back(answer.text, told.get(each.fact_id, each.before) or each.now)
        ]
        update["contradictions"] = [*known, *reading.contradictions]
    if reading.astray:
        update["astray_ms"] = state.get("astray_ms", 0) + talked_ms(answer, reading)
    elif reading.points or reading.solving or reading.questions:
        update["astray_ms"] = 0
    unclear = reading.act == "unintelligible" or answer.other_language
    update["unclear"] = state.get("unclear", 0) + 1 if unclear else 0
    update |= progress(state, situation, reading, brought=bool(new))
    update["lead"] = led_to(situation, reading, answer.text)
    return update


def talked_ms(answer: Answer, reading: Reading) -> int:
    """How long an answer took to say; typed ones as long as they would have."""
    return max(answer.end_ms - answer.start_ms, reading.words * SPOKEN_WORD_MS)


def unheard(found: list[Covered], s: Situation) -> list[Covered]:
    """Points of this question that were not heard before, each once."""
    ids = {point.id for point in s.question.points} - s.covered
    mine = [each for each in found if each.question_id == s.question.id]
    first = {each.point_id: each for each in reversed(mine) if each.point_id in ids}
    return list(first.values())


def progress(
    state: InterviewState, s: Situation, reading: Reading, *, brought: bool
) -> dict[str, Any]:
    """Whether the last probe gained anything, and what framing has seen so far."""
    asked = bool(reading.facts_asked or reading.unknown_questions or reading.assumptions)
    update: dict[str, Any] = {
        "asked_something": state.get("asked_something", False) or asked,
        "outlined": state.get("outlined", False) or (reading.signposted and reading.solving),
    }
    if reading.solving and not update["asked_something"] and state["solving_since_ms"] < 0:
        update["solving_since_ms"] = state["answer"].start_ms
    probing = s.last is not None and s.last.kind in {"probe", "deeper", "why", "how_much"}
    if probing:
        thin = reading.words < s.conduct.limits.thin_answer_words and not reading.numbers
        gained = brought or not (thin or reading.repeats_turn is not None)
        update["fruitless"] = 0 if gained else state.get("fruitless", 0) + 1
    return update

"""What is said for a move: phrase keys with their slots, in the order they are spoken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from agent.case import case_due
from agent.moves import ASKING_NOTHING, Beside, Move
from agent.naming import named, names
from agent.probe_words import Slots, Worded, deeper, probe, unused_probe, was_spoken
from agent.reminding import reminder
from agent.situation import Situation
from prompts.persona import Persona
from prompts.phrase_keys import PhraseKey

PLAIN_WORDS = 12
"""Length of a phrase, as long as it is not chosen, in which nothing long is filled in."""
EVERY = 3
"""Past the time for framing: facts between two wishes to hear a proposal."""
TELLING = frozenset({"fact", "invented_fact"})
"""Moves that answer; the rest that was asked is met behind them."""
BESIDE: dict[Beside, PhraseKey] = {
    "question": "ask_again",
    "questions": "ask_again_all",
    "assume": "assume_beside",
    "decision": "decide_beside",
    "own_answer": "own_answer",
    "verdict": "verdict_beside",
    "expectation": "no_expectation",
    "time": "time_left",
    "job": "answer_candidate_question",
}
NAMED_BESIDE: dict[Beside, PhraseKey] = {
    "question": "open_named",
    "questions": "open_named",
    "assume": "assume_named",
}
"""The same for what was asked and can be named by a few of its words."""
AMOUNT = re.compile(
    r"\bhow (?!do|does|did|is|are|was|were|would|can|could|should)\w+\b"
    r"|\b(?:number|share|rate|percentage|volume|size|budget|latency|cost|traffic)\b",
    re.IGNORECASE,
)
"""Who asks like this wants a figure."""
CHOICE = re.compile(r"(?:which|what|whether)\b")


def sentences_for(move: Move, s: Situation, persona: Persona) -> Iterator[tuple[Any, Slots]]:
    """Phrase keys with their slots, in the order they are spoken."""
    if move.tells and move.kind not in TELLING:
        yield from owed_before(move, s)
    if move.lead in ("bridge", "ramble_bridge"):
        yield move.lead, bridge_slots(move, s)
    elif move.lead:
        yield move.lead, {}
    if case := case_due(s, move.kind):
        yield "case", {"case": case}
    if move.kind not in TELLING:
        yield from beside(move, s)
    yield from WORDINGS.get(move.kind, plain)(move, s, persona)
    if move.kind in TELLING:
        yield from beside(move, s)


def bridge_slots(move: Move, s: Situation) -> Slots:
    """Where a bridge leads, unless the move itself says so, and the minutes left for a ramble."""
    named = move.phase in PHASE_WORDS and move.kind in {"probe", "deeper", "why"}
    slots: Slots = {"phase_words": PHASE_WORDS[move.phase]} if named else {}
    if move.lead == "ramble_bridge":
        slots["minutes"] = max(1, round(s.session_left_ms / 60_000))
    return slots


def beside(move: Move, s: Situation) -> Iterator[tuple[Any, Slots]]:
    """A sentence on everything else that was asked: behind a fact, but before a question."""
    left = names(move.left_out)
    for what in move.beside:
        if left and what in NAMED_BESIDE:
            yield NAMED_BESIDE[what], {"topic": left}
        elif what == "decision" and (choice := names(choices(s))):
            yield "decide_named", {"topic": choice}
        else:
            yield BESIDE[what], time_slots(s) if what == "time" else {}


def choices(s: Situation) -> list[str]:
    """Decisions that were handed over and have a name: "which model", not "should I go on"."""
    return [asked for asked in s.reading.handed_questions if CHOICE.match(named(asked))]


def plain(move: Move, s: Situation, persona: Persona) -> Worded:
    """A phrase that needs nothing but its key."""
    yield move.kind, {}


def prompt(move: Move, s: Situation, persona: Persona) -> Worded:
    """Greeting, format, and the question, once."""
    minutes = round(sum(s.state["minutes"]))
    yield "greet", {"name": persona.name, "title": persona.title, "minutes": minutes}
    yield "format_note", {}
    yield from anchor(s)
    yield "ask_prompt", {"prompt": f"{s.question.prompt} {s.conduct.task}".strip()}


def anchor(s: Situation) -> Worded:
    """A line of the candidate's own material, quoted before the question it may serve for."""
    source, _, line = s.anchor.partition(": ")
    if line:
        yield "anchor", {"source": source, "line": speakable(line)}


def speakable(line: str) -> str:
    """A written line as it can be said inside quotation marks: without brackets and markup."""
    return " ".join(re.sub(r"[{}\[\]()*_#<>\"“”|]+", " ", line).split())


def next_question(move: Move, s: Situation, persona: Persona) -> Worded:
    """The next question of the plan."""
    yield from anchor(s)
    yield "next_question", {"prompt": s.question.prompt}


def fact(move: Move, s: Situation, persona: Persona) -> Worded:
    """The sheet's own words, all facts asked for in one reply; told anew, shorter than at first."""
    asked = {each.fact_id: each.quote for each in s.reading.facts_asked}
    new = [s.question.fact(each).say for each in move.fact_ids if each not in s.told]
    again = [
        reminder(s.question.fact(each).say, asked.get(each, ""))
        for each in move.fact_ids
        if each in s.told
    ]
    if new:
        promised = not set(move.fact_ids) & set(asked)
        topic = names([move.trigger]) if promised and len(move.fact_ids) == 1 else ""
        if topic:
            yield "owed_named", {"topic": topic, "fact": new[0]}
        else:
            yield "fact_owed" if promised else "fact", {"fact": " ".join(new)}
    if again:
        often = all(s.told_times(each) > 1 for each in move.fact_ids)
        yield "fact_known" if often else "fact_again", {"fact": " ".join(again)}
    if move.more_asked:
        coming = names([each.part or each.quote for each in s.owed])
        if coming:
            yield "coming_named", {"topic": coming}
        else:
            yield "one_more" if len(s.owed) == 1 else "more_asked", {}
    elif move.beside:
        return
    elif waits_for_plan(s) and s.made("fact", phase="framing") % EVERY == 0:
        yield "start_now", {}


def waits_for_plan(s: Situation) -> bool:
    """Whether the time for framing is over and nothing was proposed yet."""
    return s.phase == "framing" and s.phase_over and not s.reading.solving


def owed_before(move: Move, s: Situation) -> Worded:
    """A fact that was still owed, told on the way to a question."""
    say = s.question.fact(move.tells[0]).say
    topic = names([move.owed_words])
    yield ("owed_named", {"topic": topic, "fact": say}) if topic else ("fact_owed", {"fact": say})


def no_such_fact(move: Move, s: Situation, persona: Persona) -> Worded:
    """For one question, or for all of them at once."""
    if move.several:
        yield "no_such_facts", {}
    elif move.premise:
        yield "premise", {}
    else:
        number = AMOUNT.search(move.trigger) is not None
        yield "no_such_fact" if number else "no_such_detail", {}


def no_verdict(move: Move, s: Situation, persona: Persona) -> Worded:
    """Neither how it goes nor what we would like to hear is told."""
    yield s.no_verdict, {}


def invented_fact(move: Move, s: Situation, persona: Persona) -> Worded:
    """A made-up detail, as it was made up."""
    yield "unknown_fact", {"invented": move.invented}


def off_topic(move: Move, s: Situation, persona: Persona) -> Worded:
    """Small talk leads back to the problem; the clock is told."""
    if s.reading.aside == "time":
        yield "time_left", time_slots(s)
    elif s.reading.aside == "job":
        yield "answer_candidate_question", {}
    else:
        yield "off_topic", {}


def hooked(move: Move, s: Situation, persona: Persona) -> Worded:
    """Why, how much, challenge, scale up: hold on to the candidate's words."""
    yield move.kind, {"hook": move.hook}


def reconcile(move: Move, s: Situation, persona: Persona) -> Worded:
    """Both statements, quoted; or that one of them did not come from us."""
    if not move.before:
        yield "not_said", {"now": move.hook}
    elif move.fact_ids:
        yield "reconcile_fact", {"fact": move.before, "now": move.hook}
    else:
        key = "reconcile" if move.hook in s.answer.text else "reconcile_late"
        yield key, {"before": move.before, "now": move.hook}


def go_on(move: Move, s: Situation, persona: Persona) -> Worded:
    """The floor is the candidate's, or the way that it proposes."""
    begun = s.covered or s.reading.solving or s.state.get("solving_since_ms", -1) >= 0
    yield "lead_on" if s.reading.leads_on else "keep_on" if begun else "go_on", {}


def twist(move: Move, s: Situation, persona: Persona) -> Worded:
    """The new fact and one question."""
    yield "twist", {"twist": s.question.twist(move.twist_id).say}


def outline(move: Move, s: Situation, persona: Persona) -> Worded:
    """The parts of what is designed, or the steps of what is done."""
    yield "outline_steps" if s.question.type == "operations" else "outline", {}


def deep_dive(move: Move, s: Situation, persona: Persona) -> Worded:
    """A senior chooses where to go deep."""
    yield "deep_dive_choose", {}


def hint(move: Move, s: Situation, persona: Persona) -> Worded:
    """The rung's words from the bank."""
    yield "hint", {"hint": s.question.hints[move.hint_rung - 1]}


def repeat(move: Move, s: Situation, persona: Persona) -> Worded:
    """The last thing really asked, once more."""
    asked = s.state.get("asked", s.question.prompt)
    # Of the question itself without "Let's start." before it: that is over.
    yield "repeat", {"prompt": asked[max(0, asked.find(s.question.prompt)) :]}


def rephrase(move: Move, s: Situation, persona: Persona) -> Worded:
    """What was asked last in other words; where there are none left, once more the same."""
    asking = next((m for m in reversed(s.moves[:-1]) if m.kind not in ASKING_NOTHING), None)
    if asking is None or asking.kind in {"prompt", "next_question"}:
        other = s.question.rephrased
    elif asking.kind in {"probe", "deeper"}:
        other = unused_probe(asking, s, deeper=asking.kind == "deeper")
    else:
        # Worded anew from the phrasebook: what it is about stays, the frame changes.
        yield from WORDINGS.get(asking.kind, plain)(asking, s, persona)
        return
    if was_spoken(other, s):
        yield from repeat(move, s, persona)
    else:
        yield "rephrase", {"prompt": other}


def reflect(move: Move, s: Situation, persona: Persona) -> Worded:
    """What would you do differently."""
    yield "reflect", {"question": s.question.reflect}


def signed(move: Move, s: Situation, persona: Persona) -> Worded:
    """Close and stop carry the interviewer's name."""
    yield move.kind, {"name": persona.name}


def ramble_clock(move: Move, s: Situation, persona: Persona) -> Worded:
    """Redirect with the clock."""
    yield "ramble_clock", time_slots(s)


def time_slots(s: Situation) -> Slots:
    """The whole minutes that are left for this question."""
    return {"minutes": max(1, round(s.left_ms / 60_000))}


WORDINGS: dict[str, Callable[[Move, Situation, Persona], Worded]] = {
    "prompt": prompt,
    "next_question": next_question,
    "fact": fact,
    "no_such_fact": no_such_fact,
    "no_verdict": no_verdict,
    "invented_fact": invented_fact,
    "off_topic": off_topic,
    "go_on": go_on,
    "why": hooked,
    "how_much": hooked,
    "challenge": hooked,
    "scale_up": hooked,
    "reconcile": reconcile,
    "probe": probe,
    "deeper": deeper,
    "twist": twist,
    "outline": outline,
    "deep_dive": deep_dive,
    "hint": hint,
    "repeat": repeat,
    "rephrase": rephrase,
    "reflect": reflect,
    "close": signed,
    "stopped": signed,
    "ramble_clock": ramble_clock,
}

PHASE_WORDS = {"data_and_model": "data and model", "production": "life in production"}
"""Phases that can be named aloud in a bridge; of the others the question says what they are."""

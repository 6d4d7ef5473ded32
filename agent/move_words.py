"""What is said for a move: phrase keys with their slots, in the order they are spoken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from agent.moves import ASKING_NOTHING, Beside, Move
from agent.reminding import reminder
from agent.saying_back import after_anchor, short_quote
from agent.situation import Situation
from prompts.persona import Persona
from prompts.phrase_keys import PhraseKey
from prompts.phrasebook import MAX_SPOKEN_WORDS

Slots = dict[str, Any]

FRAME_WORDS = 4
"""What stands around the words that are filled in, at the least."""
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
}


def sentences_for(move: Move, s: Situation, persona: Persona) -> Iterator[tuple[Any, Slots]]:
    """Phrase keys with their slots, in the order they are spoken."""
    if move.lead in ("bridge", "ramble_bridge"):
        yield move.lead, bridge_slots(move, s)
    elif move.lead:
        yield move.lead, {}
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
    for what in move.beside:
        yield BESIDE[what], time_slots(s) if what == "time" else {}


Worded = Iterator[tuple[Any, Slots]]


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
        yield "fact_owed" if promised else "fact", {"fact": " ".join(new)}
    if again:
        often = all(s.told_times(each) > 1 for each in move.fact_ids)
        yield "fact_known" if often else "fact_again", {"fact": " ".join(again)}
    if move.more_asked:
        yield "one_more" if len(s.owed) == 1 else "more_asked", {}
    elif move.beside:
        return
    elif s.phase == "framing" and s.phase_over and s.made("fact", phase="framing") % EVERY == 0:
        yield "start_now", {}


def no_such_fact(move: Move, s: Situation, persona: Persona) -> Worded:
    """For one question, or for all of them at once."""
    yield "no_such_facts" if move.several else "no_such_fact", {}


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


def probe(move: Move, s: Situation, persona: Persona) -> Worded:
    """The bank's question about an area not heard yet; a change of subject is announced."""
    key = "led_question" if move.lead else "probe" if continues(move, s) else "probe_new"
    yield key, {"question": unused_probe(move, s, deeper=False)}


def continues(move: Move, s: Situation) -> bool:
    """Whether the move goes on from the last answer, as long as that brought anything.

    Areas are wide: who has just spoken of labels does not call the next question on them another.
    """
    last = s.moves[-2] if len(s.moves) > 1 else None
    asked = last is not None and last.kind in {"probe", "deeper"}
    return not asked or bool(s.reading.points) or s.question.type == "behavioural"


def go_on(move: Move, s: Situation, persona: Persona) -> Worded:
    """The floor is the candidate's, or the way that it proposes."""
    yield "lead_on" if s.reading.leads_on else "go_on", {}


def deeper(move: Move, s: Situation, persona: Persona) -> Worded:
    """The bank's question one level further, with words of the candidate when there is room.

    With them it need not say what it is about. Only every other one: always would be a form, too.
    """
    question = unused_probe(move, s, deeper=True)
    short = after_anchor(question)
    point = s.question.point(move.point_id)
    about = " ".join((question, point.text, *point.exemplars))
    quote = short_quote(move.trigger, about) if s.made("deeper") % 2 else ""
    spoken = len(short.split()) + len(quote.split()) + FRAME_WORDS
    if move.lead:
        yield "led_question", {"question": question}
    elif not quote or spoken > MAX_SPOKEN_WORDS or was_spoken(quote, s):
        # "I'm not letting go yet" is for what was just said.
        just = any(seen.point_id == move.point_id for seen in s.reading.points)
        yield "deeper" if just else "probe", {"question": question}
    else:
        yield "deeper", {"question": short, "hook": quote}


def unused_probe(move: Move, s: Situation, *, deeper: bool) -> str:
    """The first wording of the point that was not spoken yet, else the first."""
    spoken = " ".join(s.state.get("sentences", [])).casefold()
    probes = s.question.point(move.point_id).probes
    texts = [probe.deeper if deeper else probe.ask for probe in probes]
    tails = [after_anchor(text).casefold() for text in texts]
    unused = (text for text, tail in zip(texts, tails, strict=True) if tail not in spoken)
    return next(unused, texts[0])


def twist(move: Move, s: Situation, persona: Persona) -> Worded:
    """The new fact and one question."""
    yield "twist", {"twist": s.question.twist(move.twist_id).say}


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


def was_spoken(words: str, s: Situation) -> bool:
    """Whether the interviewer has said these words."""
    return words.casefold() in " ".join(s.state.get("sentences", [])).casefold()


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


def named(move: Move, s: Situation, persona: Persona) -> Worded:
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
    "deep_dive": deep_dive,
    "hint": hint,
    "repeat": repeat,
    "rephrase": rephrase,
    "reflect": reflect,
    "close": named,
    "stopped": named,
    "ramble_clock": ramble_clock,
}

PHASE_WORDS = {"data_and_model": "data and model", "production": "life in production"}
"""Phases that can be named aloud in a bridge; of the others the question says what they are."""

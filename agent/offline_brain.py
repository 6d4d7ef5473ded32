"""The brain that needs no language model: reads by rules and embeddings, speaks from templates."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

from agent.inventing import recalled
from agent.moves import ASKING_NOTHING, Move
from agent.reader import AnswerReader, ReadingContext
from agent.reading import Reading
from agent.saying_back import after_anchor, short_quote
from agent.situation import Situation
from agent.state import Answer, Covered
from evaluation.encoder import SentenceEncoder
from prompts.persona import Persona
from prompts.phrasebook import MAX_SPOKEN_WORDS, Phrasebook, load_phrasebook
from prompts.question_bank import Question
from prompts.rubric import Level

Slots = dict[str, Any]

FRAME_WORDS = 4
"""What stands around the words that are filled in, at the least."""
EVERY = 3
"""Past the time for framing: facts between two wishes to hear a proposal."""
NOT_UNDERSTOOD = Reading(act="unintelligible")


class OfflineBrain:
    """A real engine: the same words lead to the same moves and sentences, without a network."""

    name = "offline"

    def __init__(self, encoder: SentenceEncoder, persona: Persona, *, seed: int = 0) -> None:
        """`encoder` is shared with the offline judge; `seed` varies the wording."""
        self.encoder = encoder
        self.persona = persona
        self.phrasebook: Phrasebook = load_phrasebook(persona.tone)
        self.seed = seed
        self.readers: dict[str, AnswerReader] = {}
        self.reading = threading.Lock()
        """A reader serves one thread; the next question's is warmed beside the conversation."""

    def reader(self, question: Question, level: Level) -> AnswerReader:
        """The reader of one question, kept because its exemplars are encoded once."""
        key = f"{question.id}/{level}"
        if key not in self.readers:
            self.readers[key] = AnswerReader(self.encoder, question, level)
        return self.readers[key]

    def warm(self, question: Question, level: Level) -> None:
        """Encode the exemplars of `question` (one to two seconds, once)."""
        with self.reading:
            self.reader(question, level).warm()

    def prepare(self, clause: str, situation: Situation) -> None:
        """Encode a clause while the candidate goes on."""
        with self.reading:
            self.reader(situation.question, situation.level).prepare(clause)

    def read(self, answer: Answer, situation: Situation) -> Reading:
        """Rules and sentence embeddings; empty text is silence."""
        if answer.other_language or answer.unclear:
            return NOT_UNDERSTOOD
        if not answer.text.strip():
            return Reading(act="silence")
        with self.reading:
            reading = self.reader(situation.question, situation.level).read(
                answer.text, words=answer.words, context=reading_context(situation)
            )
            return recalled(reading, situation, self.encoder)

    def phrase(self, move: Move, situation: Situation) -> Iterator[str]:
        """Templates filled with the bank's words and the candidate's own."""
        used = list(situation.state.get("sentences", []))
        worded = list(sentences_for(move, situation, self.persona))
        words = sum(  # A short bridge is taken before a long question.
            FRAME_WORDS + sum(len(str(value).split()) for value in slots.values())
            for _, slots in worded[1:]
        )
        for place, (key, slots) in enumerate(worded):
            seed = self.seed + len(used)
            sentence = self.phrasebook.pick(key, used, seed, words, **slots)
            used.append(sentence)
            words = sum(len(each.split()) for each in used[-1 - place :])
            yield sentence

    def late(self) -> tuple[Covered, ...]:
        """Everything is read at once."""
        return ()

    def notices(self) -> tuple[str, ...]:
        """Nothing here can fail and be replaced."""
        return ()

    def used(self) -> dict[str, int]:
        """No model, no tokens."""
        return {}

    def close(self) -> None:
        """Nothing runs beside the conversation."""


def reading_context(s: Situation) -> ReadingContext:
    """What the reader may compare an answer with."""
    said = [x for x in s.state.get("said", []) if x.question_id == s.question.id]
    return ReadingContext(
        earlier=tuple(
            (x.turn, x.text) for x in said if x.speaker == "candidate" and x.turn != s.answer.turn
        ),
        released={
            r.fact_id: r.say for r in s.state.get("released", []) if r.question_id == s.question.id
        },
        outdated={fact.id: fact.was for fact in s.question.facts if fact.was},
    )


def sentences_for(move: Move, s: Situation, persona: Persona) -> Iterator[tuple[Any, Slots]]:
    """Phrase keys with their slots, in the order they are spoken."""
    if move.lead == "bridge":
        yield "bridge", {"phase_words": PHASE_WORDS[move.phase]}
    elif move.lead == "ramble_bridge":
        minutes = max(1, round(s.session_left_ms / 60_000))
        yield "ramble_bridge", {"phase_words": PHASE_WORDS[move.phase], "minutes": minutes}
    elif move.lead:
        yield move.lead, {}
    yield from WORDINGS.get(move.kind, plain)(move, s, persona)


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
    """The sheet's own words, all facts asked for in one reply; told anew, as nothing new."""
    before = {r.fact_id for r in s.state.get("released", []) if r.after_turn != s.answer.turn}
    again = set(move.fact_ids) <= before
    told = " ".join(s.question.fact(each).say for each in move.fact_ids)
    yield "fact_again" if again else "fact", {"fact": told}
    if move.more_asked:
        yield "more_asked", {}
    elif move.left_out:
        # Not "there is no such fact": it may have been worded as nobody thought of.
        yield "ask_again", {}
    elif s.phase == "framing" and s.phase_over and s.made("fact", phase="framing") % EVERY == 0:
        yield "start_now", {}


def invented_fact(move: Move, s: Situation, persona: Persona) -> Worded:
    """A made-up detail, as it was made up."""
    yield "unknown_fact", {"invented": move.invented}


def off_topic(move: Move, s: Situation, persona: Persona) -> Worded:
    """Small talk leads back to the problem; the clock is told."""
    if s.reading.aside == "time":
        yield "time_left", {"minutes": max(1, round(s.left_ms / 60_000))}
    else:
        yield "off_topic", {}


def hooked(move: Move, s: Situation, persona: Persona) -> Worded:
    """Why, how much, challenge, scale up: hold on to the candidate's words."""
    yield move.kind, {"hook": move.hook}


def reconcile(move: Move, s: Situation, persona: Persona) -> Worded:
    """Both statements, quoted."""
    if move.fact_ids:
        yield "reconcile_fact", {"fact": move.before, "now": move.hook}
    else:
        key = "reconcile" if move.hook in s.answer.text else "reconcile_late"
        yield key, {"before": move.before, "now": move.hook}


def probe(move: Move, s: Situation, persona: Persona) -> Worded:
    """The bank's question about an area not heard yet."""
    key = "led_question" if move.lead else "probe"
    yield key, {"question": unused_probe(move, s, deeper=False)}


def deeper(move: Move, s: Situation, persona: Persona) -> Worded:
    """The bank's question one level further, with words of the candidate when there is room.

    With them it need not say what it is about. Only every other one: always would be a form, too.
    """
    question = unused_probe(move, s, deeper=True)
    short = after_anchor(question)
    quote = short_quote(move.trigger) if s.made("deeper") % 2 else ""
    spoken = len(short.split()) + len(quote.split()) + FRAME_WORDS
    if move.lead:
        yield "led_question", {"question": question}
    elif not quote or spoken > MAX_SPOKEN_WORDS or was_spoken(quote, s):
        yield "deeper", {"question": question}
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
    yield "ramble_clock", {"minutes": max(1, round(s.left_ms / 60_000))}


WORDINGS: dict[str, Callable[[Move, Situation, Persona], Worded]] = {
    "prompt": prompt,
    "next_question": next_question,
    "fact": fact,
    "invented_fact": invented_fact,
    "off_topic": off_topic,
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

PHASE_WORDS = {
    "open": "the question",
    "framing": "the problem itself",
    "outline": "the overall picture",
    "data_and_model": "data and model",
    "deep_dive": "one part in depth",
    "twist": "a change in the situation",
    "production": "life in production",
    "close": "a look back",
}
"""How a phase is named aloud after a bridge."""

"""The brain that needs no language model: reads by rules and embeddings, speaks from templates."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from agent.inventing import recalled
from agent.move_words import PLAIN_WORDS, sentences_for
from agent.moves import Move
from agent.probe_words import FRAME_WORDS
from agent.reader import AnswerReader, ReadingContext
from agent.reading import Reading
from agent.situation import Situation
from agent.state import Answer, Covered
from evaluation.encoder import SentenceEncoder
from prompts.persona import Persona
from prompts.phrasebook import Phrasebook, load_phrasebook
from prompts.question_bank import Question
from prompts.rubric import Level

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
        lengths = [
            max(PLAIN_WORDS, FRAME_WORDS + sum(len(str(value).split()) for value in slots.values()))
            for _, slots in worded
        ]
        said = 0
        for place, (key, slots) in enumerate(worded):
            # A short bridge is taken before a long question.
            words = said + sum(lengths[place + 1 :])
            sentence = self.phrasebook.pick(key, used, self.seed + len(used), words, **slots)
            used.append(sentence)
            said += len(sentence.split())
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
        ours=tuple(x.text for x in said if x.speaker == "interviewer"),
        outdated={fact.id: fact.was for fact in s.question.facts if fact.was},
    )

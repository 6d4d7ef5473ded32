"""What a simulated candidate is: it hears utterances and answers, the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import ClassVar

from agent.simulated.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Utterance:
    """One turn of a candidate, with what it is meant to do."""

    text: str = ""
    think_ms: int = 1_500
    """Silence before the first word; the interviewer's patience may end before."""
    asks: tuple[str, ...] = ()
    """Sentences of `text` that put a question to the interviewer."""
    wants: str = ""
    """hint, skip, repeat, rephrase, wait, stop: what is asked of the conversation; or nothing."""
    plants: tuple[str, ...] = ()
    """Words the interviewer is ordered to say."""
    key: str = ""
    """A pressed key instead of words."""
    confidence: float = 0.95
    """The recogniser's median word probability, 0-1."""
    other_language: bool = False
    unclear: bool = False


class Candidate:
    """Base of all: a seed, what is known of the questions, and a manner of speaking."""

    name: ClassVar[str]
    about: ClassVar[str]
    """One line for help texts and tables."""
    words_per_minute: ClassVar[int] = 150
    cuts_in: ClassVar[float] = 0.0
    """Share of the interviewer's longer utterances that are talked over, 0-1."""

    def __init__(self, knowledge: Knowledge, seed: int) -> None:
        self.knowledge = knowledge
        self.chance = random.Random(f"{self.name}/{seed}")
        self.turns = 0

    def reply(self, heard: str) -> Utterance:
        """The answer to an utterance; nothing else of the interviewer is seen."""
        self.knowledge.follow(heard)
        self.turns += 1
        return self.answer(heard)

    def answer(self, heard: str) -> Utterance:
        """What this kind of candidate says."""
        raise NotImplementedError

    def one_of(self, *texts: str) -> str:
        """One of `texts` by chance."""
        return self.chance.choice(texts)

    def may(self, share: float) -> bool:
        """True in that share of cases."""
        return self.chance.random() < share

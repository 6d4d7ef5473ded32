"""What is not about the problem: small talk, the clock, how the candidate does, other stories.

Such a question is nearer to the examples here than to anything the sheet or the points say. When in
doubt it counts as a question about the problem, for to be told that a good question does not belong
here is worse than a vague reply to small talk. Talk is astray when, sentence for sentence, it is
far from all that belongs to the question.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.clauses import Span
from agent.fact_signals import COMPANY
from agent.reading import Aside
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import Question

NEAR_ENOUGH = 0.45
"""Cosine with the nearest example below which nothing is called off topic."""
SURELY = 0.7
"""Cosine from which small talk stays small talk although the sheet shares a word with it."""
NEARER_BY = 0.08
"""So much nearer (cosine) to the examples than to the question's own sentences."""

ASTRAY_BELOW = 0.33
"""Mean cosine of a turn's sentences with the nearest own ones; talk about the question has
0.4-0.7, talk about soup and bicycles 0.15-0.3."""
SURELY_OWN = 0.62
"""The same in the vectors of the reader, from which a turn is surely about the question."""
ASTRAY_WORDS = 15
"""Shorter turns are never called astray."""
SENTENCE_WORDS = 4
"""Shorter sentences ("And so on.") say nothing about the topic."""

EXAMPLES: dict[Aside, tuple[str, ...]] = {
    "chat": (
        *("How are you?", "Nice to meet you, are you having a good day?", "What's your name?"),
        *("What do you do in your free time?", "Do you have children or a family?"),
        *("What's your favourite food?", "Do you like ice cream?", "Do you enjoy cooking?"),
        *("What did you eat for breakfast?", "Shall we have a coffee?", "Are you hungry?"),
        *("Did you see the game yesterday?", "Who will win the world cup?", "Do you like sport?"),
        *("Which movies do you like?", "What music do you listen to?", "Can you tell me a joke?"),
        *("Is the weather nice today?", "Is it cold outside?", "Do you have a dog or a cat?"),
        *("Where do you live?", "Which country do you come from?", "How old are you?"),
        *("Did you have a good holiday?", "What are you doing at the weekend?"),
        *("Are you a real person?", "Are you a robot?", "Am I talking to an AI?"),
        *("Who made you?", "Which language model are you?", "Do you have feelings?"),
        *("What do you think about politics?", "What's the capital of France?"),
        *("How did you join this company?", "Do you like your job?", "Is your boss nice?"),
        *("What colour is your office?", "How big is the building?", "Is there a canteen?"),
        *("What does this position pay?", "What is the salary for this job?"),
        *("What salary would I get?", "How many days of vacation are there?"),
        *("Can I work from home?", "What's the culture like in your company?"),
        *("Do you have open positions?", "When would I start?", "Do you use Python or Java?"),
        *("Can you hear me?", "Is my microphone working?", "Do I need to turn on my camera?"),
    ),
    "time": (
        *("How much time is left?", "How long does this interview take?"),
        *("How many minutes do I have?", "When are we finished?", "Are we running late?"),
        *("How many questions are still to come?", "What's the time now?"),
    ),
    "verdict": (
        *("How did I do?", "Is my answer good?", "Am I on the right track?", "Did I pass?"),
        *("Was that right?", "Will you hire me?", "What's my score?", "Is this going well?"),
        *("How would you rate me so far?", "Do you like my solution?"),
    ),
}


class OffTopic:
    """Tells small talk from questions about one interview question."""

    def __init__(self, encoder: SentenceEncoder, question: Question) -> None:
        self.encoder = encoder
        self.kinds = [kind for kind, texts in EXAMPLES.items() for _ in texts]
        own = [question.prompt, question.rephrased, question.title]
        own += [twist.say for twist in question.twists]
        own += [text for fact in question.facts for text in (*fact.asks, fact.say)]
        self._own_texts = own + [text for point in question.points for text in point.exemplars]
        self._vectors: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
        self._reading_own: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)

    def load(self) -> None:
        """Encode the examples and the question's own sentences, once."""
        if self._vectors is None:
            texts = [text for texts in EXAMPLES.values() for text in texts]
            own = [*self._own_texts, *COMPANY]
            self._vectors = self.encoder.encode(texts), self.encoder.encode(own)
            self._reading_own = self.encoder.for_reading().encode(self._own_texts)

    def prepare(self, asked: Sequence[str], told: Sequence[Span]) -> None:
        """Encode what will be compared, while the candidate goes on."""
        if asked:
            self.encoder.encode(asked)
        self.astray(told)

    def nearness(self, words: str) -> tuple[float, float, Aside]:
        """Cosine with the nearest example, with the nearest own sentence, and the kind."""
        self.load()
        assert self._vectors is not None
        examples, own = self._vectors
        vector = self.encoder.encode([words])[0]
        near = examples @ vector
        best = int(near.argmax())
        return float(near[best]), float((own @ vector).max()), self.kinds[best]

    def surely(self, words: str) -> bool:
        """True for what is nearly one of the examples ("how are you today?")."""
        away, own, _ = self.nearness(words)
        return away >= SURELY and away - own >= NEARER_BY

    def astray(self, told: Sequence[Span]) -> bool:
        """Whether these sentences, taken together, are about something else."""
        whole = [sentence for sentence in told if sentence.words >= SENTENCE_WORDS]
        words = [sentence.words for sentence in whole]
        if sum(words) < ASTRAY_WORDS:
            return False
        self.load()
        assert self._vectors is not None
        texts = [sentence.text for sentence in whole]
        # The reader has these vectors already; the published ones cost a run of their own.
        reading = self.encoder.for_reading()
        near = (reading.encode(texts) @ self._reading_own.T).max(axis=1)
        if float(np.average(near, weights=words)) >= SURELY_OWN:
            return False
        near = (self.encoder.encode(texts) @ self._vectors[1].T).max(axis=1)
        return float(np.average(near, weights=words)) < ASTRAY_BELOW

    def kind(self, asked: Sequence[str]) -> Aside:
        """What the questions are beside the problem, or "" when one may be about it."""
        kinds: list[Aside] = []
        for words in asked:
            away, own, kind = self.nearness(words)
            if away < NEAR_ENOUGH or away - own < NEARER_BY:
                return ""
            kinds.append(kind)
        return kinds[0] if kinds else ""

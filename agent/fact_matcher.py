"""Which facts of the scenario sheet a question asks for, in whatever words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.asking import Asked
from agent.fact_scorer import FactScorer
from agent.fact_signals import FactSignals
from agent.wording import content_words, plain, strip_lead
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import Fact
from prompts.term_words import tells_little

ASKED_AT_LEAST = 0.55
"""Probability (0-1) from which a fact counts as asked for. On questions left out F1 is flat around
it; a reply to what nobody asked costs more than a question put twice, so precision comes first."""
ONLY_ASKED = 0.35
"""The same for the one fact of a sentence that surely asks: it most likely asks for something."""
CLEARLY_ASKED = 0.7
"""Probability (0-1) that a mere noun after "and", or a question that leans on the one before, needs
to be a request of its own ("the traffic and the latency budget")."""
TENTATIVELY_ASKED = 0.3
"""The same for what may not be a question at all ("I need the volume")."""
ELLIPTIC_WORDS = 2
"""Questions with fewer content words are read together with the one before."""


@dataclass(frozen=True, slots=True)
class FactMatch:
    """A fact and how sure we are that the words ask for it (0-1)."""

    fact_id: str
    score: float


class FactMatcher:
    """Compares questions with one question's sheet."""

    def __init__(
        self, encoder: SentenceEncoder, facts: Sequence[Fact], scorer: FactScorer | None = None
    ) -> None:
        self.facts = tuple(facts)
        self.signals = FactSignals(encoder, self.facts, scorer)

    def best(self, words: str) -> FactMatch | None:
        """The fact most probably asked for, however unlikely; None without a sheet."""
        if not self.facts:
            return None
        scores = self.signals.probabilities(words, wanted(words))
        best = int(scores.argmax())
        return FactMatch(self.facts[best].id, float(scores[best]))

    def prepare(self, asked: Sequence[Asked]) -> None:
        """Encode what will be compared when these turn out to be questions, in one run."""
        if not self.facts:
            return
        parts = [item.part.text for item in asked]
        leaning = [f"{a} {b}" for a, b in itertools.pairwise(parts) if leans(b)]
        words = dict.fromkeys([*parts, *(item.sentence.text for item in asked), *leaning])
        self.signals.prepare(list(words), [wanted(each) for each in words])

    def match(self, asked: Sequence[Asked]) -> list[tuple[Asked, FactMatch | None]]:
        """For every thing asked the fact it asks for, or None.

        A sentence whose parts match nothing is tried as a whole, because a split at "and" may have
        cut one question in two ("the cost of a miss and of a false alarm").
        """
        found: list[tuple[Asked, FactMatch | None]] = []
        before, told = "", ""
        for sentence in dict.fromkeys(item.sentence for item in asked):
            parts = [item for item in asked if item.sentence == sentence]
            sure = [self.sure(item.part.text) for item in parts]
            if not any(sure):
                sure = [self.perhaps(sentence.text, parts), *sure[1:]]
            for item, own in zip(parts, sure, strict=True):
                match = own
                clear = own is not None and own.score >= CLEARLY_ASKED
                generic = says_little(item.part.text)
                if before and (generic or (not clear and elliptic(item.part.text))):
                    leant = self.sure(f"{before} {item.part.text}")
                    # What leans on the question before and gives its fact once more stands alone.
                    match = own if own and leant and leant.fact_id == told else leant
                elif not clear and item.listed:
                    match = None
                if item.tentative and (match is None or match.score < TENTATIVELY_ASKED):
                    match = None
                before, told = (item.part.text, match.fact_id) if match else (before, told)
                found.append((item, match))
        return found

    def perhaps(self, sentence: str, parts: Sequence[Asked]) -> FactMatch | None:
        """The best fact of a sentence none of whose parts is sure, from a lower limit."""
        tried = [self.best(words) for words in (sentence, *(item.part.text for item in parts))]
        scored = [match for match in tried if match is not None]
        best = max(scored, key=lambda match: match.score, default=None)
        return best if best is not None and best.score >= ONLY_ASKED else None

    def sure(self, words: str) -> FactMatch | None:
        """The best fact when it is probable enough; a mere lead-in ("before I start") has none."""
        if not plain(strip_lead(words)):
            return None
        best = self.best(words)
        return best if best is not None and best.score >= ASKED_AT_LEAST else None


def leans(words: str) -> bool:
    """True for what is read together with the question before it unless it is clear by itself."""
    return says_little(words) or elliptic(words)


def says_little(words: str) -> bool:
    """True for words that ask for nothing by themselves: "and the others"."""
    return tells_little(plain(strip_lead(words)))


def elliptic(words: str) -> bool:
    """True for a question that leans on the one before: "and after how long", "how late is it"."""
    leaning = re.search(r"\b(?:it|they|them|that|those|these|this|one|ones)\b", plain(words))
    return leaning is not None or len(content_words(words)) < ELLIPTIC_WORDS


def wanted(words: str) -> str:
    """A question as it is encoded; a bare noun ("the latency budget") becomes one."""
    core = strip_lead(words).strip(" ,;:.?!") or words
    first = plain(core).split(" ", 1)[0]
    if first in {"the", "a", "our", "your", "any", "what", "how"} and len(core.split()) > 1:
        return core if first in {"what", "how", "any"} else f"What is {core}?"
    return core

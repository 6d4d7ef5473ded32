"""What speaks for it that some words ask for a fact of the sheet: signals, one row per fact.

`fact_scorer.py` weighs them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.fact_scorer import LEAST_CHANCE, FactScorer, trained
from agent.soft_overlap import COMMON_WEIGHT, SoftOverlap, meaning_words
from agent.wording import Term, WordOverlap, content_words, plain
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import Fact, Need
from prompts.term_words import COMMON

SIGNALS = (
    "cosine",  # with the nearest example question
    "three",  # mean of the three nearest
    "say",  # cosine with the nearest sentence of the reply: a question is near its answer
    "term",  # terms of the fact in the question, by how much they tell (0-1)
    "overlap",  # share of the words that stand in the examples, rare ones counting more
    "reply",  # the same with the words of the reply
    "need",  # 1 when words of the kind of requirement stand in the question
    "soft",  # nearness of the single words
    "near_term",  # cosine with the nearest term
    "margin",  # cosine above the best other fact
    "margin_three",
    "margin_soft",
    "margin_say",
    "margin_term",
    "kind",  # log chance that the question is about the fact's kind of requirement
    "margin_kind",
    "company",  # cosine above that with questions about the company that no sheet answers
)

COMPANY: tuple[str, ...] = (
    *("Which cloud provider do you use?", "Which database do you use?"),
    *("What software is it written in?", "Which version of the operating system is it?"),
    "In which countries do you operate?",
    *("Where is your head office?", "What is the address of the office?", "Who owns the company?"),
    *("How many employees does the company have?", "How old is the company?"),
    *("Who is the chief executive?", "Who are your competitors?", "Who invented the name?"),
    *("What does the logo look like?", "What colour is the product?", "Who designed it?"),
    *("What does it cost to buy one?", "How much do customers pay for it?"),
    *("What is the most expensive product?", "Which one is the most popular?"),
    *("How tall is it?", "How heavy is it?", "How old are they?", "Which brand is it?"),
    *("How do customers pay?", "How is it shipped?", "What do your employees earn?"),
    *("Do the workers belong to a union?", "Which licence do they have?", "What do they wear?"),
)
"""Questions about the company that no sheet answers: on topic, but about none of its facts."""

NEED_WORDS: dict[Need, str] = {
    "goal": r"goal|objective|success|trying to achieve|optimi[sz]\w+|purpose|business|kpi|"
    r"matters most",
    "scale": r"how many|how much traffic|scale|volume|traffic|qps|tps|throughput|per (?:second|"
    r"day|hour)|load|peak|how (?:big|large)|size",
    "latency": r"latency|how fast|how quick\w*|milliseconds?|real.?time|response time|sla|p9\d|"
    r"deadline|wait|synchronous|budget",
    "data": r"data|history|features?|signals?|share|rate|base rate|how (?:rare|imbalanced)|"
    r"sources?|logs?",
    "labels": r"labels?|labell?ed|ground truth|feedback|outcomes?|annotat\w+|know (?:if|whether)|"
    r"delay",
    "cost_of_errors": r"costs?|expensive|worse|hurts?|false (?:positives?|negatives?|alarms?)|"
    r"mistakes?|errors?|miss(?:ed)?",
    "metric": r"metrics?|baseline|current\w*|today|measure\w*|existing|in place",
    "constraint": r"constraints?|legal|regulat\w+|privacy|gdpr|compliance|allowed|limits?|"
    r"restrict\w+|budget|requirements?|must",
    "people": r"team|people|reviewers?|analysts?|who|on.?call|engineers?|humans?|manual\w*",
}
NEEDS = {need: re.compile(rf"\b(?:{pattern})\b") for need, pattern in NEED_WORDS.items()}
SAME_QUESTION = 0.97
"""Cosine from which a question is an example question of the sheet."""
TELLING_WORDS = 2.0
"""So many telling words make a term a full hit; a single one is half of it."""


class FactSignals:
    """Signals of one question's sheet."""

    def __init__(
        self, encoder: SentenceEncoder, facts: Sequence[Fact], scorer: FactScorer | None = None
    ) -> None:
        self.encoder, self.facts = encoder, tuple(facts)
        self.scorer = scorer or trained(SIGNALS)
        self.asking = WordOverlap([" ".join((*f.asks, *f.terms)) for f in facts])
        self.replies = WordOverlap([reply_words(f) for f in facts])
        self.soft = SoftOverlap(
            encoder, [" ".join((*f.asks, *f.terms, reply_words(f))) for f in facts]
        )
        self.terms = [[Term.of(term) for term in f.terms] for f in facts]
        self._asks: list[NDArray[np.float32]] = []
        self._says: list[NDArray[np.float32]] = []
        self._terms: list[NDArray[np.float32]] = []
        self._company: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)

    def load(self) -> None:
        """Encode the sheet, once."""
        if self._asks:
            return
        encode = self.encoder.encode
        # One call for everything: the encoder batches by length.
        own = [text for f in self.facts for text in (*f.asks, *f.terms, *replies(f))]
        encode([*own, *COMPANY])
        self._company = encode(COMPANY)
        self._asks = [encode(f.asks) for f in self.facts]
        self._says = [encode(replies(f)) for f in self.facts]
        self._terms = [encode(f.terms) for f in self.facts]

    def prepare(self, asked: Sequence[str], encoded: Sequence[str]) -> None:
        """Put the vectors of questions and of their words into the encoder's cache."""
        self.encoder.encode([*encoded, *(w for words in asked for w in meaning_words(words))])

    def of(self, words: str, encoded: str) -> NDArray[np.float64]:
        """Signals of every fact in the order of SIGNALS: (facts, 17). `encoded`: as a question."""
        self.load()
        vector = self.encoder.encode([encoded])[0]
        near = [np.sort(asks @ vector)[::-1] for asks in self._asks]
        cosine = np.array([n[0] for n in near])
        three = np.array([n[:3].mean() for n in near])
        say = np.array([(says @ vector).max() for says in self._says])
        near_term = np.array([(terms @ vector).max() for terms in self._terms])
        said, text = content_words(words), plain(words)
        count = range(len(self.facts))
        kinds = self.scorer.need_chances(vector)
        kind = np.array([kinds.get(f.need, LEAST_CHANCE) for f in self.facts])
        soft = self.soft.shares(words)
        columns = [
            *(cosine, three, say),
            np.array([max(telling(said, text, term) for term in terms) for terms in self.terms]),
            np.array([self.asking.overlap(said, i) for i in count]),
            np.array([self.replies.overlap(said, i) for i in count]),
            np.array([float(NEEDS[f.need].search(text) is not None) for f in self.facts]),
            *(soft, near_term),
            *(margins(column) for column in (cosine, three, soft, say, near_term)),
            *(kind, margins(kind), cosine - float((self._company @ vector).max())),
        ]
        return np.stack(columns, axis=1).astype(np.float64)

    def probabilities(self, words: str, encoded: str) -> NDArray[np.float64]:
        """Chance (0-1) of every fact that the words ask for it."""
        signals = self.of(words, encoded)
        chances = self.scorer.probabilities(signals)
        # The sheet's own wording asks for its fact, whatever words it shares with another.
        chances[signals[:, 0] >= SAME_QUESTION] = 1.0
        return chances


def reply_words(fact: Fact) -> str:
    """Everything that is said when the fact is asked for."""
    return " ".join((fact.say, *fact.uses, fact.id.replace("-", " ")))


def replies(fact: Fact) -> list[str]:
    """The reply as a whole and sentence by sentence."""
    return list(dict.fromkeys([fact.say, *re.split(r"(?<=[.;?!])\s+", fact.say)]))


def telling(said: Sequence[str], text: str, term: Term) -> float:
    """How much it tells (0-1) that the term was said; 0 when it was not."""
    if not term.stands_in(said, text):
        return 0.0
    if term.literal:
        return 1 / TELLING_WORDS
    weight = sum(COMMON_WEIGHT if w in COMMON else 1.0 for w in term.stems)
    return min(1.0, weight / TELLING_WORDS)


def margins(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each value minus the best of the others; 0 when it is alone."""
    if len(values) < 2:
        return np.zeros(len(values))
    first, second = np.sort(values)[::-1][:2]
    return np.asarray(np.where(values == first, first - second, values - first))

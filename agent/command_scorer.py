"""Requests to the interviewer in words that no form knows: "can you say what you mean by that?"

`command_scorer.npz` beside this file holds the multinomial logistic weights
(`sentence_weights.py`); `tests/benchmarks/command_fit.py --write` makes it. The forms of
`command_forms.py` come first; this adds what they do not know. Ending the interview and handing
over are left to the forms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.clauses import Span
from agent.command_forms import Command
from agent.dialogue_acts import SUBSTANCE_WORDS, Acts
from agent.sentence_weights import SentenceWeights
from agent.wording import bare

Heard = tuple[Command, float] | None
"""A request and its probability (0-1); None: it is none."""
TARGET = Path(__file__).with_name("command_scorer.npz")
LEARNED: tuple[Command, ...] = ("rephrase", "repeat", "hint", "wait", "skip", "dont_know")
LEAST: dict[Command, float] = {
    "rephrase": 0.6,
    "repeat": 0.5,
    "hint": 0.7,
    "wait": 0.7,
    "skip": 0.7,
    "dont_know": 0.8,
}
"""Probability (0-1) from which a sentence is that request. Of the development sentences, each read
without its tenth part (883 requests, 380 near misses, 4,700 others), a lower one took others for
requests, a higher one found fewer. Skipping and hints cost most when nobody asked for them."""
LONGEST = 18
"""Words: who says more tells something."""
GUESSES = re.compile(
    r"\b(?:but|so) i(?:['’]d| would)? "
    r"(?:think|believe|guess|assume|suppose|expect|say|go|take|use)\b"
    r"|\bi(?:['’]d| would) (?:guess|assume|say|go with|start with|use|take|try|expect)\b",
    re.IGNORECASE,
)
"""Who does not know and guesses has answered."""
BESIDE_AN_ANSWER: frozenset[Command] = frozenset({"rephrase", "repeat", "hint"})
"""What may close an answer. Who answers and then thinks has answered."""
SURELY = 0.85
"""Probability from which it does, and from which small talk that is near does not count."""


class CommandScorer(SentenceWeights):
    """A column for each of LEARNED and one for none."""

    def chances(self, text: str, vector: NDArray[np.float32]) -> dict[Command, float]:
        """Probability (0-1) of each command; `vector` (384) as the reader encodes it."""
        score = self.score(text, vector)
        shares = np.exp(score - score.max())
        shares /= shares.sum()
        return dict(zip(LEARNED, shares[:-1].tolist(), strict=True))

    def heard(self, text: str, vector: NDArray[np.float32]) -> Heard:
        """The request that a sentence surely is, with its probability, or None."""
        if len(text.split()) > LONGEST or GUESSES.search(text):
            return None
        chances = self.chances(text, vector)
        best = max(LEARNED, key=lambda one: chances[one])
        return (best, chances[best]) if chances[best] >= LEAST[best] else None


def likely(found: Heard, share: float) -> bool:
    """Whether what asks what is meant is still a request when `share` (0-1) of its chance is left.

    The other requests have no likeness to questions about the problem.
    """
    return found is None or found[0] != "rephrase" or found[1] * share >= LEAST["rephrase"]


def sure(found: Heard) -> bool:
    """Whether a sentence is a request also where it may be something else."""
    return found is not None and found[1] >= SURELY


def skips(found: Heard) -> bool:
    """Whether it asks for another question."""
    return found is not None and found[0] == "skip"


def with_request(acts: Acts, heard: Mapping[Span, Heard]) -> Acts:
    """`acts` with a request that no form found: alone in the turn, or as the end of an answer.

    `heard`: every sentence of the turn that is no part of `acts.taken`, in order.
    """
    for at, (sentence, found) in enumerate(reversed(list(heard.items()))):
        if found is None:
            continue
        command = found[0]
        beside = sum(len(bare(other.text).split()) for other in heard if other != sentence)
        ends = at == 0 and command in BESIDE_AN_ANSWER and sure(found)
        if ends or beside < SUBSTANCE_WORDS:
            return replace(acts, command=command, taken=(*acts.taken, sentence))
    return acts


@lru_cache(maxsize=1)
def trained() -> CommandScorer:
    """The scorer in use."""
    return CommandScorer.load(TARGET)

"""What one call to a model may take, and what the calls have taken so far."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """What one call may take. The defaults are those of an interviewer who must answer in time."""

    budget_s: float = 4.5
    """Seconds for one call with all its tries; the interviewer must speak within 5."""
    connect_s: float = 2.0
    stall_s: float = 3.0
    """Seconds without a byte of a streamed reply, the first one included."""
    tries: int = 2
    backoff_s: float = 0.25
    """Wait before the second try, doubled for each further one, jittered down to half."""
    max_output_tokens: int = 700
    max_output_chars: int = 8_000
    """About twice the tokens: servers that do not know the token limit are stopped here."""
    temperature: float = 0.3
    failures_to_rest: int = 1
    """Failed calls in a row after which the endpoint is left alone."""
    rest_s: float = 15.0
    """Seconds it is left alone at first; doubled for each further failure."""
    longest_rest_s: float = 300.0

    def wait_s(self, attempt: int, chance: random.Random) -> float:
        """Seconds after the failed try `attempt` (from 1) until the next one, jittered."""
        return self.backoff_s * 2.0 ** (attempt - 1) * chance.uniform(0.5, 1.0)


READER_LIMITS = ModelLimits(budget_s=20.0, max_output_tokens=1_500, temperature=0.0)
"""Deep reading runs beside the conversation, while someone is speaking."""
JUDGE_LIMITS = ModelLimits(
    budget_s=60.0,
    tries=3,
    backoff_s=1.0,
    max_output_tokens=3_000,
    max_output_chars=30_000,
    failures_to_rest=1,
    rest_s=30.0,
)
"""Judging happens afterwards; nobody waits for the first word. An endpoint that has used up the
seconds of a call is left alone at once: a silent one costs one wait, not one per criterion."""


@dataclass(frozen=True, slots=True)
class UsageTotal:
    """What a model has used since it was made."""

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0

"""A circuit breaker: a failing endpoint is left alone for a while, then tried again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from prompts.errors import ModelUnavailable


class CircuitBreaker:
    """Counts failures in a row and says whether an endpoint may be asked.

    After `failures_to_rest` failures it rests `rest_s` seconds, twice as long after each further
    failure, at most `longest_rest_s`. When a rest is over every call is let through again; the
    first outcome decides. Safe to use from several threads.
    """

    def __init__(
        self,
        where: str,
        *,
        failures_to_rest: int,
        rest_s: float,
        longest_rest_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.where = where
        self.failures_to_rest = failures_to_rest
        self.rest_s, self.longest_rest_s = rest_s, longest_rest_s
        self._clock, self._lock = clock, threading.Lock()
        self._failures, self._until, self._why = 0, 0.0, ""

    def check(self) -> None:
        """Nothing when the endpoint may be asked; ModelUnavailable while it rests."""
        with self._lock:
            left = self._until - self._clock()
            if left > 0:
                raise ModelUnavailable(
                    f"left alone for another {max(1, round(left))} s, because before it "
                    + (self._why or "failed"),
                    where=self.where,
                )

    def succeeded(self) -> None:
        """The endpoint answered."""
        with self._lock:
            self._failures, self._until, self._why = 0, 0.0, ""

    def failed(self, why: str, *, lasting: bool = False, asked_s: float = 0.0) -> None:
        """It failed; a `lasting` fault (wrong key, no quota) rests at once and longest, one that
        asked for `asked_s` seconds of rest at least so long, within the longest."""
        with self._lock:
            self._failures += 1
            self._why = why
            beyond = self._failures - self.failures_to_rest
            if lasting:
                self._until = self._clock() + self.longest_rest_s
            elif beyond >= 0:
                # The exponent is capped so that a night of failures cannot overflow a float.
                doubled = self.rest_s * 2 ** min(beyond, 30)
                rest = min(max(doubled, asked_s), self.longest_rest_s)
                self._until = self._clock() + rest

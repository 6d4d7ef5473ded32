"""What a model's tokens cost, by the prices the user gives; none are built in, they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.settings import Settings

PER_TOKENS = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """What the endpoint asks for a million tokens, in the user's money; None where not known."""

    input: float | None = None
    cached: float | None = None
    output: float | None = None

    def told(self, used: Mapping[str, int]) -> str:
        """` That is 0.0412 at your prices.`; empty unless both prices are given.

        Tokens from the endpoint's cache have their own price where one is given.
        """
        if self.input is None or self.output is None:
            return ""
        cached = used.get("cached_tokens", 0)
        fresh = used.get("input_tokens", 0) - cached
        at_cached = self.input if self.cached is None else self.cached
        total = fresh * self.input + cached * at_cached + used.get("output_tokens", 0) * self.output
        return f" That is {total / PER_TOKENS:.4f} at your prices."


UNPRICED = Prices()
"""No price was given, so no cost is named."""


def prices_of(settings: Settings) -> Prices:
    """The prices in the settings."""
    return Prices(settings.price_in, settings.price_cached, settings.price_out)

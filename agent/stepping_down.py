"""A machine that is too slow: it is said, and something is left out, the least harmful thing first.

    1. nothing is worked out ahead     replies come a little later
    2. the plain voice                 it sounds worse
    3. the quick recogniser            more words are misheard

One step at a time, and only if it is still too slow after the one before. Nothing is ever left out
silently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.standing_still import StandingStill
from audio.errors import AudioError
from audio.keeping_up import TimedTranscriber

if TYPE_CHECKING:
    from agent.voice_channel import VoiceChannel


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be left out."""

    name: str
    said: str
    """Completes "From here on …"."""
    take: Callable[[], None]
    """Raises AudioError when it cannot be done here."""


class SteppingDown:
    """Looks now and then whether the machine keeps up."""

    def __init__(
        self, timed: TimedTranscriber, steps: Sequence[Step], still: StandingStill
    ) -> None:
        self.timed, self.still = timed, still
        self.left = list(steps)
        self.told = False

    def look(self) -> None:
        """Take the next step if words keep coming too late; told in one sentence."""
        factor = self.timed.factor()
        if factor is None or not self.timed.too_slow:
            return
        self.timed.forget()
        while self.left:
            step = self.left.pop(0)
            try:
                step.take()
            except AudioError:
                continue
            self.tell(step, factor)
            return

    def tell(self, step: Step, factor: float) -> None:
        """The reason once, then only what is left out."""
        reason = "It is still too slow."
        if not self.told:
            reason = (
                "This machine is too slow just now: writing down what you say takes "
                f"{factor:.1f} times as long as saying it."
            )
        self.told = True
        self.still.tell(
            f"{reason} From here on {step.said}",
            "too_slow",
            factor=round(factor, 2),
            step=step.name,
        )


def steps_for(
    channel: VoiceChannel,
    *,
    plain_voice: Callable[[], None] | None,
    quick_recogniser: Callable[[], None],
) -> list[Step]:
    """What can be left out in a spoken interview; `plain_voice` None: it is spoken with already."""

    def nothing_ahead() -> None:
        channel.works_ahead = channel.listener.reads_ahead = False

    steps = [
        Step("nothing_ahead", "I work out nothing ahead; my replies come later.", nothing_ahead)
    ]
    if plain_voice is not None:
        steps.append(Step("plain_voice", "I speak with the plain voice.", plain_voice))
    steps.append(
        Step(
            "quick_recogniser",
            "I listen with the quickest recogniser and hear everything only once; "
            "more words may be misheard.",
            quick_recogniser,
        )
    )
    return steps

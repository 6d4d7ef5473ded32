"""When a turn is over: decided from silence and from the words, without sound or a clock.

    untranscribed audio                 never over
    handed over (question, "that's it") at once
    complete statement                  after complete_ms, or what this candidate's pauses ask for
    doubtful, in words or in hearing    a quarter of the way from complete_ms to incomplete_ms
    incomplete                          after incomplete_ms, longer just after a question
    announced thinking                  after thinking_ms
    no words at all                     at the caller's silence limit

Silence alone cannot tell a thinking pause from an end: 2 s of it cut into two thirds of simulated
answers with thinking pauses, 0.8 s into all of them (simulation with pauses of 1 to 4 s).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rapidfuzz import fuzz

from audio.completeness import Completeness, completeness
from audio.transcriber import HeardWord

__all__ = [
    "CandidatePace",
    "Completeness",
    "Decision",
    "EndpointPatience",
    "Endpointer",
    "Reason",
    "completeness",
]

UNHEARD_SPEECH_MS = 1_500
"""This much speech without a usable word is an answer we could not hear, not a cough."""
NOTABLE_PAUSE_MS = 400
"""Shorter gaps are the rhythm of speech and teach nothing about patience."""
PAUSES_NEEDED = 2
"""One long pause may be chance."""
PAUSES_KEPT = 30
"""The pace of the last minutes counts, not that of the first question."""
DOUBT_SHARE = 0.25
"""Of the way from complete_ms to incomplete_ms. All of it made a plain statement with a rare last
word wait 4 s with a brisk interviewer."""
PACE_QUANTILE = 0.9
PACE_MARGIN = 1.25
"""Wait a quarter longer than nine in ten of the candidate's own pauses."""
PACE_CEILING = 2.5
"""At most this many times the persona's patience: the interviewer must not fall asleep."""


UNSURE_CONFIDENCE = 0.6
"""A last word below it was probably cut off in mid-sentence and completed by the recogniser ("… is
whether the" heard as "weather though"). Measured with tiny.en on 30 fragments and 30 statements in
two natural and two robotic conditions: of 39 fragments that read as complete 30 were below; of the
statements 0 of 30 in a clear voice, 4 of 30 in noise; of 108 stretches of the demo answers 4."""


SAME_TERM = 85
"""Similarity (0-100) from which a word is a form of an expected one."""


class Reason(StrEnum):
    """Why a turn is over, or why not."""

    HANDED_OVER = "handed_over"
    COMPLETE = "complete"
    DOUBTFUL = "doubtful"
    INCOMPLETE = "incomplete"
    THINKING = "thinking"
    SILENCE = "silence"
    NOT_UNDERSTOOD = "not_understood"
    """Speech came, no usable words: noise, another language, too faint."""
    UNTRANSCRIBED = "untranscribed"
    """Not over: audio of this turn waits for its words."""


@dataclass(frozen=True, slots=True)
class EndpointPatience:
    """How long silence has to last, in milliseconds."""

    complete_ms: float = 2_000
    """After a complete statement."""
    incomplete_ms: float = 5_000
    """After words that go on; at least complete_ms."""
    fresh_extra_ms: float = 1_500
    """Added to incomplete_ms in the first seconds after a question."""
    handed_over_ms: float = 300
    """After a question or "that's my answer": a breath."""
    thinking_ms: float = 25_000
    """After "let me think": the silence ladder's first real question comes at 25 to 30 s."""
    fresh_ms: float = 8_000
    """Words that end this soon after listening began count as the first ones after a question."""

    @property
    def doubtful_ms(self) -> float:
        """After words that may be over or not."""
        return self.complete_ms + DOUBT_SHARE * (self.incomplete_ms - self.complete_ms)

    def __post_init__(self) -> None:
        """ValueError unless 0 < handed_over ≤ complete ≤ incomplete ≤ thinking."""
        order = (self.handed_over_ms, self.complete_ms, self.incomplete_ms, self.thinking_ms)
        if list(order) != sorted(order) or order[0] <= 0 or self.fresh_extra_ms < 0:
            raise ValueError(
                "patience must grow: 0 < handed_over_ms <= complete_ms <= incomplete_ms "
                f"<= thinking_ms, not {order}"
            )


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the turn is over at this moment."""

    over: bool
    reason: Reason
    """What ended it, or what it is waiting for."""
    wait_ms: float
    """The silence this situation asks for, milliseconds; 0 while it cannot be told."""


@dataclass(slots=True)
class CandidatePace:
    """This candidate's own pauses inside a turn; patience only ever grows from them."""

    pauses_ms: dict[Completeness, deque[float]] = field(default_factory=dict)
    """The last PAUSES_KEPT pauses after which the candidate went on, by the words before them."""
    cut_ins: dict[Completeness, float] = field(default_factory=dict)
    """The longest pause that we cut in on, by the words before it, milliseconds."""

    def learn(self, before: Completeness, pause_ms: float) -> None:
        """The candidate went on `pause_ms` after words of that kind."""
        if pause_ms >= NOTABLE_PAUSE_MS:
            self.pauses_ms.setdefault(before, deque(maxlen=PAUSES_KEPT)).append(pause_ms)

    def learn_cut_in(self, before: Completeness, pause_ms: float) -> None:
        """The interviewer cut in on such a pause: one is enough, it must not happen twice."""
        self.cut_ins[before] = max(pause_ms, self.cut_ins.get(before, 0.0))

    def patience_ms(self, before: Completeness, base_ms: float) -> float:
        """`base_ms`, or longer where the candidate's pauses after such words were longer."""
        pauses = sorted(self.pauses_ms.get(before, ()))
        usual = self.cut_ins.get(before, 0.0)
        if len(pauses) >= PAUSES_NEEDED:
            usual = max(usual, pauses[math.ceil(PACE_QUANTILE * len(pauses)) - 1])
        return max(base_ms, min(usual * PACE_MARGIN, base_ms * PACE_CEILING))


class Endpointer:
    """Decides for one turn; `pace` may live as long as the session."""

    def __init__(self, patience: EndpointPatience, pace: CandidatePace | None = None) -> None:
        self.patience = patience
        self.pace = pace or CandidatePace()

    def decide(
        self,
        *,
        now_ms: float,
        last_speech_end_ms: float | None,
        text_so_far: str,
        untranscribed: bool,
        listening_ms: float,
        silence_limit_ms: float,
        unheard_ms: float = 0.0,
        unsure_end: bool = False,
    ) -> Decision:
        """Is the turn over at `now_ms`?

        `last_speech_end_ms`: where speech last ended, `now_ms` while it goes on, None before the
        first. `untranscribed`: audio of this turn whose words are not known yet, the speech going
        on included. `listening_ms`: since listening began. `unheard_ms`: speech of this turn that
        left no usable words. `unsure_end`: the recogniser doubts the last word, see `unsure`.
        """
        if untranscribed:
            return Decision(False, Reason.UNTRANSCRIBED, 0.0)
        silence_ms = listening_ms if last_speech_end_ms is None else now_ms - last_speech_end_ms
        if not text_so_far.strip():
            return self._without_words(silence_ms, listening_ms, silence_limit_ms, unheard_ms)
        kind = reading(text_so_far, unsure_end)
        wait_ms = self.wait_ms(kind, fresh=listening_ms - silence_ms <= self.patience.fresh_ms)
        return Decision(silence_ms >= wait_ms, Reason(kind.value), wait_ms)

    def _without_words(
        self, silence_ms: float, listening_ms: float, silence_limit_ms: float, unheard_ms: float
    ) -> Decision:
        patience = self.patience
        if unheard_ms >= UNHEARD_SPEECH_MS and patience.incomplete_ms < silence_limit_ms:
            wait_ms = patience.incomplete_ms
            return Decision(silence_ms >= wait_ms, Reason.NOT_UNDERSTOOD, wait_ms)
        # A cough near the limit must not be answered while it sounds.
        over = listening_ms >= silence_limit_ms and silence_ms >= patience.handed_over_ms
        return Decision(over, Reason.SILENCE, silence_limit_ms)

    def wait_ms(self, kind: Completeness, fresh: bool) -> float:
        """The silence such words ask for; `fresh`: they are the first after a question."""
        patience = self.patience
        match kind:
            case Completeness.HANDED_OVER:
                return self.pace.patience_ms(kind, patience.handed_over_ms)
            case Completeness.COMPLETE:
                return self.pace.patience_ms(kind, patience.complete_ms)
            case Completeness.DOUBTFUL:
                return self.pace.patience_ms(kind, patience.doubtful_ms)
            case Completeness.INCOMPLETE:
                wait_ms = patience.incomplete_ms + (patience.fresh_extra_ms if fresh else 0.0)
                return self.pace.patience_ms(kind, wait_ms)
            case Completeness.THINKING:
                return patience.thinking_ms


def reading(text: str, unsure_end: bool) -> Completeness:
    """What the words say, when the last one may not be what was said.

    A question or a hand-over is one all the same.
    """
    kind = completeness(text)
    if not unsure_end:
        return kind
    doubted = {
        Completeness.COMPLETE: Completeness.DOUBTFUL,
        Completeness.DOUBTFUL: Completeness.INCOMPLETE,
    }
    return doubted.get(kind, kind)


def unsure(words: Sequence[HeardWord], expected: Sequence[str]) -> bool:
    """Whether the last word is doubtful; rare terms always are, so `expected` ones do not count."""
    if not words or words[-1].confidence >= UNSURE_CONFIDENCE:
        return False
    last = bare(words[-1].word)
    # "neighbours" for "nearest neighbour": another form of a term is one too.
    return all(
        fuzz.ratio(last, bare(part)) < SAME_TERM for term in expected for part in term.split()
    )


def bare(word: str) -> str:
    """Letters and digits only, in lower case."""
    return "".join(character for character in word.lower() if character.isalnum())

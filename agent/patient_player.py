"""A speaker that may be paused or lost in the middle of a sentence, which then goes on from there.

pause                 silent at once; the rest when the candidate goes on
the speaker is gone   the interview stands still; the rest when it is back
it does not come      the rest, and what follows, is only written, until a speaker is there
"""

from __future__ import annotations

import threading
import time

import numpy as np

from agent.standing_still import StandingStill
from audio.errors import DeviceError
from audio.frame import Samples
from audio.playback import POLL_S, NullPlayer, Playback, Player

PATIENCE_S = 20.0
"""How long the interview waits for a lost speaker; what is said can be read as well (seconds)."""
PROOF_S = 2.5
"""A speaker that takes no sound within this time after it was opened is not back (seconds). A
virtual one that just woke up was seen to take 1.7 s."""


class PatientPlayer:
    """Plays through `player`, and waits where that cannot."""

    def __init__(
        self, player: Player, still: StandingStill, patience_s: float = PATIENCE_S
    ) -> None:
        self.player, self.still, self.patience_s = player, still, patience_s
        self.silent = False
        """Whether the speaker did not come back: what is said is only written."""

    def start(self, rate_hz: int) -> PatientPlayback:
        """An utterance; the device is opened with its first sound."""
        return PatientPlayback(self, rate_hz)

    def speaks(self) -> None:
        """The speaker takes sound; said once when it did not before."""
        if self.silent:
            self.silent = False
            self.still.tell("The speaker is back; I speak again.", device="speaker")

    def opened(self, rate_hz: int, sound: Samples) -> Playback:
        """A playback of `sound` on a speaker that works. Raises DeviceError."""
        playback = self.player.start(rate_hz)
        playback.write(sound)
        until_s = time.monotonic() + PROOF_S
        while playback.started_at is None:
            if time.monotonic() > until_s or self.still.commands.interrupt.is_set():
                playback.abort()
                raise DeviceError("the speaker takes no sound")
            time.sleep(POLL_S)
        return playback


class PatientPlayback:
    """One utterance, through as many playbacks as it takes.

    The session clock stands still between them, so on it the utterance has no gap.
    """

    def __init__(self, owner: PatientPlayer, rate_hz: int) -> None:
        self.owner, self.rate_hz = owner, rate_hz
        self.sound: list[Samples] = []
        """All that was written."""
        self.before = 0
        """Samples heard through earlier playbacks."""
        self.playback: Playback | None = None
        self.aloud = True
        """Whether the present playback is heard; else its time is kept."""
        self.first_s: float | None = None
        self.over = False

    @property
    def started_at(self) -> float | None:
        """`time.monotonic()` of the first audible sample; None before there is one."""
        if self.first_s is None and self.playback is not None:
            self.first_s = self.playback.started_at
        return self.first_s

    @property
    def played(self) -> int:
        """Samples the listener has heard so far."""
        return self.before + (self.playback.played if self.playback else 0)

    def write(self, samples: Samples) -> None:
        """Append sound; waits while the interview is paused or the speaker is gone."""
        self.sound.append(samples)
        if self.over:
            return
        if self.owner.still.paused:
            self.hold()
        elif self.playback is None:
            self.go_on()
        else:
            self.playback.write(samples)

    def check(self) -> None:
        """Wait out a pause, or the loss of the speaker."""
        if self.over or self.playback is None:
            return
        if self.owner.still.paused:
            self.hold()
            return
        try:
            self.playback.check()
        except DeviceError as lost:
            self.recover(lost)
            return
        if self.aloud and self.playback.started_at is not None:
            self.owner.speaks()

    def finish(self, stop: threading.Event | None = None) -> int:
        """Wait until everything was heard, or `stop` is set; samples played."""
        stop = stop or threading.Event()
        while not self.over and self.played < sum(map(len, self.sound)):
            self.check()
            if stop.wait(POLL_S):
                break
        return self.abort()

    def abort(self) -> int:
        """Be silent at once; samples played. May be called again."""
        self.over = True
        self.let_go()
        return self.before

    def hold(self) -> None:
        """Silent until the candidate goes on."""
        self.let_go()
        self.owner.still.pause("speaking")
        self.go_on()

    def let_go(self) -> None:
        """Close the device; what was heard is kept."""
        if self.playback is not None:
            heard, started = self.playback.abort(), self.started_at
            self.before += heard if started is not None else 0
            self.playback = None

    def rest(self) -> Samples:
        """What has not been heard."""
        return np.concatenate([*self.sound, np.zeros(0, np.float32)])[self.before :]

    def go_on(self) -> None:
        """Play the rest, on the speaker if there is one."""
        owner = self.owner
        if owner.still.commands.interrupt.is_set():
            self.over = True  # a key asks for something else
            return
        try:
            self.playback = owner.player.start(self.rate_hz)
            self.aloud = True
            self.playback.write(self.rest())
        except DeviceError as lost:
            self.playback = None
            self.recover(lost)

    def recover(self, lost: DeviceError) -> None:
        """The speaker is gone: wait for it; without it, or a key, the rest is only written."""
        self.let_go()
        owner = self.owner
        if not owner.silent:
            self.playback = owner.still.wait_for(
                "speaker",
                lost,
                lambda: owner.opened(self.rate_hz, self.rest()),
                patience_s=owner.patience_s,
                then="speaking",
            )
            if self.playback is not None:
                return
            if owner.still.commands.interrupt.is_set():
                self.over = True
                return
            owner.silent = True
            owner.still.tell(
                "Still no speaker. From here on you read what I say; I speak again as soon as "
                "there is one.",
                device="speaker",
            )
        self.aloud = False
        self.playback = NullPlayer().start(self.rate_hz)
        self.playback.write(self.rest())

"""Speech over the interviewer: what a short one means, and whether the microphone is trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from audio.backchannel import ShortSound, short_sound
from audio.frame import Samples, milliseconds_of
from audio.listener import Listener
from audio.segmenter import Stretch
from audio.watch import Outcome, SpokenSound

FALSE_ALARMS = 3
"""Utterances in a row that stopped for nothing, after which the microphone is not listened to any
more while the interviewer speaks: it hears itself, or the room."""
OWN_WORDS = 2
"""So many words of the interviewer in a row, heard while they are said, are its own voice."""
HALF_DUPLEX = (
    "I keep hearing something while I speak. From now on I do not listen meanwhile; "
    "headphones help."
)


class ShortSoundReader:
    """Puts a short sound into words with the listener's recogniser."""

    def __init__(self, listener: Listener, saying: Sequence[str]) -> None:
        """`saying`: what the interviewer says meanwhile, growing as it is phrased."""
        self.listener, self.saying = listener, saying

    def __call__(self, sound: Samples) -> ShortSound:
        """What it means. Raises EngineError when the recogniser fails."""
        stretch = Stretch(sound, 0.0, 0.0, milliseconds_of(sound.size))
        # Without hotwords: see audio/backchannel.py.
        clause = self.listener.transcribe(stretch, ()).result().heard.clause
        if is_own(clause.text, " ".join(self.saying)):
            return ShortSound.NOTHING
        return short_sound(clause.words)


def is_own(heard: str, said: str) -> bool:
    """Whether the words heard stand in what the interviewer says, one after another."""
    mine, theirs = plain(said), plain(heard)
    return len(theirs.split()) >= OWN_WORDS and f" {theirs} " in f" {mine} "


def plain(text: str) -> str:
    """Words in lower case with single spaces."""
    return " ".join(re.findall(r"[\w']+", text.lower()))


class Trust:
    """Counts utterances that stopped for nothing."""

    def __init__(self) -> None:
        self.false_alarms = 0
        self.told = False

    @property
    def given(self) -> bool:
        """Whether the candidate is listened to while the interviewer speaks."""
        return self.false_alarms < FALSE_ALARMS

    def spoken(self, sound: SpokenSound) -> None:
        """An utterance has ended; whether a withdrawn one was for nothing is known later."""
        if not self.given or sound.outcome is Outcome.WITHDRAWN:
            return
        self.false_alarms = self.false_alarms + 1 if sound.noises else 0

    def listened_again(self, *, something_new: bool) -> None:
        """A turn was taken up again after its reply had been withdrawn."""
        self.false_alarms = 0 if something_new else self.false_alarms + 1

    def notices(self) -> tuple[str, ...]:
        """What the candidate is told once."""
        if self.given or self.told:
            return ()
        self.told = True
        return (HALF_DUPLEX,)

"""Cuts a stream of frames into stretches of speech for the transcriber. Pure: no clock, no model.

Whisper always computes a 30 s window, so a short stretch costs nearly as much as a long one; a long
one makes the candidate wait. Stretches therefore end at the first real pause, and at the latest
after `cap_ms` in the deepest dip so far.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from audio.frame import FRAME_MS, AudioFrame, Samples


@dataclass(frozen=True, slots=True)
class Segmentation:
    """When speech begins, pauses and is cut. Milliseconds; probabilities 0 to 1."""

    speech_probability: float = 0.5
    """A frame at or above is speech (Silero's own default)."""
    silence_probability: float = 0.35
    """A frame below is silence; between the two it stays what it was (Silero's own hysteresis)."""
    onset_ms: float = 96
    """This much speech without a break starts a stretch: a click is over by then."""
    close_ms: float = 700
    """Silence that ends a stretch. Shorter stretches are heard worse: of 1,397 spoken words 5.2 %
    wrong with 400 ms, 4.2 % with 700. In real time nobody waits for it: see `early`."""
    pre_roll_ms: float = 300
    """Kept before the first speech frame: the detector is late on soft onsets."""
    post_roll_ms: float = 200
    """Kept after the last one; clipped ends cost tiny.en 1.6 points of word errors."""
    early_ms: float = 96
    """Kept instead when nothing can be heard behind it: a stretch can be read that much sooner."""
    quiet_probability: float = 0.2
    quiet_share: float = 0.05
    """Nothing can be heard: less likely speech than that, and so much softer than the speech of
    the stretch (root mean square; 0.05 = -26 dB). A fading "s" is not, noise in the room is not."""
    cap_ms: float = 14_000
    """Longest stretch; then it is cut at its last dip."""
    dip_ms: float = 224
    """Silence inside a stretch that is a good place to cut."""
    uncut_ms: float = 7_000
    """A cut falls behind this much of the stretch; without a dip, on the least likely frame."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of speech, ready for the transcriber."""

    samples: Samples
    """Shape (n,), with pre- and post-roll."""
    start_ms: float
    """Session clock of the first sample, pre-roll included."""
    speech_start_ms: float
    speech_end_ms: float


@dataclass(frozen=True, slots=True)
class _Scored:
    frame: AudioFrame
    probability: float
    speech: bool
    loudness: float
    """Root mean square, 0 to 1."""


class Segmenter:
    """Fed frame by frame; holds at most the open stretch."""

    def __init__(self, settings: Segmentation | None = None) -> None:
        self.settings = settings or Segmentation()
        self._before: deque[_Scored] = deque(maxlen=self._frames(self.settings.pre_roll_ms))
        self._onset: list[_Scored] = []
        self._open: list[_Scored] = []
        self._speech_start_ms = 0.0
        self._speech_end_ms = 0.0
        self._silent_frames = 0

    @property
    def in_stretch(self) -> bool:
        """Whether a stretch is open, so that there is sound nobody has transcribed."""
        return bool(self._open)

    @property
    def hears_speech(self) -> bool:
        """Whether a stretch is open or may just be opening."""
        return bool(self._open or self._onset)

    @property
    def may_open(self) -> bool:
        """Whether speech may just be opening a stretch."""
        return bool(self._onset)

    @property
    def pauses(self) -> bool:
        """Whether the open stretch is in a pause."""
        return bool(self._open) and self._silent_frames > 0

    @property
    def speech_start_ms(self) -> float:
        """Session clock where the speech of the latest stretch began."""
        return self._speech_start_ms

    @property
    def speech_end_ms(self) -> float:
        """Session clock where the speech of the latest stretch ended so far."""
        return self._speech_end_ms

    @property
    def early(self) -> Stretch | None:
        """The open stretch as the present pause will close it, if nothing more is heard in it.

        First at the frame when early_ms of silence have passed; again, longer, at the end of the
        post-roll when there was something to hear after all. None at all other frames.
        """
        silent = self._silent_frames
        first, last = (self._frames(ms) for ms in (self._early_ms, self.settings.post_roll_ms))
        if not self._open or silent not in {first, last} or (silent > first and self._quiet_end()):
            return None
        return self._stretch(self._open, self._speech_start_ms, self._speech_end_ms)

    def push(self, frame: AudioFrame, probability: float) -> Stretch | None:
        """Take the next frame; returns the stretch that it closed, if it closed one."""
        loudness = float(np.sqrt(np.mean(np.square(frame.samples))))
        scored = _Scored(frame, probability, self._is_speech(probability), loudness)
        if not self._open:
            self._wait_for_speech(scored)
            return None
        self._open.append(scored)
        if scored.speech:
            self._speech_end_ms = frame.end_ms
            self._silent_frames = 0
        else:
            self._silent_frames += 1
        if self._silent_frames >= self._frames(self.settings.close_ms):
            return self.close()
        if len(self._open) >= self._frames(self.settings.cap_ms):
            return self._cut()
        return None

    def close(self) -> Stretch | None:
        """End the open stretch now; None when there is none."""
        if not self._open:
            return None
        roll_ms = self._early_ms if self._quiet_end() else self.settings.post_roll_ms
        extra = max(0, self._silent_frames - self._frames(roll_ms))
        kept = self._open[: len(self._open) - extra]
        stretch = self._stretch(kept, self._speech_start_ms, self._speech_end_ms)
        tail = self._open[-self._silent_frames :] if self._silent_frames else []
        self._before.extend(tail)
        self._open, self._onset, self._silent_frames = [], [], 0
        return stretch

    @property
    def _early_ms(self) -> float:
        return min(self.settings.early_ms, self.settings.post_roll_ms)

    def _quiet_end(self) -> bool:
        """Whether nothing can be heard between early_ms and the end of the post-roll."""
        first, last = (self._frames(ms) for ms in (self._early_ms, self.settings.post_roll_ms))
        silence = self._open[len(self._open) - self._silent_frames :]
        spoken = [scored.loudness for scored in self._open if scored.speech]
        soft = self.settings.quiet_share * float(np.mean(spoken)) if spoken else 0.0
        return all(
            scored.probability < self.settings.quiet_probability and scored.loudness <= soft
            for scored in silence[first:last]
        )

    def _wait_for_speech(self, scored: _Scored) -> None:
        if not scored.speech:
            self._before.extend([*self._onset, scored])
            self._onset = []
            return
        self._onset.append(scored)
        if len(self._onset) >= self._frames(self.settings.onset_ms):
            self._open = [*self._before, *self._onset]
            self._speech_start_ms = self._onset[0].frame.start_ms
            self._speech_end_ms = scored.frame.end_ms
            self._before.clear()
            self._onset = []

    def _is_speech(self, probability: float) -> bool:
        if probability >= self.settings.speech_probability:
            return True
        going_on = (bool(self._open) and self._open[-1].speech) or bool(self._onset)
        return going_on and probability >= self.settings.silence_probability

    def _cut(self) -> Stretch:
        """Hand over all up to the best place to cut, and keep the rest open."""
        at = self._last_dip() or self._least_likely()
        head, self._open = self._open[:at], self._open[at:]
        spoken = [scored.frame for scored in head if scored.speech]
        stretch = self._stretch(head, self._speech_start_ms, spoken[-1].end_ms)
        rest = [scored.frame for scored in self._open if scored.speech]
        if rest:
            self._speech_start_ms = rest[0].start_ms
        else:  # cut inside a pause that is still going on
            self._before.extend(self._open)
            self._open, self._silent_frames = [], 0
        return stretch

    def _last_dip(self) -> int | None:
        """Index in the middle of the last silence of at least dip_ms, behind uncut_ms."""
        needed = self._frames(self.settings.dip_ms)
        run = 0
        for index in range(len(self._open) - 1, self._frames(self.settings.uncut_ms), -1):
            run = 0 if self._open[index].speech else run + 1
            if run >= needed:
                return index + run // 2
        return None

    def _least_likely(self) -> int:
        """Index of the frame behind uncut_ms that is least like speech, the last of equals."""
        first = self._frames(self.settings.uncut_ms)
        indices = range(first, len(self._open) - 1)
        return min(indices, key=lambda index: (self._open[index].probability, -index))

    def _stretch(self, kept: list[_Scored], first_ms: float, last_ms: float) -> Stretch:
        samples = np.concatenate([scored.frame.samples for scored in kept])
        return Stretch(samples, kept[0].frame.start_ms, first_ms, last_ms)

    @staticmethod
    def _frames(milliseconds: float) -> int:
        return max(1, round(milliseconds / FRAME_MS))

"""Where the candidate's sound comes from: a microphone, or a recorded candidate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from agent.candidate import RecordedCandidate
from agent.state import Ask
from audio.errors import DeviceError
from audio.files import load_audio
from audio.frame import SAMPLE_RATE, AudioFrame
from audio.microphone import Microphone
from audio.playback import Playback, Player
from audio.sources import FrameSource, RecordedSource

MICROPHONE_PATIENCE_S = 300.0
"""How long an interview waits for a lost microphone: time to find the cable (seconds)."""
RETRY_S = 1.0
Tell = Callable[[str], None]


class LiveCandidate:
    """A person at a microphone that stays open for the session and may come and go."""

    playing = ""
    """A person is no file."""
    echoes = False
    realtime = True

    def __init__(
        self,
        open_microphone: Callable[[], Microphone],
        *,
        watched: bool,
        tell: Tell,
        echoes: bool = False,
    ) -> None:
        """Opens the microphone. Raises DeviceError when there is none to begin with.

        `watched`: it may be listened to while the interviewer speaks, because it does not hear the
        interviewer (echo is cancelled, or the candidate wears headphones). `tell` is given one
        sentence when the microphone is lost and when it is back. `echoes`: echo is cancelled.
        """
        self.echoes = echoes
        self.open_microphone, self.watched, self.tell = open_microphone, watched, tell
        self.microphone = open_microphone()

    def begin(self, ask: Ask, now_ms: float) -> FrameSource | None:
        """The microphone."""
        return self

    def meanwhile(self) -> FrameSource | None:
        """What can be heard of the candidate while the interviewer speaks, if anything."""
        return self if self.watched else None

    def __iter__(self) -> Iterator[AudioFrame]:
        return self

    def __next__(self) -> AudioFrame:
        try:
            return next(self.microphone)
        except DeviceError as error:
            self.wait_for_it(error)
            return next(self.microphone)

    def wait_for_it(self, lost: DeviceError) -> None:
        """The interview pauses until the microphone is back. Raises DeviceError when it is not."""
        self.tell(f"{lost.what}. The interview waits; plug it in again, or Ctrl-C saves and stops.")
        self.microphone.close()
        for _ in range(round(MICROPHONE_PATIENCE_S / RETRY_S)):
            time.sleep(RETRY_S)
            try:
                self.microphone = self.open_microphone()
            except DeviceError:
                continue
            self.tell("The microphone is back; go on where you were.")
            return
        raise DeviceError(
            lost.what, where=lost.where, todo="`viva resume` goes on, with --text by keyboard."
        )

    def close(self) -> None:
        """Free the device."""
        self.microphone.close()


class PlayedCandidate:
    """Recorded answers, each as if it were spoken now; one that was cut in on goes on."""

    def __init__(
        self, recorded: RecordedCandidate, *, realtime: bool, player: Player | None = None
    ) -> None:
        """`player` also lets people in the room hear the recording; only in real time."""
        self.recorded, self.realtime, self.player = recorded, realtime, player
        self.sound: RecordedSource | None = None
        self.source: FrameSource | None = None
        self.playing = ""
        """The file that the present turn comes from."""
        self.echoes = False

    def begin(self, ask: Ask, now_ms: float) -> FrameSource | None:
        """The rest of an answer that was interrupted, else the one that fits the move best."""
        if self.sound is not None and not self.sound.spoken_out:
            return self.source
        move = ask.move
        answer = self.recorded.next_answer(move.kind, move.area, move.point_id)
        if answer is None:
            return None
        self.playing = answer.file.name
        self.sound = RecordedSource(load_audio(answer.file), now_ms, realtime=self.realtime)
        aloud = self.player is not None and self.realtime
        self.source = Audible(self.sound, self.player) if aloud and self.player else self.sound
        return self.source

    def meanwhile(self) -> FrameSource | None:
        """An answer that has not come to its end goes on while the interviewer speaks."""
        unfinished = self.sound is not None and not self.sound.spoken_out
        return self.source if unfinished else None

    def close(self) -> None:
        """Nothing is held."""


class Audible:
    """A recorded source that is also played aloud while it is listened to."""

    def __init__(self, source: RecordedSource, player: Player) -> None:
        self.source, self.player = source, player
        self.playback: Playback | None = None

    @property
    def realtime(self) -> bool:
        """As the source."""
        return self.source.realtime

    def __iter__(self) -> Iterator[AudioFrame]:
        return self

    def __next__(self) -> AudioFrame:
        frame = next(self.source)
        if not self.source.spoken_out:
            self.playback = self.playback or self.player.start(SAMPLE_RATE)
            self.playback.write(frame.samples)
        elif self.playback is not None:
            self.playback.finish()
            self.playback = None
        return frame

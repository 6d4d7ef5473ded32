"""Where the candidate's sound comes from: a microphone, or a recorded candidate."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from agent.candidate import RecordedCandidate
from agent.standing_still import StandingStill
from agent.state import Ask
from audio.errors import DeviceError
from audio.files import load_audio
from audio.frame import SAMPLE_RATE, AudioFrame
from audio.microphone import Microphone
from audio.playback import Playback, Player
from audio.sources import FrameSource, RecordedSource

MICROPHONE_PATIENCE_S = 300.0
"""How long an interview waits for a lost microphone: time to find the cable (seconds)."""


class LiveCandidate:
    """A person at a microphone that stays open for the session and may come and go."""

    playing = ""
    """A person is no file."""
    echoes = False
    realtime = True

    def __init__(
        self,
        open_microphone: Callable[[], Microphone],
        still: StandingStill,
        *,
        watched: bool,
        echoes: bool = False,
        patience_s: float = MICROPHONE_PATIENCE_S,
    ) -> None:
        """Opens the microphone. Raises DeviceError when there is none to begin with.

        `watched`: it may be listened to while the interviewer speaks, because it does not hear the
        interviewer (echo is cancelled, or the candidate wears headphones). `echoes`: echo is
        cancelled. `still` tells when the microphone is lost, and stops the interview until it is
        back, at most for `patience_s`.
        """
        self.open_microphone, self.still, self.echoes = open_microphone, still, echoes
        self.watched, self.patience_s = watched, patience_s
        self.microphone = open_microphone()
        self.lost: DeviceError | None = None
        """Why the microphone is gone; None while it is there."""

    def begin(self, ask: Ask, now_ms: float) -> FrameSource | None:
        """The microphone."""
        return self

    def meanwhile(self) -> FrameSource | None:
        """What can be heard of the candidate while the interviewer speaks, if anything."""
        return WhileThere(self) if self.watched and self.lost is None else None

    def forget(self) -> None:
        """What was captured and not listened to is none of the interview's business."""
        self.microphone.drain()

    def __iter__(self) -> Iterator[AudioFrame]:
        return self

    def __next__(self) -> AudioFrame:
        """The next frame; waits for a lost microphone, and ends when a key breaks that off.

        Raises DeviceError when it does not come back.
        """
        while True:
            if self.lost is not None:
                self.wait_for_it(self.lost)
            if self.lost is not None:
                raise StopIteration
            try:
                return self.captured()
            except DeviceError:
                continue

    def captured(self) -> AudioFrame:
        """The next frame. Raises DeviceError when the microphone is gone, which is then known."""
        try:
            frame = next(self.microphone)
        except DeviceError as error:
            self.lost = error
            self.microphone.close()
            raise
        self.still.tell_sleep()
        return frame

    def wait_for_it(self, lost: DeviceError) -> None:
        """The interview stands still until the microphone is back or a key wants something else.

        Raises DeviceError when it is not back after `patience_s`.
        """
        found = self.still.wait_for(
            "microphone", lost, self.open_microphone, patience_s=self.patience_s, then="listening"
        )
        if found is not None:
            self.microphone, self.lost = found, None
        elif not self.still.commands.wait_for_wish(0):
            raise DeviceError(
                lost.what, where=lost.where, todo="`viva resume` goes on, with --text by keyboard."
            )

    def close(self) -> None:
        """Free the device."""
        self.microphone.close()


class WhileThere:
    """The microphone while the interviewer speaks: when it is lost, nobody is heard any more, and
    what is being said is said to its end."""

    realtime = True

    def __init__(self, candidate: LiveCandidate) -> None:
        self.candidate = candidate

    def __iter__(self) -> Iterator[AudioFrame]:
        return self

    def __next__(self) -> AudioFrame:
        try:
            return self.candidate.captured()
        except DeviceError:
            raise StopIteration from None


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

    def forget(self) -> None:
        """A recording waits for its listener."""

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

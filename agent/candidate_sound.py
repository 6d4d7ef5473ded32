"""Where the candidate's sound comes from: a microphone, or a recorded candidate."""

from __future__ import annotations

from collections.abc import Iterator

from agent.candidate import RecordedCandidate
from agent.state import Ask
from audio.files import load_audio
from audio.frame import SAMPLE_RATE, AudioFrame
from audio.microphone import Microphone
from audio.playback import Playback, Player
from audio.sources import FrameSource, RecordedSource


class LiveCandidate:
    """A person at an open microphone."""

    playing = ""
    """A person is no file."""

    def __init__(self, microphone: Microphone) -> None:
        """`microphone` is open and stays open for the session."""
        self.microphone = microphone

    def begin(self, ask: Ask, now_ms: float) -> FrameSource | None:
        """The microphone; what it caught while the interviewer spoke is passed over."""
        return self.microphone

    def close(self) -> None:
        """Free the device."""
        self.microphone.close()


class PlayedCandidate:
    """Recorded answers, each as if it were spoken now; what was cut short goes on next time."""

    def __init__(
        self, recorded: RecordedCandidate, *, realtime: bool, player: Player | None = None
    ) -> None:
        """`player` also lets people in the room hear the recording; only in real time."""
        self.recorded, self.realtime, self.player = recorded, realtime, player
        self.source: RecordedSource | None = None
        self.playing = ""
        """The file that the present turn comes from."""

    def begin(self, ask: Ask, now_ms: float) -> FrameSource | None:
        """The rest of an answer that was interrupted, else the one that fits the move best."""
        if self.source is not None and not self.source.spoken_out:
            self.source = self.source.taken_up(now_ms)
        else:
            move = ask.move
            answer = self.recorded.next_answer(move.kind, move.area, move.point_id)
            if answer is None:
                return None
            self.playing = answer.file.name
            samples = load_audio(answer.file)
            self.source = RecordedSource(samples, now_ms, realtime=self.realtime)
        if self.player is None or not self.realtime:
            return self.source
        return Audible(self.source, self.player)

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

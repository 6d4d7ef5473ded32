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

    def __init__(self, microphone: Microphone, *, watched: bool) -> None:
        """`microphone` is open and stays open for the session.

        `watched`: it may be listened to while the interviewer speaks, because it does not hear the
        interviewer (echo is cancelled, or the candidate wears headphones).
        """
        self.microphone, self.watched = microphone, watched

    def begin(self, ask: Ask, now_ms: float) -> FrameSource | None:
        """The microphone."""
        return self.microphone

    def meanwhile(self) -> FrameSource | None:
        """What can be heard of the candidate while the interviewer speaks, if anything."""
        return self.microphone if self.watched else None

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

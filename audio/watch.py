"""What is watched while the interviewer speaks, and what became of the utterance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from audio.backchannel import ShortSound
from audio.frame import AudioFrame, Samples, SpeechChunk
from audio.onset import OnsetSettings
from audio.sources import FrameSource
from audio.utterance import HeardPiece
from audio.vad import VoiceDetector


class Outcome(StrEnum):
    """How an utterance of the interviewer ended."""

    FINISHED = "finished"
    """Everything was heard, or all but the last syllable."""
    WITHDRAWN = "withdrawn"
    """The candidate had not finished: it counts as never said."""
    INTERRUPTED = "interrupted"
    """The candidate spoke over it; what was heard was said."""
    STOPPED = "stopped"
    """The caller's flag."""


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How speech over the interviewer is understood. Times in milliseconds."""

    undo_ms: float = 1_500
    """Speech that begins this soon after the first sound goes on with the answer: it was on its
    way before the interviewer was noticed (reaction to speech takes 0.2 to 1 s)."""
    reaction_ms: float = 400
    """Speech this soon after the end of a reply shorter than undo_ms cannot be a reaction to it."""
    long_ms: float = 1_200
    """Longer speech wants the floor; shorter is put into words first. Nothing sounds meanwhile, so
    it costs the candidate nothing ("okay, makes sense" lasts 1.1 s)."""
    quiet_ms: float = 300
    """Silence after which a short sound is over; gaps between words are shorter."""
    pre_roll_ms: float = 500
    """Sound before the onset that goes with it: the detector is late on soft beginnings."""
    nearly_ms: float = 250
    """With this little left to say the utterance was heard to its end."""
    floor_ms: float = 8_000
    """An utterance that cannot be withdrawn waits so long for its first sound while somebody
    speaks."""
    onset: OnsetSettings = field(default_factory=OnsetSettings)


def unrecorded(_: AudioFrame) -> None:
    """For callers that keep no recording."""


def backchannel(_: Samples) -> ShortSound:
    """For callers that cannot read: every short sound is one."""
    return ShortSound.BACKCHANNEL


@dataclass(frozen=True, slots=True)
class Watch:
    """The candidate's side while the interviewer speaks."""

    source: FrameSource
    detector: VoiceDetector
    on_frame: Callable[[AudioFrame], None] = unrecorded
    """Gets each frame that is not handed over in `SpokenSound.frames`, for the recording."""
    judge: Callable[[Samples], ShortSound] = backchannel
    """What a short sound, shape (n,) at 16 kHz, is; asked once it is over."""
    undoable: bool = True
    """Whether early speech withdraws the utterance; else it interrupts it as later speech does."""
    open_answer: bool = False
    """Whether the candidate's words before could not end there."""
    settings: WatchSettings = field(default_factory=WatchSettings)


@dataclass(frozen=True, slots=True)
class SpokenSound:
    """What became of an utterance. Times are milliseconds on the session clock."""

    outcome: Outcome
    started_ms: float | None
    """First audible sample; None when nothing was heard."""
    ended_ms: float
    """Where it fell silent."""
    chunks: tuple[SpeechChunk, ...]
    """All that were drawn."""
    heard: tuple[int, ...]
    """Samples heard of each chunk."""
    pieces: tuple[HeardPiece, ...]
    """What was heard, in its places on the clock, for the recording."""
    onset_ms: float | None = None
    """Where the candidate began to speak, if so; at the end of a finished one perhaps only now."""
    frames: tuple[AudioFrame, ...] = ()
    """The candidate's latest sound, from pre_roll_ms before the onset on; not yet recorded: the
    listener does that when it takes them up (`Prefixed`)."""
    begin_ms: float = 0.0
    """Where listening should begin: `ListenRequest.begin_ms`."""
    backchannels: int = 0
    """Short sounds that it paused for and went on after."""
    noises: int = 0
    """Those among them without a word."""

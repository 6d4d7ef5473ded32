"""Sound files of any common kind, as 16 kHz samples, or one clear line why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np

from audio.errors import AudioFileError
from audio.frame import SAMPLE_RATE, Samples, milliseconds_of

AUDIO_SUFFIXES = frozenset(
    (
        *(".aac", ".aif", ".aiff", ".flac", ".m4a", ".m4b", ".mp3", ".oga", ".ogg", ".opus"),
        *(".wav", ".wma", ".mka", ".mkv", ".mov", ".mp4", ".webm"),
    )
)
DURATION_SLACK_MS = 1_000
"""Encoder padding and rounding: a file shorter than declared by less than this is whole."""
DURATION_SLACK_SHARE = 0.03
"""The same as a share of the declared duration, for the estimates some formats carry."""
PIPED_WAV_BYTES = 0x7FFF_0000
"""A WAV header that tells more than this was written before its writer knew the length."""
FIRST_FRAME_BYTES = 1_500
"""An MP3 frame is never longer; the first one behind the tags may count the others."""


MIN_RATE = 4_000
"""Samples a second, Hz. Speech needs more, and a few bytes at 1 Hz would be hours of nothing."""
CONTAINERS = (
    "aac,aiff,asf,flac,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,ogg,wav,w64,rf64,mpeg,mpegts"
)
"""What may be decoded, by FFmpeg's names. Play lists are not among it: they name other files."""


@dataclass(frozen=True, slots=True)
class AudioLimits:
    """What is still taken for a recorded interview."""

    bytes: int = 2_000_000_000
    """Size of the file. Two hours of uncompressed 48 kHz stereo are 1.4 GB."""
    duration_ms: float = 3 * 3600 * 1000
    """Decoded length, enforced while decoding: 3 h are 0.7 GB of samples."""


DEFAULT_LIMITS = AudioLimits()


def is_audio(path: Path) -> bool:
    """Whether the name ends like that of a sound file or a video with sound."""
    return path.suffix.lower() in AUDIO_SUFFIXES


@overload
def load_audio(
    path: Path, split_stereo: Literal[False] = False, limits: AudioLimits = ...
) -> Samples: ...
@overload
def load_audio(
    path: Path, split_stereo: Literal[True], limits: AudioLimits = ...
) -> tuple[Samples, Samples]: ...
def load_audio(
    path: Path, split_stereo: bool = False, limits: AudioLimits = DEFAULT_LIMITS
) -> Samples | tuple[Samples, Samples]:
    """Decode `path` to mono at 16 kHz, shape (n,), float32 in [-1, 1].

    With `split_stereo` (left, right) instead; a mono file then gives the same sound twice. Decoded
    by PyAV, whose wheels hold the codecs, block by block so that the limit on the duration holds
    whatever the file claims. OGG and raw AAC do not tell their length, so a cut there cannot be
    seen: show the user the duration.

    Raises AudioFileError (exit code 2): missing, empty, too large, too long, cut off, not audio,
    or a video without sound.
    """
    check_size(path, limits)
    with opened(path) as container:
        if not container.streams.audio:
            raise AudioFileError("has no sound in it", where=str(path), todo="Give a recording.")
        refuse_stream(container.streams.audio[0], path)
        declared_ms = declared_duration_ms(container, path)
        if declared_ms > limits.duration_ms:
            raise too_long(path, declared_ms, limits)
        stereo = split_stereo and container.streams.audio[0].channels > 1
        sound = decode(container, path, 2 if stereo else 1, limits)
    decoded_ms = milliseconds_of(sound.shape[0])
    if decoded_ms == 0:
        raise AudioFileError("holds no sound that can be decoded", where=str(path))
    if declared_ms - decoded_ms > max(DURATION_SLACK_MS, DURATION_SLACK_SHARE * declared_ms):
        raise AudioFileError(
            f"is cut off: {decoded_ms / 1000:.1f} s of {declared_ms / 1000:.1f} s can be read",
            where=str(path),
            todo="Copy or export the recording again.",
        )
    if split_stereo:
        return np.ascontiguousarray(sound[:, 0]), np.ascontiguousarray(sound[:, -1])
    return np.ascontiguousarray(sound[:, 0])


def check_size(path: Path, limits: AudioLimits) -> None:
    """AudioFileError when the file is missing, no file, empty or larger than the limit."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise AudioFileError(f"cannot be read ({error.strerror})", where=str(path)) from error
    if not path.is_file():
        raise AudioFileError("is not a file", where=str(path))
    if size == 0:
        raise AudioFileError("is empty", where=str(path), todo="Copy the recording again.")
    if size > limits.bytes:
        raise AudioFileError(
            f"is larger than {limits.bytes / 1e6:.0f} MB",
            where=str(path),
            todo="Export it compressed (MP3, M4A) or cut it.",
        )


def refuse_stream(stream: Any, path: Path) -> None:
    """AudioFileError for sound of a kind that cannot be decoded, or that is no speech."""
    if stream.codec_context is None:
        raise AudioFileError(
            "holds sound of a kind that is not known", where=str(path), todo="Export it as WAV."
        )
    if 0 < (stream.rate or 0) < MIN_RATE:
        raise AudioFileError(
            f"has {stream.rate} samples a second; speech needs {MIN_RATE} or more", where=str(path)
        )


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The file as a PyAV container; faults of the file, also while reading, as AudioFileError."""
    import av
    import av.error

    try:
        # From the root on: a relative name could read like an address to the decoder.
        with av.open(
            str(path.absolute()),
            mode="r",
            metadata_errors="ignore",
            container_options={"format_whitelist": CONTAINERS, "protocol_whitelist": "file"},
        ) as container:
            yield container
    except (av.error.FFmpegError, OSError, ValueError, IndexError) as error:
        raise AudioFileError(
            "cannot be decoded: it is cut off, damaged, or not a sound file",
            where=str(path),
            todo="Give a WAV, MP3, M4A, FLAC, OGG or WebM recording that plays.",
        ) from error


def declared_duration_ms(container: Any, path: Path) -> float:
    """What the file says its sound lasts, milliseconds; 0 when it does not say."""
    if container.format.name == "mp3" and not counts_its_frames(path):
        return 0.0  # then the duration is only a guess from the first frame's bit rate
    stream = container.streams.audio[0]
    if stream.duration:
        told_ms = float(stream.duration * stream.time_base * 1000)
    else:
        told_ms = float((container.duration or 0) / 1000)
    return told_ms * missing_factor(path) if container.format.name == "wav" else told_ms


def missing_factor(path: Path) -> float:
    """How many times longer than the file a WAV's header says it is, at least 1.

    The decoder goes by what is there. Programs that write into a pipe put a huge number.
    """
    with path.open("rb") as file:
        riff = file.read(8)
    told, there = int.from_bytes(riff[4:8], "little") + 8, path.stat().st_size
    return told / there if there < told < PIPED_WAV_BYTES else 1.0


def counts_its_frames(path: Path) -> bool:
    """Whether an MP3 carries the header that states its number of frames."""
    with path.open("rb") as file:
        tag = file.read(10)
        if tag[:3] == b"ID3":  # its size: four bytes of seven bits
            file.seek(10 + sum(byte << 7 * place for place, byte in enumerate(tag[9:5:-1])))
        else:
            file.seek(0)
        first_frame = file.read(FIRST_FRAME_BYTES)
    return b"Xing" in first_frame or b"Info" in first_frame


def decode(container: Any, path: Path, channels: int, limits: AudioLimits) -> Samples:
    """All sound of the first audio stream, shape (n, channels), 16 kHz float32.

    A damaged packet is skipped, as players do; what is missing then shows in the duration.
    """
    import av
    import av.error

    layout = "stereo" if channels == 2 else "mono"
    resampler = av.AudioResampler(format="flt", layout=layout, rate=SAMPLE_RATE)
    blocks: list[Samples] = []
    samples = 0
    for packet in container.demux(audio=0):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            frame.pts = None  # gaps in the time stamps must not become gaps in the sound
            for part in resampler.resample(frame):
                blocks.append(interleaved(part, channels))
                samples += part.samples
        if milliseconds_of(samples) > limits.duration_ms:
            raise too_long(path, milliseconds_of(samples), limits)
    blocks.extend(interleaved(part, channels) for part in resampler.resample(None))
    if not blocks:
        return np.zeros((0, channels), dtype=np.float32)
    return np.concatenate(blocks)


def interleaved(frame: Any, channels: int) -> Samples:
    """A packed float frame as shape (n, channels)."""
    return np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1, channels)


def too_long(path: Path, duration_ms: float, limits: AudioLimits) -> AudioFileError:
    """The error for a recording longer than the limit."""
    return AudioFileError(
        f"lasts {duration_ms / 60_000:.0f} minutes or more; "
        f"at most {limits.duration_ms / 60_000:.0f} can be used",
        where=str(path),
        todo="Cut it to the interview.",
    )

"""The recording of a session: stereo WAV on one clock, playable at every moment.

Left is the candidate, right the interviewer. The writer works in place on the file and keeps
nothing in memory: a frame is read, mixed and written back, so the two sides may arrive in any
order, 45 minutes cost no more than one second, and what was written survives a killed process
(it is the kernel's). The header is brought up to date at least once a second.
"""

from __future__ import annotations

import io
import os
import struct
import threading
import wave
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO

import numpy as np
from numpy.typing import NDArray

from audio.errors import AudioError, AudioFileError
from audio.frame import SAMPLE_RATE, Samples, milliseconds_of, samples_of

CHANNELS = 2
BYTES_PER_FRAME = CHANNELS * 2
"""One stereo sample: two int16."""
HEADER_BYTES = 44
FLUSH_EVERY_SAMPLES = SAMPLE_RATE
"""The header is patched when the file has grown by this much (1 s): the most that a player which
trusts the header can miss after a kill."""
LONGEST_RECORDING_MS = 12 * 3600 * 1000
"""A place on the clock behind this is a broken clock, not an interview; WAV itself ends at 18 h."""
BLOCK_SAMPLES = 30 * SAMPLE_RATE
"""How much of a recording is held in memory at a time while it is compressed (30 s)."""
MP3_BIT_RATE = 40_000
"""Bits per second of a compressed recording: speech stays clear, 45 minutes take 13.5 MB."""
MP3_EFFORT = "7"
"""LAME's quality scale from 0 (best) to 9: half the time of the default, 8 CPU seconds for 45
minutes."""

Pcm = NDArray[np.int16]


class RecordingWriter:
    """Writes both sides of the interview into one stereo WAV; safe to call from several threads.

    Times are on the session clock, whose zero is the first sample of the file. A resumed session
    starts its clock at `duration_ms`, so that new sound lands behind the old.
    """

    def __init__(self, path: Path, resume: bool = False) -> None:
        """Create `path`, or with `resume` open what is there and repair its header.

        Raises AudioError when the file cannot be written or, without `resume`, exists already;
        AudioFileError when the file to be resumed is no recording of ours.
        """
        self.path = path
        self._lock = threading.Lock()
        existing = resume and path.exists()
        self._length = samples_of(recording_ms(path)) if existing else 0
        self._flushed = 0
        try:
            mode = "r+b" if existing else "x+b"
            self._file: IO[bytes] = open(path, mode, buffering=0, opener=_private)  # noqa: SIM115
        except FileExistsError as error:
            raise AudioError(
                "there is a recording already",
                where=str(path),
                todo="Resume the session, or choose another folder.",
            ) from error
        except OSError as error:
            raise _unwritable(path, error) from error
        try:
            self._patch_header()
        except AudioError:
            self._file.close()
            raise

    @property
    def duration_ms(self) -> float:
        """Length of the recording, milliseconds."""
        return milliseconds_of(self._length)

    def write_candidate(self, samples: Samples, start_ms: float) -> None:
        """Mix mono 16 kHz `samples`, shape (n,), into the left channel at `start_ms`."""
        self._mix(samples, start_ms, channel=0)

    def write_interviewer(self, samples: Samples, start_ms: float) -> None:
        """Mix mono 16 kHz `samples`, shape (n,), into the right channel at `start_ms`."""
        self._mix(samples, start_ms, channel=1)

    def flush(self) -> None:
        """Bring the header up to date and hand everything to the disk."""
        with self._lock:
            self._patch_header()
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                raise _unwritable(self.path, error) from error

    def close(self) -> None:
        """Finish the file; closing twice is allowed."""
        if not self._file.closed:
            try:
                self.flush()
            finally:
                self._file.close()

    def __enter__(self) -> RecordingWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _mix(self, samples: Samples, start_ms: float, channel: int) -> None:
        if not 0 <= start_ms <= LONGEST_RECORDING_MS:
            raise AudioError(
                f"sound at {start_ms:.0f} ms cannot be recorded: the session clock is wrong",
                where=str(self.path),
            )
        if samples.size == 0:
            return
        first = samples_of(start_ms)
        with self._lock:
            try:
                self._mix_at(pcm(samples), first, channel)
            except OSError as error:
                raise _unwritable(self.path, error) from error
            self._length = max(self._length, first + samples.size)
            if self._length - self._flushed >= FLUSH_EVERY_SAMPLES:
                self._patch_header()

    def _mix_at(self, samples: Pcm, first: int, channel: int) -> None:
        stereo = np.zeros((samples.size, CHANNELS), dtype=np.int32)
        offset = HEADER_BYTES + first * BYTES_PER_FRAME
        if first < self._length:
            self._file.seek(offset)
            there = self._file.read(min(samples.size, self._length - first) * BYTES_PER_FRAME)
            old = np.frombuffer(there, dtype="<i2").reshape(-1, CHANNELS)
            stereo[: len(old)] = old
        stereo[:, channel] += samples
        self._file.seek(offset)
        # A gap before `first` reads as zeros: the operating system fills it.
        _write_all(self._file, np.clip(stereo, -32768, 32767).astype("<i2").tobytes())

    def _patch_header(self) -> None:
        try:
            self._file.seek(0)
            _write_all(self._file, _header(self._length))
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self._flushed = self._length


def pcm(samples: Samples) -> Pcm:
    """Float samples in [-1, 1] as int16; louder ones are clipped, NaN becomes silence."""
    scaled = np.nan_to_num(np.asarray(samples, dtype=np.float32)) * 32767.0
    whole: Pcm = np.clip(np.rint(scaled), -32768, 32767).astype(np.int16)
    return whole


def write_wav(path: Path, samples: Samples, rate: int) -> None:
    """Write mono `samples`, shape (n,), as a 16-bit WAV at `rate` Hz, replacing `path`.

    Raises AudioError when that is impossible.
    """
    try:
        with path.open("wb") as file, wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(rate)
            out.writeframes(pcm(samples).tobytes())
    except OSError as error:
        raise _unwritable(path, error) from error


def read_recording(path: Path) -> tuple[Samples, Samples]:
    """The whole recording as (candidate, interviewer), each shape (n,), 16 kHz float32.

    What stands behind a header left stale by a kill is read too. Takes 7.7 MB a minute; use `clip`
    for a part. Raises AudioFileError when `path` is no recording of ours.
    """
    return clip(path, 0, LONGEST_RECORDING_MS)


def clip(path: Path, start_ms: float, end_ms: float) -> tuple[Samples, Samples]:
    """(candidate, interviewer) between two times of the session clock; only that part is read.

    Times behind the end are cut off: the result may be shorter than asked, or empty.
    """
    first, last = samples_of(max(0.0, start_ms)), samples_of(max(0.0, end_ms))
    try:
        with path.open("rb") as file:
            last = min(last, _stored_samples(path, file))
            file.seek(HEADER_BYTES + first * BYTES_PER_FRAME)
            raw = file.read(max(0, last - first) * BYTES_PER_FRAME)
    except OSError as error:
        raise AudioFileError(
            f"the recording cannot be read ({error.strerror})", where=str(path)
        ) from error
    stereo = np.frombuffer(raw, dtype="<i2").reshape(-1, CHANNELS).astype(np.float32) / 32768.0
    return np.ascontiguousarray(stereo[:, 0]), np.ascontiguousarray(stereo[:, 1])


def recording_ms(path: Path) -> float:
    """Length of the recording at `path`, milliseconds, by what is stored, not by its header."""
    try:
        with path.open("rb") as file:
            return milliseconds_of(_stored_samples(path, file))
    except OSError as error:
        raise AudioFileError(
            f"the recording cannot be read ({error.strerror})", where=str(path)
        ) from error


def compress(path: Path, *, stereo: bool = False, bit_rate: int = MP3_BIT_RATE) -> bytes:
    """The recording as MP3, to be embedded in a report; mono holds both sides mixed.

    `bit_rate` is in bits per second. Works through the file in blocks of 30 s. Raises
    AudioFileError when `path` is no recording of ours.
    """
    import av

    layout = "stereo" if stereo else "mono"
    result = io.BytesIO()
    with av.open(result, "w", format="mp3") as out:
        stream = out.add_stream(
            "libmp3lame",
            rate=SAMPLE_RATE,
            layout=layout,
            bit_rate=bit_rate,
            options={"compression_level": MP3_EFFORT},
        )
        done = 0
        for block in _blocks(path, stereo):
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout=layout)
            frame.sample_rate = SAMPLE_RATE
            frame.pts = done
            done += frame.samples
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return result.getvalue()


def _blocks(path: Path, stereo: bool) -> Iterator[Pcm]:
    """Interleaved int16 of the recording, shape (1, n) or (1, 2n), block by block."""
    total = samples_of(recording_ms(path))
    for first in range(0, total, BLOCK_SAMPLES):
        left, right = clip(path, milliseconds_of(first), milliseconds_of(first + BLOCK_SAMPLES))
        sound = np.stack([left, right], axis=1).reshape(-1) if stereo else left + right
        yield pcm(sound)[np.newaxis, :]


def _header(length: int) -> bytes:
    """The canonical 44 bytes before `length` stereo samples."""
    data = length * BYTES_PER_FRAME
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", data + HEADER_BYTES - 8, b"WAVE", b"fmt ", 16, 1, CHANNELS),
        *(SAMPLE_RATE, SAMPLE_RATE * BYTES_PER_FRAME, BYTES_PER_FRAME, 16, b"data", data),
    )


def _stored_samples(path: Path, file: BinaryIO) -> int:
    """Stereo samples that `file` really holds; the header's own count may lag behind.

    Raises AudioFileError when the file does not begin like a recording of ours. A file killed
    before its header was complete counts as empty.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head, expected = file.read(HEADER_BYTES), _header(0)
    fixed = slice(8, 40)  # everything but the two lengths
    if head[fixed] != expected[fixed][: len(head[fixed])] or head[:4] != expected[: len(head[:4])]:
        raise AudioFileError(
            "is not a recording of Viva (stereo 16 kHz 16-bit WAV expected)", where=str(path)
        )
    return max(0, size - HEADER_BYTES) // BYTES_PER_FRAME


def _write_all(file: IO[bytes], data: bytes) -> None:
    """Unbuffered writes may stop half-way when the disk fills up; the next one then raises."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _private(path: str, flags: int) -> int:
    """An opener: what somebody said is readable by its owner only."""
    return os.open(path, flags, 0o600)


def _unwritable(path: Path, error: OSError) -> AudioError:
    return AudioError(
        f"sound cannot be written ({error.strerror or error})",
        where=str(path),
        todo="Free some space or choose a folder that can be written to.",
    )

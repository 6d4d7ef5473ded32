"""Opening streams of PortAudio: at a rate that the device can, and again after a device came back.

A device may know neither the rate nor the single channel that we want; then the next ones are
tried, and the caller resamples.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from audio.devices import NAMES, Device, Direction, load_sounddevice
from audio.errors import DeviceError

COMMON_RATES = (48_000, 44_100)
"""What sound hardware can do if it does not tell (Hz)."""
INVALID_RATE, INVALID_CHANNELS, HOST_ERROR = -9997, -9998, -9999
"""PortAudio's numbers. ALSA and WASAPI may tell an unknown rate as an error of the host."""
BUSY = -9985
"""The device is there, and somebody else has it."""

_library = threading.RLock()
"""One thread at a time: PortAudio must not be started anew while a stream is being opened, and
standard error can be turned off only once."""
_open: set[int] = set()
"""Streams that are open: PortAudio must not be started anew under them."""


@dataclass(frozen=True, slots=True)
class OpenStream:
    """A stream that has been opened but not started, and what it was opened with."""

    stream: Any
    rate_hz: int
    channels: int

    def close(self) -> None:
        """Silent at once; closing twice is allowed."""
        with _library:
            _open.discard(id(self.stream))
        self.stream.abort(ignore_errors=True)
        self.stream.close(ignore_errors=True)


def open_stream(
    direction: Direction,
    device: Device,
    rates: Sequence[int],
    block_ms: float | None = None,
    **options: Any,
) -> OpenStream:
    """A stream at the first of `rates`, then the device's own and the common ones, that it can.

    `block_ms`: length of the blocks, None = as the device likes. `options` go to sounddevice.
    Raises DeviceError: gone, taken, or none of this suits it.
    """
    sounddevice = load_sounddevice()
    kind = sounddevice.InputStream if direction == "input" else sounddevice.OutputStream
    first: Exception | None = None
    for rate_hz, channels in settings(direction, device, rates):
        blocksize = 0 if block_ms is None else round(rate_hz * block_ms / 1000)
        try:
            with quiet_library():
                stream = kind(
                    samplerate=rate_hz,
                    channels=channels,
                    blocksize=blocksize,
                    device=device.index,
                    dtype="float32",
                    **options,
                )
                _open.add(id(stream))
        except (sounddevice.PortAudioError, ValueError) as error:
            first = first or error
            if number_of(error) not in {INVALID_RATE, INVALID_CHANNELS, HOST_ERROR}:
                break
            continue
        return OpenStream(stream, rate_hz, channels)
    raise cannot_open(direction, device, first) from first


def start_stream(direction: Direction, device: Device, opened: OpenStream) -> None:
    """Let it run. Raises DeviceError; it is closed then."""
    sounddevice = load_sounddevice()
    try:
        with quiet_library():
            opened.stream.start()
    except sounddevice.PortAudioError as error:
        opened.close()
        raise cannot_open(direction, device, error) from error


def settings(
    direction: Direction, device: Device, rates: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """(rate in Hz, channels) in the order in which they are tried, each once."""
    wanted = dict.fromkeys([*rates, device.rate_hz, *COMMON_RATES])
    for channels in (1, 2):
        if channels <= device.channels(direction):
            for rate_hz in wanted:
                yield rate_hz, channels


def number_of(error: Exception | None) -> int:
    """PortAudio's number of an error; 0 where it has none."""
    numbers = [part for part in getattr(error, "args", ()) if isinstance(part, int)]
    return numbers[0] if numbers else 0


def cannot_open(direction: Direction, device: Device, error: Exception | None) -> DeviceError:
    """The error with what to do about it."""
    name = NAMES[direction]
    if number_of(error) == BUSY:
        return DeviceError(
            f"another program has the {name}",
            where=device.name,
            todo=f"Close that program (a call, a recorder), or choose another with --{name}.",
        )
    return DeviceError(
        f"the {name} cannot be opened ({error})",
        where=device.name,
        todo=f"Check that it is plugged in, or choose another with --{name}; "
        "`viva doctor` lists them.",
    )


def look_again() -> bool:
    """Let PortAudio find devices that were plugged in since it started; False while a stream is
    open, under which it must not be started anew."""
    sounddevice = load_sounddevice()
    with quiet_library():
        if _open:
            return False
        try:
            sounddevice._terminate()
        except sounddevice.PortAudioError:
            return False  # somebody else has ended it already
        sounddevice._initialize()
        return True


@contextmanager
def quiet_library() -> Iterator[None]:
    """The library for one thread, and without its page on standard error for each device that
    cannot be opened."""
    with _library:
        try:
            kept = os.dup(2)
        except OSError:
            yield  # there is no standard error
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)


@contextmanager
def hidden_noise() -> Iterator[None]:
    """What ALSA and PortAudio write to standard error when a device dies goes nowhere, so that it
    does not run through what is drawn on the terminal; what Python writes stays."""
    try:
        if sys.stderr.fileno() != 2:
            raise ValueError("standard error is somebody else's")
        kept = os.dup(2)
    except (OSError, ValueError, AttributeError):
        yield
        return
    before = sys.stderr
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        before.flush()
        sys.stderr = os.fdopen(
            kept, "w", buffering=1, encoding=before.encoding, errors=before.errors
        )
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        sys.stderr.close()
        sys.stderr = before
        os.close(nowhere)

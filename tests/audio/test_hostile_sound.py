"""Sound files from a stranger: decoded within bounds or refused in one line."""

from __future__ import annotations

import os
import random
import resource
import struct
import time
from pathlib import Path

import pytest

from audio.errors import AudioError, AudioFileError
from audio.files import MIN_RATE, load_audio
from audio.wav import clip, recording_ms

QUICK_S = 5.0
"""Refusing takes some milliseconds; this is for a busy machine (seconds)."""


def wav(
    rate: int = 16_000,
    channels: int = 1,
    bits: int = 16,
    told: int = 2_000,
    data: bytes = b"\1\0" * 1_000,
    kind: int = 1,
) -> bytes:
    """A WAV whose header says `told` bytes of sound."""
    frame = channels * bits // 8
    fields = (kind, channels, rate, rate * frame & 0xFFFF_FFFF, frame & 0xFFFF, bits)
    head = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, *fields)
    return b"RIFF" + struct.pack("<I", told) + head + b"data" + struct.pack("<I", told) + data


NOISE = random.Random(1).randbytes(100_000)
REFUSED = {
    "1hz.wav": wav(rate=1, bits=8, told=9_000),
    "no-rate.wav": wav(rate=0),
    "no-channel.wav": wav(channels=0),
    "odd-bits.wav": wav(bits=255),
    "unknown-kind.wav": wav(kind=0x1234),
    "playlist.wav": b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n",
    "local.wav": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\ngood.wav\n#EXT-X-ENDLIST\n",
    "list.wav": b"ffconcat version 1.0\nfile good.wav\n",
    "call.mp3": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nt=0 0\nm=audio 9 RTP/AVP 0\n",
    "nothing.mp3": b"\0" * 100_000,
    "tag.mp3": b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"\0" * 2_000,
    "noise.flac": b"fLaC" + NOISE,
    "noise.ogg": b"OggS" + NOISE,
    "noise.webm": b"\x1aE\xdf\xa3" + NOISE,
    "noise.m4a": b"\0\0\0\x20ftypM4A " + NOISE,
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_no_recording_is_refused_quickly_and_names_no_other_file(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "good.wav").write_bytes(wav())
    (tmp_path / name).write_bytes(REFUSED[name])
    began_s = time.monotonic()
    with pytest.raises(AudioFileError) as refused:
        load_audio(tmp_path / name)
    assert "\n" not in refused.value.line()
    assert time.monotonic() - began_s < QUICK_S


@pytest.mark.parametrize("told", [0xFFFF_FFF0, 0x7FFF_FFFF, 2_000_000_000])
def test_a_header_that_tells_gigabytes_costs_no_memory(tmp_path: Path, told: int) -> None:
    path = tmp_path / "large.wav"
    path.write_bytes(wav(told=told))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        assert load_audio(path).size <= 1_000
    except AudioFileError as refused:
        assert refused.exit_code == 2  # noqa: PT017 - both are right, a crash is not
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_the_slowest_rate_that_carries_speech_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "slow.wav"
    path.write_bytes(wav(rate=MIN_RATE))
    assert load_audio(path).size == pytest.approx(4_000, abs=200)


def test_a_name_that_reads_like_an_address_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("http:/127.0.0.1/x.wav", "concat:good.wav", "-i.wav"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(wav())
        assert load_audio(Path(name)).size == 1_000


def test_pipes_and_devices_are_no_recordings(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    for path in (tmp_path / "pipe.wav", Path("/dev/zero"), tmp_path):
        with pytest.raises(AudioFileError, match="is not a file"):
            load_audio(path)


@pytest.mark.parametrize("data", [b"", b"RIFF", wav(told=0xFFFF_FFF0), wav(channels=2), NOISE])
def test_a_session_s_own_recording_is_read_by_what_is_there(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "audio.wav"
    path.write_bytes(data)
    try:
        assert recording_ms(path) * 64 <= len(data)
        assert clip(path, 0, 1e12)[0].size * 4 <= len(data)
    except AudioError as refused:
        assert "is not a recording of Viva" in refused.line()  # noqa: PT017

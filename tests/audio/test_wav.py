"""The recording of a session."""

from __future__ import annotations

import signal
import subprocess
import sys
import tracemalloc
import wave
from pathlib import Path

import numpy as np
import pytest

from audio.errors import AudioError, AudioFileError
from audio.files import load_audio
from audio.frame import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, Samples, milliseconds_of
from audio.wav import RecordingWriter, clip, compress, read_recording, recording_ms, write_wav

ONE_LSB = 1 / 32767


def tone(seconds: float, level: float = 0.25) -> Samples:
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (level * np.sin(2 * np.pi * 440 * at)).astype(np.float32)


def test_each_side_lands_on_its_channel_at_its_time(tmp_path: Path) -> None:
    path = tmp_path / "audio.wav"
    with RecordingWriter(path) as writer:
        writer.write_interviewer(tone(0.5), 0)
        writer.write_candidate(tone(0.5, 0.5), 1000)
        assert writer.duration_ms == 1500
    left, right = read_recording(path)
    assert left.shape == right.shape == (24_000,)
    assert not left[:16_000].any()
    np.testing.assert_allclose(left[16_000:], tone(0.5, 0.5), atol=2 * ONE_LSB)
    np.testing.assert_allclose(right[:8_000], tone(0.5), atol=2 * ONE_LSB)
    assert not right[8_000:].any()


def test_speech_that_arrives_late_is_put_before_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "audio.wav"
    with RecordingWriter(path) as writer:
        writer.write_candidate(tone(1.0), 4000)
        writer.write_interviewer(tone(1.0, 0.5), 1500)
        writer.write_candidate(tone(0.5), 0)
    left, right = read_recording(path)
    np.testing.assert_allclose(left[:8_000], tone(0.5), atol=2 * ONE_LSB)
    np.testing.assert_allclose(left[64_000:], tone(1.0), atol=2 * ONE_LSB)
    np.testing.assert_allclose(right[24_000:40_000], tone(1.0, 0.5), atol=2 * ONE_LSB)
    assert not left[8_000:64_000].any()


def test_overlapping_speech_of_one_side_is_mixed_and_clipped_not_wrapped(tmp_path: Path) -> None:
    path = tmp_path / "audio.wav"
    loud = np.full(1600, 0.75, dtype=np.float32)
    with RecordingWriter(path) as writer:
        writer.write_candidate(loud, 0)
        writer.write_candidate(loud * 0.2, 50)
        writer.write_candidate(loud, 80)
    left, _ = read_recording(path)
    np.testing.assert_allclose(left[:800], 0.75, atol=2 * ONE_LSB)
    np.testing.assert_allclose(left[800:1280], 0.9, atol=3 * ONE_LSB)
    np.testing.assert_allclose(left[1280:1600], 1.0, atol=3 * ONE_LSB)


KILLED = """
import sys, numpy as np
from pathlib import Path
from audio.wav import RecordingWriter
writer = RecordingWriter(Path(sys.argv[1]))
frame = np.full(512, 0.25, dtype=np.float32)
for i in range(100):
    writer.write_candidate(frame, i * 32)
print("written", flush=True)
sys.stdin.read()
"""


def test_a_recording_survives_kill_9_and_goes_on_behind_its_end(tmp_path: Path) -> None:
    path = tmp_path / "audio.wav"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "written\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()
    with wave.open(str(path)) as player:  # a player that trusts the header
        assert 2200 <= milliseconds_of(player.getnframes()) <= 3200
    left, _ = read_recording(path)
    assert left.size == 100 * FRAME_SAMPLES
    np.testing.assert_allclose(left, 0.25, atol=ONE_LSB)
    with RecordingWriter(path, resume=True) as writer:
        assert writer.duration_ms == 3200
        writer.write_interviewer(tone(1.0), writer.duration_ms)
    with wave.open(str(path)) as player:
        assert player.getnframes() == 100 * FRAME_SAMPLES + SAMPLE_RATE
    np.testing.assert_array_equal(read_recording(path)[0][: left.size], left)


@pytest.mark.parametrize("size", [0, 10, 43, 44, 45, 46])
def test_a_recording_killed_while_it_was_created_can_be_resumed(tmp_path: Path, size: int) -> None:
    whole, path = tmp_path / "whole.wav", tmp_path / "cut.wav"
    with RecordingWriter(whole) as writer:
        writer.write_candidate(tone(0.1), 0)
    path.write_bytes(whole.read_bytes()[:size])
    with RecordingWriter(path, resume=True) as writer:
        assert writer.duration_ms == 0
        writer.write_candidate(tone(0.1), 0)
    assert path.read_bytes() == whole.read_bytes()


def test_resuming_without_a_recording_begins_one(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "audio.wav", resume=True) as writer:
        assert writer.duration_ms == 0


def test_a_recording_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "audio.wav"
    RecordingWriter(path).close()
    with pytest.raises(AudioError, match="recording already"):
        RecordingWriter(path)


def test_a_file_that_is_no_recording_of_ours_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "audio.wav"
    write_wav(path, tone(1.0), 44_100)
    before = path.read_bytes()
    with pytest.raises(AudioFileError, match="not a recording of Viva"):
        RecordingWriter(path, resume=True)
    assert path.read_bytes() == before


def test_an_unwritable_place_is_told_with_path_and_remedy(tmp_path: Path) -> None:
    place = tmp_path / "missing" / "audio.wav"
    with pytest.raises(AudioError, match="cannot be written") as caught:
        RecordingWriter(place)
    assert caught.value.where == str(place)
    assert caught.value.todo


FULL = """
import resource, sys, numpy as np
from pathlib import Path
from audio.errors import AudioError
from audio.wav import RecordingWriter
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
writer = RecordingWriter(Path(sys.argv[1]))
try:
    for second in range(10):
        writer.write_candidate(np.full(16_000, 0.25, dtype=np.float32), second * 1000)
except AudioError as error:
    print(error)
"""


def test_a_full_disk_is_an_error_and_what_fitted_stays_playable(tmp_path: Path) -> None:
    path = tmp_path / "audio.wav"
    result = subprocess.run(
        [sys.executable, "-c", FULL, str(path)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    assert "cannot be written" in result.stdout
    left, _ = read_recording(path)
    np.testing.assert_allclose(left, 0.25, atol=ONE_LSB)
    assert 1000 <= recording_ms(path) <= 1600


@pytest.mark.parametrize("start_ms", [-1.0, float("nan"), float("inf"), 1e12])
def test_a_broken_clock_is_an_error_not_a_huge_file(tmp_path: Path, start_ms: float) -> None:
    with RecordingWriter(tmp_path / "audio.wav") as writer:
        with pytest.raises(AudioError, match="session clock"):
            writer.write_candidate(tone(0.1), start_ms)
        assert writer.duration_ms == 0


def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    frame = tone(FRAME_SAMPLES / SAMPLE_RATE)
    tracemalloc.start()
    with RecordingWriter(tmp_path / "audio.wav") as writer:
        for i in range(9_375):  # five minutes
            writer.write_candidate(frame, i * FRAME_MS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
    assert recording_ms(tmp_path / "audio.wav") == 300_000


def test_a_clip_is_that_part_of_the_recording_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "audio.wav"
    with RecordingWriter(path) as writer:
        writer.write_candidate(tone(2.0), 0)
    left, right = clip(path, 500, 700)
    np.testing.assert_array_equal(left, read_recording(path)[0][8_000:11_200])
    assert not right.any()
    assert clip(path, 1900, 9000)[0].size == 1600
    assert clip(path, 5000, 6000)[0].size == 0
    assert clip(path, 700, 500)[0].size == 0


@pytest.mark.parametrize("stereo", [False, True])
def test_a_compressed_recording_is_a_small_mp3_of_the_same_sound(
    tmp_path: Path, stereo: bool
) -> None:
    path, mp3 = tmp_path / "audio.wav", tmp_path / "audio.mp3"
    with RecordingWriter(path) as writer:
        writer.write_candidate(tone(20.0), 0)
        writer.write_interviewer(tone(20.0, 0.1), 20_000)
    mp3.write_bytes(compress(path, stereo=stereo))
    assert mp3.stat().st_size == pytest.approx(40 * 40_000 / 8, rel=0.05)
    left, right = load_audio(mp3, split_stereo=True)
    assert milliseconds_of(left.size) == pytest.approx(40_000, abs=150)
    assert np.abs(left[16_000:160_000]).max() == pytest.approx(0.25, abs=0.03)
    later = 0.0 if stereo else 0.1
    assert np.abs(left[480_000:560_000]).max() == pytest.approx(later, abs=0.03)
    assert np.abs(right[480_000:560_000]).max() == pytest.approx(0.1, abs=0.03)

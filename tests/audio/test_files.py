"""Sound files of any kind, and what is said of those that cannot be used."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from audio.errors import AudioFileError
from audio.files import AudioLimits, is_audio, load_audio
from audio.frame import Samples, milliseconds_of
from audio.wav import write_wav

RATE = 44_100
SECONDS = 8.0
KINDS = {
    "mp3": ("libmp3lame", "s16p"),
    "m4a": ("aac", "fltp"),
    "mp4": ("aac", "fltp"),
    "flac": ("flac", "s16"),
    "ogg": ("libopus", "flt"),
    "webm": ("libopus", "flt"),
    "wav": ("pcm_s16le", "s16"),
}


def stereo_sound(seconds: float = SECONDS, rate: int = RATE) -> NDArray[np.float32]:
    """Shape (2, n): a rising tone left, a beating one right."""
    at = np.arange(int(seconds * rate)) / rate
    left = 0.4 * np.sin(2 * np.pi * (200 + 40 * at) * at)
    right = 0.3 * np.sin(2 * np.pi * 350 * at) * np.sin(2 * np.pi * 0.5 * at)
    return np.stack([left, right]).astype(np.float32)


def encode(path: Path, codec: str, sample_format: str, rate: int = RATE) -> Path:
    rate = 48_000 if codec == "libopus" else rate
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate, layout="stereo", format=sample_format)
        sound = np.ascontiguousarray(stereo_sound(rate=rate))
        frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout="stereo")
        frame.sample_rate = rate
        resampler = av.AudioResampler(format=sample_format, layout="stereo", rate=rate)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("recordings")
    return {kind: encode(folder / f"talk.{kind}", *how) for kind, how in KINDS.items()}


def likeness(a: Samples, b: Samples) -> float:
    """Best correlation within 100 ms of shift: codecs delay the sound."""
    second = a[48_000:64_000]
    shifted = (b[at : at + second.size] for at in range(48_000 - 1_600, 48_000 + 1_600, 2))
    return max(float(np.corrcoef(second, other)[0, 1]) for other in shifted)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_common_kind_of_stereo_recording_is_loaded(
    recordings: dict[str, Path], kind: str
) -> None:
    sound = load_audio(recordings[kind])
    left, right = load_audio(recordings[kind], split_stereo=True)
    wanted = stereo_sound(rate=16_000)
    assert sound.dtype == left.dtype == right.dtype == np.float32
    assert milliseconds_of(sound.size) == pytest.approx(SECONDS * 1000, abs=120)
    assert likeness(sound, wanted.mean(axis=0)) > 0.97
    assert likeness(left, wanted[0]) > 0.97
    assert likeness(right, wanted[1]) > 0.97


def test_a_mono_file_gives_the_same_sound_on_both_channels(tmp_path: Path) -> None:
    write_wav(tmp_path / "mono.wav", stereo_sound()[0], RATE)
    left, right = load_audio(tmp_path / "mono.wav", split_stereo=True)
    np.testing.assert_array_equal(left, right)
    np.testing.assert_array_equal(left, load_audio(tmp_path / "mono.wav"))


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"ogg"}))
def test_a_recording_cut_off_in_the_middle_is_refused(
    recordings: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    whole = recordings[kind].read_bytes()
    path = tmp_path / f"cut.{kind}"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(AudioFileError, match="cut off") as caught:
        load_audio(path)
    assert caught.value.exit_code == 2
    assert str(path) in caught.value.line()
    assert caught.value.todo


def test_of_a_cut_ogg_which_has_no_length_what_is_there_is_loaded(
    recordings: dict[str, Path], tmp_path: Path
) -> None:
    path = tmp_path / "cut.ogg"
    path.write_bytes(recordings["ogg"].read_bytes()[:-20_000])
    assert 1_000 < milliseconds_of(load_audio(path).size) < 7_000


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("empty.wav", b"", "is empty"),
        ("header.wav", b"RIFF", "not a sound file"),
        ("text.mp3", b"I would start with the business goal.\n" * 50, "not a sound file"),
        ("noise.m4a", bytes(range(256)) * 400, "not a sound file"),
        ("page.webm", b"<html><body>404 not found</body></html>", "not a sound file"),
        ("picture.mp3", b"\x89PNG\r\n\x1a\n" + bytes(500), "sound"),
    ],
)
def test_what_is_not_sound_is_told_in_one_line(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AudioFileError, match=what) as caught:
        load_audio(path)
    assert "\n" not in caught.value.line()


def test_a_video_without_sound_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "screen.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(10):
            picture = np.zeros((48, 64, 3), dtype=np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    with pytest.raises(AudioFileError, match="has no sound"):
        load_audio(path)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match="No such file"):
        load_audio(tmp_path / "nothing.wav")
    with pytest.raises(AudioFileError, match="is not a file"):
        load_audio(tmp_path)


@pytest.mark.parametrize("kind", ["mp3", "webm", "wav"])
def test_a_recording_longer_than_the_limit_is_refused(
    recordings: dict[str, Path], kind: str
) -> None:
    with pytest.raises(AudioFileError, match="minutes"):
        load_audio(recordings[kind], limits=AudioLimits(duration_ms=5_000))


def test_the_duration_limit_holds_when_the_file_does_not_tell_its_duration(tmp_path: Path) -> None:
    path = encode(tmp_path / "raw.aac", "aac", "fltp")
    with pytest.raises(AudioFileError, match="minutes"):
        load_audio(path, limits=AudioLimits(duration_ms=5_000))


def test_a_file_larger_than_the_limit_is_not_even_opened(recordings: dict[str, Path]) -> None:
    with pytest.raises(AudioFileError, match="larger than"):
        load_audio(recordings["wav"], limits=AudioLimits(bytes=1_000))


def test_sound_files_are_known_by_their_suffix() -> None:
    assert all(is_audio(Path(f"talk.{kind}")) for kind in KINDS)
    assert is_audio(Path("TALK.MP3"))
    assert not any(is_audio(Path(name)) for name in ("turns.jsonl", "talk", "wav", "notes.txt"))

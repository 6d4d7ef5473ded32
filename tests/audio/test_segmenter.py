"""Cutting frames into stretches of speech."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.frame import FRAME_MS, FRAME_SAMPLES, AudioFrame
from audio.segmenter import Segmentation, Segmenter, Stretch

SPEECH, SILENCE = 0.9, 0.01


def frames(*parts: tuple[float, float]) -> list[tuple[AudioFrame, float]]:
    """(probability, milliseconds) parts as frames whose samples tell their index."""
    pieces = []
    for probability, duration_ms in parts:
        for _ in range(round(duration_ms / FRAME_MS)):
            index = len(pieces)
            samples = np.full(FRAME_SAMPLES, index, dtype=np.float32)
            pieces.append((AudioFrame(samples, index * FRAME_MS), probability))
    return pieces


def run(segmenter: Segmenter, *parts: tuple[float, float]) -> list[Stretch]:
    closed = [segmenter.push(frame, probability) for frame, probability in frames(*parts)]
    return [stretch for stretch in [*closed, segmenter.close()] if stretch is not None]


def test_a_pause_closes_a_stretch_that_keeps_its_rolls() -> None:
    (stretch,) = run(Segmenter(), (SILENCE, 1_600), (SPEECH, 960), (SILENCE, 1_600))
    assert stretch.speech_start_ms == 1_600
    assert stretch.speech_end_ms == 2_560
    assert stretch.start_ms == pytest.approx(1_600 - 300, abs=FRAME_MS)
    end_ms = stretch.start_ms + stretch.samples.size / 16
    assert end_ms == pytest.approx(2_560 + 200, abs=FRAME_MS)


def test_a_stretch_is_closed_no_later_than_the_setting_says() -> None:
    segmenter = Segmenter(Segmentation(close_ms=320))
    parts = frames((SPEECH, 960), (SILENCE, 640))
    closed_at = [f.end_ms for f, p in parts if segmenter.push(f, p) is not None]
    assert closed_at == [960 + 320]


def test_a_short_dip_does_not_close_and_a_click_does_not_open() -> None:
    stretches = run(
        Segmenter(),
        (SPEECH, 64),
        (SILENCE, 960),
        (SPEECH, 640),
        (SILENCE, 320),
        (SPEECH, 640),
        (SILENCE, 960),
    )
    assert len(stretches) == 1
    assert stretches[0].speech_end_ms - stretches[0].speech_start_ms == 1_600


def test_speech_without_a_pause_is_cut_at_its_last_dip() -> None:
    first, second = run(
        Segmenter(), (SPEECH, 9_600), (SILENCE, 256), (SPEECH, 6_400), (SILENCE, 960)
    )
    assert first.speech_end_ms == 9_600
    assert second.speech_start_ms == 9_856
    assert second.speech_end_ms == 9_856 + 6_400


def test_speech_without_any_dip_is_cut_where_it_is_least_likely() -> None:
    first, second = run(Segmenter(), (SPEECH, 8_000), (0.6, 32), (SPEECH, 8_000), (SILENCE, 960))
    assert first.speech_end_ms == pytest.approx(8_000, abs=FRAME_MS)
    assert second.speech_end_ms == pytest.approx(16_032, abs=FRAME_MS)


@given(
    st.lists(
        st.tuples(st.sampled_from([SPEECH, SILENCE, 0.4]), st.integers(1, 300)),
        max_size=12,
    )
)
def test_every_frame_of_an_open_stretch_is_handed_over_exactly_once(
    parts: list[tuple[float, int]],
) -> None:
    segmenter = Segmenter()
    pieces = frames(*((p, count * FRAME_MS) for p, count in parts))
    given_out: list[float] = []
    opened: set[float] = set()
    ends = 0.0
    for frame, probability in pieces:
        stretch = segmenter.push(frame, probability)
        if segmenter.in_stretch:
            opened.add(frame.samples[0])
        if stretch is not None:
            given_out.extend(stretch.samples[::FRAME_SAMPLES])
            assert stretch.samples.size / 16 <= 14_000 + 300 + 2 * FRAME_MS
            assert stretch.start_ms <= stretch.speech_start_ms < stretch.speech_end_ms
            assert stretch.speech_start_ms >= ends
            ends = stretch.speech_end_ms
    last = segmenter.close()
    if last is not None:
        given_out.extend(last.samples[::FRAME_SAMPLES])
    spoken = {f.samples[0] for f, p in pieces if p == SPEECH} & opened
    assert spoken <= set(given_out)


@pytest.mark.parametrize(("tail", "early_at_ms"), [(0.0, [96]), (0.04, [96, 192])])
def test_what_can_be_read_early_is_what_the_pause_closes_in_the_end(
    tail: float, early_at_ms: list[float]
) -> None:
    """Quiet behind the speech: read after 96 ms. Something to hear there: once more with it."""
    segmenter, early, closed = Segmenter(), [], []
    for frame, probability in frames((SILENCE, 320), (SPEECH, 960), (SILENCE, 960)):
        sound = np.full_like(frame.samples, 0.5 if probability == SPEECH else tail)
        heard = AudioFrame(sound, frame.start_ms)
        stretch = segmenter.push(heard, probability)
        if segmenter.early is not None:
            early.append((frame.end_ms - 320 - 960, segmenter.early))
        if stretch is not None:
            closed.append(stretch)
    assert [at_ms for at_ms, _ in early] == early_at_ms
    (last,) = closed
    first = early[-1][1]
    np.testing.assert_array_equal(first.samples, last.samples)
    assert (first.start_ms, first.speech_end_ms) == (last.start_ms, last.speech_end_ms)

"""What the session clock counts and what it leaves out."""

from __future__ import annotations

import pytest

from agent.clock import WallClock


class Time:
    """Two clocks: one stands still while the machine sleeps, the other does not."""

    def __init__(self) -> None:
        self.monotonic = 100.0
        self.boot = 250.0

    def pass_(self, seconds: float, asleep: float = 0.0) -> None:
        self.monotonic += seconds
        self.boot += seconds + asleep

    def clock(self, offset_ms: float = 0.0, *, watched: bool = True) -> WallClock:
        return WallClock(
            offset_ms,
            watched=watched,
            monotonic_s=lambda: self.monotonic,
            boot_s=lambda: self.boot,
        )

    def awake(self, clock: WallClock, seconds: float) -> None:
        """Time with somebody reading the clock, as its own thread does."""
        for _ in range(round(seconds / 0.25)):
            self.pass_(0.25)
            clock.now_ms()


def test_the_clock_goes_on_where_a_session_stopped() -> None:
    time = Time()
    clock = time.clock(60_000)
    time.awake(clock, 2)
    assert clock.now_ms() == pytest.approx(62_000)


def test_a_clock_that_nobody_asked_for_a_while_was_not_asleep() -> None:
    time = Time()
    clock = time.clock(watched=False)
    time.pass_(12)
    assert clock.now_ms() == pytest.approx(12_000)
    assert clock.take_slept_s() == 0


def test_a_pause_does_not_count_and_what_was_before_it_stays_where_it_was() -> None:
    time = Time()
    clock = time.clock()
    time.awake(clock, 1)
    before_s = time.monotonic
    with clock.standing_still():
        time.awake(clock, 30)
        assert clock.now_ms() == pytest.approx(1_000)
        with clock.standing_still():
            time.awake(clock, 5)
        inside_s = time.monotonic
        time.awake(clock, 1)
    time.awake(clock, 2)
    assert clock.now_ms() == pytest.approx(3_000)
    assert clock.at(before_s - 0.5) == pytest.approx(500)
    assert clock.at(inside_s) == pytest.approx(1_000)
    assert clock.take_slept_s() == 0


def test_a_process_that_was_stopped_for_a_minute_has_lost_no_time_and_knows_it() -> None:
    time = Time()
    clock = time.clock()
    time.awake(clock, 1)
    time.pass_(60)
    assert clock.now_ms() == pytest.approx(1_000)
    time.awake(clock, 1)
    assert clock.now_ms() == pytest.approx(2_000)
    assert clock.take_slept_s() == pytest.approx(60)
    assert clock.take_slept_s() == 0


def test_a_machine_that_slept_for_a_minute_has_lost_no_time_and_knows_it() -> None:
    time = Time()
    clock = time.clock()
    time.awake(clock, 1)
    time.pass_(0.25, asleep=60)
    assert clock.now_ms() == pytest.approx(1_250)
    assert clock.take_slept_s() == pytest.approx(60, abs=0.5)


def test_a_busy_second_is_no_sleep() -> None:
    time = Time()
    clock = time.clock()
    time.pass_(1.5)
    assert clock.now_ms() == pytest.approx(1_500)
    assert clock.take_slept_s() == 0


def test_the_clock_watches_itself_until_it_is_closed() -> None:
    time = Time()
    clock = time.clock()
    clock.watch()
    clock.close()
    clock.close()
    assert clock.now_ms() == pytest.approx(0)

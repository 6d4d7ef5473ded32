"""Ctrl-C and SIGTERM on a real terminal: once in order, twice at once."""

from __future__ import annotations

import signal

from terminal import Terminal

PROGRAM = """
import sys, termios, threading, tty
from agent.ending import Ending
with Ending("saved, go on with this") as ending:
    tty.setcbreak(0)
    sys.stdout.write("\\x1b[?25l")
    print("at work", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print("closing", flush=True)
        if {hangs}:
            threading.Event().wait()
sys.exit(ending.code)
"""


def test_the_first_signal_ends_in_order_with_its_own_exit_code() -> None:
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        with Terminal(PROGRAM.format(hangs=False)) as terminal:
            terminal.wait_for("at work")
            terminal.process.send_signal(number)
            assert terminal.end() == code
            assert "closing" in terminal.screen.text
            assert "Traceback" not in terminal.screen.text


def test_a_second_ctrl_c_ends_a_hanging_close_and_gives_the_terminal_back() -> None:
    with Terminal(PROGRAM.format(hangs=True)) as terminal:
        terminal.wait_for("at work")
        assert not terminal.by_line
        terminal.type("\x03")
        terminal.wait_for("closing")
        assert not terminal.screen.cursor_shown
        terminal.type("\x03")
        assert terminal.end() == 130
        assert "saved, go on with this" in terminal.screen.text
        assert "Traceback" not in terminal.screen.text
        assert terminal.by_line
        assert terminal.screen.cursor_shown


FREEING = """
import os, signal, sys, threading
from agent.ending import Ending
class Freed:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(1000))
with Ending() as outer:
    with Ending() as ending:
        try:
            freed = Freed()
            del freed
            threading.Event().wait(30)
            print("went on", flush=True)
        except KeyboardInterrupt:
            print("closing", flush=True)
    sys.exit(outer.code)
"""


def test_a_ctrl_c_while_an_object_is_freed_is_not_lost() -> None:
    with Terminal(FREEING) as terminal:
        assert terminal.end() == 130
        assert "closing" in terminal.screen.text
        assert "ignored" not in terminal.screen.text


SWALLOWED = """
import sys, threading
from agent.ending import Ending
with Ending() as ending:
    print("at work", flush=True)
    try:
        threading.Event().wait()
    except BaseException:
        print("a library knew better", flush=True)
    try:
        Ending.raise_if_asked()
        print("went on", flush=True)
    except KeyboardInterrupt:
        print("closing", flush=True)
Ending.raise_if_asked()
sys.exit(ending.code)
"""


def test_a_signal_that_a_library_has_swallowed_ends_the_interview_at_the_next_step() -> None:
    with Terminal(SWALLOWED) as terminal:
        terminal.wait_for("at work")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end() == 143
        assert "closing" in terminal.screen.text
        assert "went on" not in terminal.screen.text

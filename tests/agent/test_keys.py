"""Keys: single presses on a real terminal, and the terminal as it was, whatever happens."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest
from terminal import Terminal

from agent.keys import Commands, NoKeys, Press, open_keys, presses

pytestmark = pytest.mark.realtime

PROGRAM = """
import time
from agent.keys import Commands, open_keys
commands = Commands()
def pressed(name):
    print("pressed", name, flush=True)
with open_keys(commands, pressed) as keys:
    print("reading", keys.reading, flush=True)
    {body}
print("over", flush=True)
"""
LOOP = "while True: time.sleep(0.01)"
JOB_CONTROL = """
import signal
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    while os.tcgetpgrp(0) != os.getpgrp():
        pass
else:
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    def foreground(group):
        os.tcsetpgrp(0, group)
    try:
        os.setpgid(child, child)
    except PermissionError:
        pass
    foreground(child)
    os.waitpid(child, os.WUNTRACED)
    foreground(os.getpgrp())
    import termios
    print("stopped", bool(termios.tcgetattr(0)[3] & termios.ECHO), flush=True)
    foreground(child)
    os.kill(child, signal.SIGCONT)
    _, status = os.waitpid(child, 0)
    foreground(os.getpgrp())
    print("shell saw", os.waitstatus_to_exitcode(status), flush=True)
    os._exit(0)
"""


def program(body: str = LOOP) -> Terminal:
    return Terminal(PROGRAM.format(body=body))


def test_each_key_is_told_without_enter_and_without_echo() -> None:
    with program() as terminal:
        terminal.wait_for("reading True")
        assert not terminal.by_line
        for key, told in zip(
            "prhsq?\n", ("pause", "repeat", "hint", "skip", "stop", "help", "done"), strict=True
        ):
            terminal.type(key)
            terminal.wait_for(f"pressed {told}")
        assert "prhsq" not in terminal.screen.text


def test_ctrl_c_still_interrupts_and_the_terminal_is_as_it_was() -> None:
    with program() as terminal:
        terminal.wait_for("reading True")
        terminal.type("\x03")
        assert terminal.end() == -signal.SIGINT
        assert "KeyboardInterrupt" in terminal.screen.text
        assert terminal.by_line


def test_an_exception_leaves_the_terminal_as_it_was() -> None:
    with program("raise ZeroDivisionError") as terminal:
        assert terminal.end() == 1
        assert terminal.by_line


def test_sigterm_unwinds_and_leaves_the_terminal_as_it_was() -> None:
    body = f"""try:
        print("at work", flush=True)
        {LOOP}
    finally:
        print("unwound", flush=True)"""
    with program(body) as terminal:
        terminal.wait_for("at work")
        terminal.process.terminate()
        assert terminal.end() == 128 + signal.SIGTERM
        assert "unwound" in terminal.screen.text
        assert terminal.by_line


@pytest.mark.flaky(reruns=1)  # a key typed while a busy machine changes the mode is lost
def test_a_ctrl_z_lends_the_terminal_to_the_shell_and_keys_work_afterwards() -> None:
    with Terminal(JOB_CONTROL + PROGRAM.format(body="commands.done.wait()")) as terminal:
        terminal.wait_for("reading True")
        terminal.type("\x1a")
        terminal.wait_for("stopped True")
        deadline = time.monotonic() + 10
        while terminal.by_line and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not terminal.by_line
        terminal.type("\n")
        terminal.wait_for("over")
        terminal.wait_for("shell saw 0")
        assert terminal.by_line


def test_without_a_terminal_there_are_no_keys() -> None:
    read, write = os.pipe()
    with os.fdopen(read) as stream:
        keys = open_keys(Commands(), terminal=stream)
        assert isinstance(keys, NoKeys)
        with keys:
            assert not keys.commands.done.is_set()
    os.close(write)


def test_arrow_keys_pastes_and_keys_held_down_are_no_commands_by_accident() -> None:
    assert list(presses("\x1b[A\x1b[5~\x1bOP\x1b[1;2Q")) == []
    assert list(presses("quit the shop please")) == []
    assert list(presses("   ")) == ["done"]
    assert list(presses("\x1b")) == []
    assert list(presses("H")) == ["hint"]


def test_a_command_is_taken_once_and_breaks_off_listening_until_then() -> None:
    commands = Commands()
    commands.press("hint")
    assert commands.break_off.is_set()
    assert (commands.take(), commands.take()) == ("hint", "")
    assert not commands.break_off.is_set()


def test_nothing_overtakes_the_wish_to_stop() -> None:
    commands = Commands()
    commands.press("stop")
    commands.press("hint")
    assert commands.take() == "stop"


@pytest.mark.parametrize("key", ["pause", "done", "hint", "stop"])
def test_a_pause_lasts_until_the_next_command(key: Press) -> None:
    commands = Commands()
    assert commands.press("pause") == "pause"
    assert commands.paused
    assert commands.break_off.is_set()
    assert not commands.wait_while_paused(0.01)
    waiting = threading.Thread(target=commands.wait_while_paused)
    waiting.start()
    assert commands.press("help") == "help"
    assert commands.paused
    commands.press(key)
    waiting.join(5)
    assert not waiting.is_alive()
    assert not commands.done.is_set(), "the key that ends a pause does not end the answer"
    assert commands.take() == (key if key in {"hint", "stop"} else "")

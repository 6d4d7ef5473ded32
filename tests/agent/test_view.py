"""The running transcript and the JSON lines."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from agent.json_view import JsonView
from agent.moves import Move
from agent.state import Ask
from agent.view import ConsoleView, View

MOVE = Move(kind="fact", reason="asked", question_id="fraud-detection", phase="framing")
ASK = Ask(move=MOVE, utterance="u", turn=1, silence_limit_ms=12_000)


def transcript(width: int = 80) -> tuple[ConsoleView, io.StringIO]:
    out = io.StringIO()
    return ConsoleView(Console(file=out, width=width), interviewer="Morgan"), out


def tell_everything(view: View) -> None:
    """Each thing a view can be told."""
    view.clock(0)
    view.moved(MOVE)
    view.saying("How would you begin?", 1_000)
    view.listening(ASK)
    view.voice(True)
    view.level(-23.456)
    view.caption("With the metric.", 3_000)
    view.voice(False)
    view.pressed("done")
    view.heard("With the metric.", 3_000)
    view.withdrawn()
    view.state("paused")
    view.waiting_on("How would you begin?")
    view.notice("The microphone is gone.")
    view.judging(2)
    view.close()


def test_clauses_flow_into_one_paragraph_that_keeps_its_margin() -> None:
    view, out = transcript(width=50)
    for clause in ("Before I start,", "how many transactions", "per second are there [at peak]?"):
        view.caption(clause, 62_000)
    view.heard("…", 62_000)
    view.saying("Five thousand.", 70_000)
    lines = out.getvalue().splitlines()
    assert lines == [
        "01:02  You          Before I start, how many",
        "                    transactions per second are",
        "                    there [at peak]?",
        "01:10  Morgan       Five thousand.",
    ]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_of_a_turn_is_wider_than_the_page(width: int) -> None:
    view, out = transcript(width)
    for _ in range(30):
        view.caption("so the trade-off is between freshness and cost", 0)
    view.close()
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    words = " ".join(lines).split()
    assert words[2:] == ("so the trade-off is between freshness and cost " * 30).split()


def test_a_notice_in_the_middle_of_a_turn_begins_a_line() -> None:
    view, out = transcript()
    view.caption("I would shard", 0)
    view.notice("The microphone is gone.")
    view.close()
    assert out.getvalue().splitlines()[1].strip() == "!  The microphone is gone."


def test_the_transcript_can_be_told_everything_and_shows_what_matters() -> None:
    view, out = transcript()
    tell_everything(view)
    text = out.getvalue()
    for expected in ("framing", "How would you begin?", "With the metric.", "sorry, go on"):
        assert expected in text
    assert "Paused." in text
    assert "dB" not in text


def test_every_event_is_one_json_line() -> None:
    out = io.StringIO()
    tell_everything(JsonView(out))
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [event["event"] for event in events] == [
        "clock", "move", "saying", "listening", "voice", "level", "caption", "voice", "pressed",
        "heard", "withdrawn", "state", "waiting_on", "notice", "judging",
    ]  # fmt: skip
    assert {"event": "level", "dbfs": -23.5} in events
    assert {"event": "state", "state": "paused"} in events

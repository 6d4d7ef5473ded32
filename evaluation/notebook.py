"""The interviewer's notebook: each move with its reason, and what the sheet gave away when.

Read from the events of a session, so that report, replay and comparison tell the same story.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.record import Event, InterviewRecord, Turn
from prompts.question_bank import Fact, Question

MOVE_WORDS: dict[str, str] = {
    "prompt": "Read the question",
    "next_question": "Went on to the next question",
    "fact": "Answered from the sheet",
    "invented_fact": "Made a detail up that the sheet lacks; it stays true",
    "no_such_fact": "Answered that the sheet does not say",
    "off_topic": "Led back to the problem",
    "hand_back": "Handed the decision back",
    "no_verdict": "Kept the verdict for the report",
    "repeat": "Repeated the question",
    "rephrase": "Put the question in other words",
    "wait_ok": "Gave time to think",
    "hint": "Gave a hint",
    "dont_know": "Asked how you would find out",
    "take_your_time": "Said to take your time",
    "what_weighing": "Asked what you were weighing",
    "nudge_framing": "Nudged towards the requirements",
    "unintelligible": "Asked you to say it again",
    "other_language": "Asked you to go on in English",
    "ramble_soft": "Steered softly",
    "ramble_clock": "Steered with the clock",
    "reconcile": "Asked to reconcile two statements",
    "why": "Asked why",
    "how_much": "Asked how much, or how exactly",
    "outline": "Asked for the whole picture",
    "deep_dive": "Opened the deep dive",
    "probe": "Probed an open area",
    "deeper": "Went one level deeper",
    "challenge": "Challenged a choice",
    "scale_up": "Made it harder",
    "production": "Asked about life in production",
    "twist": "Changed a constraint",
    "go_on": "Left you the floor",
    "reflect": "Asked what you would do differently",
    "close": "Closed the interview",
    "stopped": "Stopped at your request",
    "question": "Chose a question",
    "difficulty": "Set the difficulty",
    "material": "Read your own material",
    "fallback": "Fell back to the offline brain",
    "error": "Something failed",
}
"""What each kind of move and fault is called in the notebook."""
TOLD = ("difficulty", "material", "question", "move", "fallback", "error")
"""Events that become notes; the others only repeat what a move already says."""


@dataclass(frozen=True, slots=True)
class Note:
    """One entry of the notebook."""

    kind: str
    """Kind of the move (`probe`, `why`, ...), or `fallback`, `error`."""
    what: str
    why: str
    at_ms: int
    turn: int | None
    """The interviewer's turn that carried it out, None when it was never said."""
    trigger: str = ""
    """The candidate's words that led to it, verbatim."""
    phase: str = ""
    question_id: str = ""
    point_id: str = ""
    fact_ids: tuple[str, ...] = ()
    twist_id: str = ""
    hint_rung: int = 0
    heard: tuple[str, ...] = ()
    """Points of the question first heard in the answer before this move."""


@dataclass(frozen=True, slots=True)
class Release:
    """A sheet fact that was told."""

    fact_id: str
    say: str
    at_ms: int
    turn: int | None


def read_notes(record: InterviewRecord) -> tuple[Note, ...]:
    """The notebook in the order of the session.

    A move is stored before its turn; one that was decided again after a crash counts once.
    """
    told = [event for event in record.events if event.event in TOLD]
    last = {event.turn: event for event in told if event.event == "move"}
    points = heard_points(record.events)
    return tuple(
        as_note(event, record.turns, points)
        for event in told
        if event.event != "move" or event.turn is None or last[event.turn] is event
    )


def heard_points(events: Sequence[Event]) -> dict[int, tuple[str, ...]]:
    """Points by the turn in which the interviewer first heard them."""
    found: dict[int, tuple[str, ...]] = {}
    seen: set[str] = set()
    for event in events:
        points: Any = event.get("points")
        if event.event != "reading" or event.turn is None or not isinstance(points, list):
            continue
        ids = [each.get("point_id") for each in points if isinstance(each, dict)]
        fresh = tuple(each for each in ids if isinstance(each, str) and each not in seen)
        seen.update(fresh)
        found[event.turn] = fresh
    return found


def as_note(event: Event, turns: Sequence[Turn], points: Mapping[int, tuple[str, ...]]) -> Note:
    """One event as a note; a field that is missing stays empty."""
    turn = spoken_in(event, turns) if event.event == "move" else None
    kind = text_of(event, "kind") if event.event == "move" else event.event
    return Note(
        kind=kind,
        what=MOVE_WORDS.get(kind, kind.replace("_", " ").capitalize() or "Moved"),
        why=text_of(event, "reason") or text_of(event, "what"),
        at_ms=event.at_ms,
        turn=turn,
        trigger=text_of(event, "trigger"),
        phase=text_of(event, "phase"),
        question_id=text_of(event, "question_id"),
        point_id=text_of(event, "point_id") or text_of(event, "point"),
        fact_ids=facts_of(event),
        twist_id=text_of(event, "twist_id") or text_of(event, "twist"),
        hint_rung=number_of(event, "hint_rung") or number_of(event, "rung"),
        heard=points.get(turn - 1, ()) if turn else (),
    )


def spoken_in(event: Event, turns: Sequence[Turn]) -> int | None:
    """The interviewer's turn an event belongs to.

    An event names that turn, or the candidate's turn before it, or only the time of the decision,
    which lies before the words are spoken.
    """
    if event.turn is not None:
        near = turns[event.turn : event.turn + 2]
        return next((turn.turn for turn in near if turn.speaker == "interviewer"), None)
    for turn in turns:
        if turn.speaker == "interviewer" and (turn.start_ms or 0) >= event.at_ms:
            return turn.turn if turn.start_ms is not None else None
    return None


def released(record: InterviewRecord, question: Question) -> dict[str, Release]:
    """The facts of `question` that were told, by id, each at its first time."""
    known = {fact.id: fact for fact in question.facts}
    found: dict[str, Release] = {}
    for event in record.events:
        if event.event not in ("fact_released", "move"):
            continue
        if text_of(event, "question_id") not in ("", question.id):
            continue
        for fact_id in facts_of(event):
            if fact_id in known and fact_id not in found:
                found[fact_id] = release(event, known[fact_id], record.turns)
    return found


def release(event: Event, fact: Fact, turns: Sequence[Turn]) -> Release:
    """The release of one fact, in the words that were spoken if the event has them."""
    return Release(fact.id, text_of(event, "say") or fact.say, event.at_ms, spoken_in(event, turns))


def text_of(event: Event, name: str) -> str:
    """A field as text; empty when it is missing or no text."""
    value: Any = event.get(name)
    return value if isinstance(value, str) else ""


def number_of(event: Event, name: str) -> int:
    """A field as a whole number; 0 when it is missing or none."""
    value: Any = event.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def facts_of(event: Event) -> tuple[str, ...]:
    """Fact ids of an event: `fact`, `fact_id` or `fact_ids`."""
    many: Any = event.get("fact_ids")
    if isinstance(many, list | tuple) and many:
        return tuple(each for each in many if isinstance(each, str))
    one = text_of(event, "fact") or text_of(event, "fact_id")
    return (one,) if one else ()

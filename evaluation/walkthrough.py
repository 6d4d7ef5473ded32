"""A replay as text: turn by turn, with the interviewer's note and the findings where they belong.

Only the model of it; `viva replay` prints it and plays the sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evaluation.delivery import FILLERS, Pause, measure_delivery
from evaluation.notebook import Note, read_notes, released
from evaluation.record import InterviewRecord, Speaker, Turn
from evaluation.result import Evaluation, Evidence
from evaluation.sentences import doubtful_spans
from prompts.question_bank import Question, QuestionBank
from prompts.rubric import CriterionKey

Side = Literal["for", "against"]
LEAST_SPOKEN_MS = 5_000
"""A shorter turn has no speed worth telling."""
FILLERS_TOLD = 3
"""Fillers for each hundred words below which nothing is said about them."""
LEAST_FILLERS = 2
"""A single filler in a short turn is no habit."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a judge saw, or missed, attached to a turn."""

    side: Side
    """`for`: a quote that carries the score. `against`: why it is not higher."""
    criterion: CriterionKey
    question_id: str
    text: str
    """The quote, or the words about what was missing."""
    score: float | None
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Habit:
    """A habit (H1-H8) or common mistake (M1-M3) that was seen in a turn."""

    id: str
    quote: str
    mistake: bool


@dataclass(frozen=True, slots=True)
class TurnDelivery:
    """How one turn was spoken: shown, never scored."""

    words: int
    spoken_ms: int | None
    """None: the record does not say."""
    fillers: int

    @property
    def words_per_minute(self) -> float | None:
        """Pauses included; None for what is too short to tell."""
        if self.spoken_ms is None or self.spoken_ms < LEAST_SPOKEN_MS:
            return None
        return self.words * 60_000 / self.spoken_ms

    @property
    def many_fillers(self) -> bool:
        """Whether the fillers are worth a word."""
        return self.fillers >= LEAST_FILLERS and self.fillers * 100 >= FILLERS_TOLD * self.words


@dataclass(frozen=True, slots=True)
class Step:
    """One turn with everything to be said about it."""

    turn: int
    speaker: Speaker
    text: str
    start_ms: int | None
    end_ms: int | None
    question_id: str
    phase: str
    """The phase the interviewer was in; empty when the record does not say."""
    notes: tuple[Note, ...] = ()
    """On an interviewer's turn: why this move."""
    hoped_for: tuple[str, ...] = ()
    """On an interviewer's turn: what it hoped to hear."""
    findings: tuple[Finding, ...] = ()
    """On a candidate's turn."""
    habits: tuple[Habit, ...] = ()
    """On a candidate's turn, mistakes first."""
    facts_told: tuple[str, ...] = ()
    """Facts of the sheet told in this turn, in words."""
    facts_missed: tuple[str, ...] = ()
    """On the last turn of a question: facts never asked for, heaviest first."""
    pauses: tuple[Pause, ...] = ()
    delivery: TurnDelivery | None = None
    """On a candidate's turn with words."""
    unsure: tuple[tuple[int, int], ...] = ()
    """Where in the text the words stand that the recogniser was unsure about."""
    heard: str = ""
    """What had been recognised, when the user put the turn right; else empty."""

    @property
    def has_finding(self) -> bool:
        """True where a replay stops on "next finding"."""
        mistaken = any(habit.mistake for habit in self.habits)
        return bool(self.findings or self.facts_missed or mistaken)


def walk_through(
    record: InterviewRecord, evaluation: Evaluation | None, bank: QuestionBank
) -> tuple[Step, ...]:
    """A step per turn, in order. Without an evaluation there are notes and facts only."""
    notes = read_notes(record)
    findings = place_findings(record, evaluation) if evaluation else {}
    habits = place_habits(evaluation) if evaluation else {}
    pauses = measure_delivery(record).pauses or ()
    told, missed = place_facts(record, bank)
    steps, phase = [], ""
    for turn in record.turns:
        mine = tuple(note for note in notes if note.turn == turn.turn)
        phase = next((note.phase for note in mine if note.phase), phase)
        steps.append(
            Step(
                turn=turn.turn,
                speaker=turn.speaker,
                text=turn.text,
                start_ms=turn.start_ms,
                end_ms=turn.end_ms,
                question_id=turn.question_id or only_question(record),
                phase=phase,
                notes=mine,
                hoped_for=tuple(text for note in mine if (text := hoped_for(note, bank))),
                findings=tuple(findings.get(turn.turn, ())),
                habits=tuple(habits.get(turn.turn, ())),
                facts_told=tuple(told.get(turn.turn, ())),
                facts_missed=tuple(missed.get(turn.turn, ())),
                pauses=tuple(pause for pause in pauses if pause.turn == turn.turn),
                delivery=turn_delivery(turn),
                unsure=doubtful_spans(turn),
                heard=record.heard.get(turn.turn, ""),
            )
        )
    return tuple(steps)


def turn_delivery(turn: Turn) -> TurnDelivery | None:
    """The figures of one turn of the candidate; None for others and for silence."""
    if turn.speaker != "candidate" or not turn.text.strip():
        return None
    timed = turn.start_ms is not None and turn.end_ms is not None
    return TurnDelivery(
        words=len(turn.text.split()),
        spoken_ms=(turn.end_ms or 0) - (turn.start_ms or 0) if timed else None,
        fillers=len(FILLERS.findall(turn.text.lower())),
    )


def only_question(record: InterviewRecord) -> str:
    """The id of the question when there is but one, else empty."""
    return record.questions[0].id if len(record.questions) == 1 else ""


def hoped_for(note: Note, bank: QuestionBank) -> str:
    """What a good answer to this move would have held; empty when the move says nothing of it."""
    question = bank.by_id.get(note.question_id)
    if question is None:
        return ""
    if note.twist_id:
        return next((t.good_reaction for t in question.twists if t.id == note.twist_id), "")
    return next((p.text for p in question.points if p.id == note.point_id), "")


def place_findings(record: InterviewRecord, evaluation: Evaluation) -> dict[int, list[Finding]]:
    """Every finding at its turn; what was missing stands at the criterion's last quote.

    A criterion without a quote has its misses at the candidate's last turn on the question.
    """
    found: dict[int, list[Finding]] = {}
    for question in evaluation.questions:
        last = last_turn(record, question.question_id, "candidate")
        for key, result in question.criteria.items():
            for evidence in result.evidence:
                finding = seen(evidence, key, question.question_id, result.score)
                found.setdefault(evidence.turn, []).append(finding)
            place = max((e.turn for e in result.evidence), default=last)
            for text in result.missing if place is not None else ():
                finding = Finding("against", key, question.question_id, text, result.score)
                found.setdefault(place or 0, []).append(finding)
    return found


def place_habits(evaluation: Evaluation) -> dict[int, list[Habit]]:
    """Mistakes and habits at the turns where they were seen."""
    found: dict[int, list[Habit]] = {}
    for question in evaluation.questions:
        for signals, mistake in ((question.mistakes, True), (question.signals, False)):
            for signal_id, result in signals.items():
                if result.seen and result.turn is not None:
                    habit = Habit(signal_id, result.quote, mistake)
                    found.setdefault(result.turn, []).append(habit)
    return found


def seen(evidence: Evidence, key: CriterionKey, question_id: str, score: float | None) -> Finding:
    """A quote as a finding."""
    return Finding(
        "for", key, question_id, evidence.quote, score, evidence.start_ms, evidence.end_ms
    )


def place_facts(
    record: InterviewRecord, bank: QuestionBank
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Facts told by the turn that told them, and facts missed at the end of their question."""
    told: dict[int, list[str]] = {}
    missed: dict[int, list[str]] = {}
    for asked in record.questions:
        question: Question | None = bank.by_id.get(asked.id)
        if question is None:
            continue
        releases = released(record, question)
        for release in releases.values():
            if release.turn is not None:
                told.setdefault(release.turn, []).append(release.say)
        last = last_turn(record, asked.id, None)
        if last is not None and record.events:
            missed[last] = [
                fact.say
                for fact in sorted(question.facts, key=lambda each: -each.weight)
                if fact.id not in releases
            ]
    return told, missed


def last_turn(record: InterviewRecord, question_id: str, speaker: Speaker | None) -> int | None:
    """The index of the last turn on a question, of one speaker or of both."""
    turns: list[Turn] = [
        turn for turn in record.turns_of(question_id) if speaker in (None, turn.speaker)
    ]
    return turns[-1].turn if turns else None

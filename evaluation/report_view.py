"""What the report shows, worked out once: words, places in the recording, and the order of things.

`report.py` lays this out as HTML, `report_markdown.py` as Markdown. Nothing here is escaped yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from evaluation.correction import Change, changes
from evaluation.delivery import Delivery, PhaseSpan, measure_delivery, phase_spans
from evaluation.doubtful import Doubtful, doubtful_findings
from evaluation.notebook import Note, read_notes
from evaluation.record import AskedQuestion, InterviewRecord, Turn
from evaluation.report_criteria import Clip, CriterionView, QuoteView, Sound, view_criterion
from evaluation.report_sheet import CoveredView, FactView, view_covered, view_sheet
from evaluation.report_transcript import Cited, Piece, view_text
from evaluation.report_words import reads_as
from evaluation.result import Evaluation, QuestionEvaluation, SignalResult, Verdict
from evaluation.session import SessionMeta
from prompts.question_bank import Question, QuestionBank
from prompts.rubric import Level, Rubric, Signal

RESULT_WORDS = {
    "meets": "Meets the {level} bar",
    "near": "One step from the {level} bar",
    "below": "Below the {level} bar",
    "undetermined": "No verdict yet",
}
"""The verdict in words. Plain on purpose: neither praise nor comfort."""


@dataclass(frozen=True, slots=True)
class SignalView:
    """A habit or mistake with its quote."""

    id: str
    text: str
    seen: bool
    quote: QuoteView | None


@dataclass(frozen=True, slots=True)
class NoteView:
    """A move of the interviewer with what it said."""

    note: Note
    clip: Clip | None
    said: str
    detail: str
    """What was hoped for, or the rung of the hint, in words; else empty."""
    heard: tuple[str, ...]
    """What had just been heard for the first time, in words."""


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn of the transcript, its text in pieces."""

    turn: Turn
    clip: Clip | None
    pieces: tuple[Piece, ...]
    unsure: int
    """How many words the recogniser was unsure about."""
    put_right: tuple[Change, ...] = ()
    """What the user changed in it, because it had been misheard."""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question with everything that belongs to it."""

    number: int
    asked: AskedQuestion
    title: str
    result: QuestionEvaluation
    headline: str
    reads_as: str
    """What level the mean of its scores is like, a sentence; empty without scores."""
    criteria: tuple[CriterionView, ...]
    habits: tuple[SignalView, ...]
    mistakes: tuple[SignalView, ...]
    sheet: tuple[FactView, ...]
    covered: tuple[CoveredView, ...]
    bank: Question | None

    @property
    def shown(self) -> tuple[CriterionView, ...]:
        """The criteria that belong to this kind of question."""
        return tuple(each for each in self.criteria if each.state != "off")

    @property
    def left_out(self) -> tuple[CriterionView, ...]:
        """Those that do not, with their reasons."""
        return tuple(each for each in self.criteria if each.state == "off")


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole report."""

    title: str
    interviewer: str
    """The name the interviewer had."""
    headline: str
    verdict: Verdict
    """The session's, or the only question's where the session has none."""
    remark: str
    """Why the session has none; else empty."""
    blocking: CriterionView | None
    nearest: CriterionView | None
    """The criterion nearest to the bar where nothing blocks."""
    next_step: str
    questions: tuple[QuestionView, ...]
    notes: tuple[NoteView, ...]
    turns: tuple[TurnView, ...]
    phases: tuple[PhaseSpan, ...]
    length_ms: int
    """End of the last turn on the session clock; 0 when the turns have no times."""
    delivery: Delivery
    evaluation: Evaluation
    meta: SessionMeta | None
    warnings: tuple[str, ...]
    doubtful: Doubtful
    """How far the findings rest on words that were hard to recognise."""
    facts: dict[str, str] = field(default_factory=dict)
    """How it was judged: name → value."""


def view_report(
    record: InterviewRecord,
    evaluation: Evaluation,
    bank: QuestionBank,
    rubric: Rubric,
    *,
    meta: SessionMeta | None = None,
    sound_ms: int | None = None,
) -> ReportView:
    """Everything the report shows. `sound_ms` is the length of the recording, None without one."""
    sound = Sound(record.turns, sound_ms)
    questions = tuple(
        view_question(
            number, result, record, level=evaluation.level, bank=bank, rubric=rubric, sound=sound
        )
        for number, result in enumerate(evaluation.questions, start=1)
    )
    verdict, single = weighed_verdict(evaluation)
    blocking = find_blocking(verdict, questions)
    return ReportView(
        title=", ".join(view.title for view in questions) or "Interview",
        interviewer=str((meta.persona_data if meta else {}).get("name") or "Interviewer"),
        headline=headline(verdict, evaluation.level) + (" on this question" if single else ""),
        verdict=verdict,
        remark=evaluation.verdict.reason if single else "",
        blocking=blocking,
        nearest=None if blocking else lowest(questions),
        next_step=next_step(blocking, questions),
        questions=questions,
        notes=tuple(view_note(note, record, bank, sound) for note in read_notes(record)),
        turns=view_turns(record, questions, sound),
        phases=phase_spans(record.events, record.turns),
        length_ms=max((turn.end_ms or 0 for turn in record.turns), default=0),
        delivery=measure_delivery(record),
        evaluation=evaluation,
        meta=meta,
        warnings=tuple(dict.fromkeys([*record.warnings, *evaluation.warnings])),
        doubtful=doubtful_findings(evaluation, record.turns),
        facts=how_judged(evaluation, meta),
    )


def weighed_verdict(evaluation: Evaluation) -> tuple[Verdict, bool]:
    """The verdict to show first, and whether it speaks of a single question only."""
    session, questions = evaluation.verdict, evaluation.questions
    if session.result == "undetermined" and len(questions) == 1:
        only = questions[0].verdict
        return only, only.result != "undetermined"
    return session, False


def headline(verdict: Verdict, level: str) -> str:
    """The verdict against the level in words."""
    return RESULT_WORDS[verdict.result].format(level=level)


def view_question(
    number: int,
    result: QuestionEvaluation,
    record: InterviewRecord,
    *,
    level: Level,
    bank: QuestionBank,
    rubric: Rubric,
    sound: Sound,
) -> QuestionView:
    """One evaluated question, held against `level`: the one it was scored for."""
    known = bank.by_id.get(result.question_id)
    asked = next(
        (each for each in record.questions if each.id == result.question_id),
        AskedQuestion(result.question_id, result.text, result.type, known is not None),
    )
    return QuestionView(
        number=number,
        asked=asked,
        title=known.title if known else asked.text or result.question_id,
        result=result,
        headline=headline(result.verdict, level),
        reads_as=reads_as(result, level),
        criteria=tuple(
            view_criterion(
                criterion,
                result,
                number=number,
                level=level,
                rubric=rubric,
                known=known,
                sound=sound,
            )
            for criterion in rubric.criteria
            if criterion.key in result.criteria
        ),
        habits=view_signals(rubric.habits, result.signals, sound),
        mistakes=view_signals(rubric.mistakes, result.mistakes, sound),
        sheet=view_sheet(record, known, sound) if known else (),
        covered=view_covered(result, known, level, sound) if known else (),
        bank=known,
    )


def view_signals(
    known: Iterable[Signal], results: Mapping[str, SignalResult], sound: Sound
) -> tuple[SignalView, ...]:
    """The checklist in the rubric's order, then what the rubric does not know."""
    texts = {signal.id: signal.text for signal in known}
    views = []
    for signal_id in [*texts, *(each for each in results if each not in texts)]:
        result = results.get(signal_id)
        if result is None:
            continue
        quote = sound.quote(result.quote, result.turn) if result.quote else None
        text = texts.get(signal_id) or result.text or signal_id
        views.append(SignalView(signal_id, text, result.seen, quote))
    return tuple(views)


def find_blocking(verdict: Verdict, questions: Iterable[QuestionView]) -> CriterionView | None:
    """The blocking criterion of the verdict, else of a question, where it is lowest."""
    scored = [v for question in questions for v in question.criteria if v.score is not None]
    views = [v for v in scored if v.key == verdict.blocking] or [v for v in scored if v.blocking]
    return min(views, key=lambda view: view.score or 0, default=None)


def lowest(questions: Iterable[QuestionView]) -> CriterionView | None:
    """The required criterion that stands lowest against its bar."""
    scored = [
        view
        for question in questions
        for view in question.criteria
        if view.score is not None and view.weight == "required"
    ]
    return min(scored, key=lambda view: (view.score or 0) - view.minimum, default=None)


def next_step(blocking: CriterionView | None, questions: Iterable[QuestionView]) -> str:
    """The one thing to do next: the advice of what blocks, else of what lies lowest."""
    if blocking and blocking.advice:
        return blocking.advice
    advised = [
        view
        for question in questions
        for view in question.criteria
        if view.advice and view.score is not None
    ]
    lowest = min(advised, key=lambda view: (view.score or 0) - view.minimum, default=None)
    return lowest.advice if lowest else ""


def view_note(note: Note, record: InterviewRecord, bank: QuestionBank, sound: Sound) -> NoteView:
    """A move with the words that were said."""
    turn = record.turns[note.turn] if note.turn is not None else None
    question, detail = bank.by_id.get(note.question_id), ""
    if question and note.twist_id:
        detail = next((t.good_reaction for t in question.twists if t.id == note.twist_id), "")
        detail = f"A good reaction: {detail}" if detail else ""
    elif note.hint_rung:
        detail = f"Hint, step {note.hint_rung} of 4"
    elif question and note.point_id:
        text = next((p.text for p in question.points if p.id == note.point_id), "")
        detail = f"Hoped for: {text}" if text else ""
    texts = {point.id: point.text for point in question.points} if question else {}
    heard = tuple(texts[each] for each in note.heard if each in texts)
    return NoteView(note, sound.turn_clip(turn), turn.text if turn else "", detail, heard)


def view_turns(
    record: InterviewRecord, questions: tuple[QuestionView, ...], sound: Sound
) -> tuple[TurnView, ...]:
    """The transcript with the evidence of all criteria in it."""
    found: dict[int, list[Cited]] = {}
    for question in questions:
        for view in question.criteria:
            for quote in view.quotes:
                cited = Cited(quote.text, view.name, view.short, view.anchor_id)
                found.setdefault(-1 if quote.turn is None else quote.turn, []).append(cited)
    views = []
    for turn in record.turns:
        pieces, unsure = view_text(turn, found.get(turn.turn, []))
        heard = record.heard.get(turn.turn)
        put_right = changes(heard, turn.text) if heard is not None else ()
        views.append(TurnView(turn, sound.turn_clip(turn), pieces, unsure, put_right))
    return tuple(views)


def how_judged(evaluation: Evaluation, meta: SessionMeta | None) -> dict[str, str]:
    """What judged, by which rubric and with which versions."""
    facts = {"Judge": evaluation.judge, "Rubric": evaluation.rubric, "Source": evaluation.source}
    if evaluation.usage:
        facts["Model use"] = ", ".join(f"{name} {n}" for name, n in evaluation.usage.items())
    if meta is None:
        return facts
    facts |= {
        "Session": meta.id,
        "Interviewer": f"{meta.persona}, {meta.brain} brain, seed {meta.seed}",
        "Models": ", ".join(f"{role}: {name}" for role, name in meta.models.items()),
        "Versions": ", ".join(f"{name} {version}" for name, version in meta.versions.items()),
        "Prompts": ", ".join(f"{name} {digest}" for name, digest in meta.prompt_hashes.items()),
    }
    return {name: value for name, value in facts.items() if value}

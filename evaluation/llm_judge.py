"""The judge behind a language model: asked for the presence of points, never for an impression.

Per criterion: number the sentences, ask several times, let the majority decide per point. Evidence
comes back as sentence numbers, so a quote is verbatim by construction. Sentences that talk to the
grader are never evidence; where there are any, the verdicts come from a reading without them, and
a reading with them shows whether they would have had an effect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from evaluation.evidence import find_quote, split_sentences, valid_quotes
from evaluation.judge import CriterionReading, JudgeTask
from evaluation.offline_judge import answer_of, asked_points, why_empty
from evaluation.record import Turn
from evaluation.result import Evidence, PointState, PointVerdict
from evaluation.scoring_rule import level_score, load_scoring
from evaluation.tampering import is_addressed_to_grader
from prompts.errors import ModelError, ModelReplyInvalid, ModelUnavailable
from prompts.replies import CriterionReply, JudgedPointReply, RecordingModel
from prompts.rubric import RubricPoint
from prompts.templates import render

MAX_QUOTES = 2
"""Quotes kept for a point."""
TAMPERING_LEVELS = 0.5
"""Levels (of 1-5) by which sentences to the grader may move a reading before it is reported."""
CERTAIN = 0.95
"""Confidence (0-1) of a verdict that needs no judgement: nothing was said."""


@dataclass(frozen=True, slots=True)
class Line:
    """One numbered sentence of the transcript."""

    turn: Turn
    text: str

    @property
    def shown(self) -> str:
        """What the model sees."""
        return f"{self.turn.speaker}: {self.text}"


@dataclass(slots=True)
class Ballot:
    """All samples of one reading, with what they cost."""

    lines: tuple[Line, ...]
    replies: list[CriterionReply] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    usage: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Vote:
    """What the samples say about one point."""

    state: PointState
    agreement: float
    """Votes for the state, as a share (0-1) of all samples: missing votes lower it."""
    numbers: tuple[int, ...]
    """Sentences named for it, the most often named first."""
    reason: str


class LLMJudge:
    """Implements the `Judge` port with a language model. Safe to use from several threads."""

    def __init__(self, model: RecordingModel, *, samples: int = 3) -> None:
        """`samples` calls per criterion, at least 1; odd numbers cannot tie."""
        if samples < 1:
            raise ValueError("samples must be at least 1")
        self.model, self.samples = model, samples
        self.name = model.name

    def judge(self, task: JudgeTask) -> CriterionReading:
        """Read one criterion; an endpoint that fails is a reason, never a score."""
        points = asked_points(task)
        answer = answer_of(task)
        if answer.empty:
            return CriterionReading(tuple(_nothing(point, why_empty(answer)) for point in points))
        lines = _lines(task.turns)
        clean = tuple(line for line in lines if not _talks_to_grader(line))
        ballot = self._ask(task, points, clean)
        usage, raw = ballot.usage, ballot.raw
        if not self._enough(ballot):
            return CriterionReading(
                points=(),
                could_not_judge=f"The model could not judge it: {ballot.failures[-1]}",
                usage=dict(usage),
                raw=tuple(raw),
            )
        verdicts = self._verdicts(points, ballot)
        notes: tuple[str, ...] = ()
        if len(clean) < len(lines):
            tampered = self._ask(task, points, lines)
            usage, raw = usage + tampered.usage, raw + tampered.raw
            notes = self._tampering(task, points, verdicts, tampered, len(lines) - len(clean))
        return CriterionReading(verdicts, usage=dict(usage), raw=tuple(raw), notes=notes)

    def _ask(
        self, task: JudgeTask, points: Sequence[RubricPoint], lines: tuple[Line, ...]
    ) -> Ballot:
        """`samples` readings. Each sees the points in another order, which also tells apart samples
        of a model that answers the same prompt always alike."""
        ballot = Ballot(lines)
        content = _content(task)
        for sample in range(self.samples):
            turn_at = sample * len(points) // self.samples
            prompt = render(
                "judge",
                CriterionReply,
                question=task.asked.text,
                level=task.level,
                sentences=[line.shown for line in lines],
                criterion=task.criterion.name,
                content=content,
                points=[*points[turn_at:], *points[:turn_at]],
            )
            ballot.usage["calls"] += 1
            try:
                completion = self.model.ask(prompt)
            except ModelError as error:
                ballot.failures.append(error.line())
                if isinstance(error, ModelReplyInvalid) and error.raw:
                    ballot.raw.append(error.raw)
                if isinstance(error, ModelUnavailable) and not ballot.replies:
                    # Nothing has come back: another wait for the same silence helps nobody.
                    break
                continue
            ballot.replies.append(completion.value)
            ballot.raw.append(completion.raw)
            ballot.usage["input_tokens"] += completion.usage.input_tokens
            ballot.usage["cached_tokens"] += completion.usage.cached_tokens
            ballot.usage["output_tokens"] += completion.usage.output_tokens
        return ballot

    def _enough(self, ballot: Ballot) -> bool:
        """A majority of the samples must have come back: nothing is scored from a broken rest."""
        return 2 * len(ballot.replies) > self.samples

    def _verdicts(self, points: Sequence[RubricPoint], ballot: Ballot) -> tuple[PointVerdict, ...]:
        """One verdict a point, in rubric order; a point whose quotes do not hold is unclear."""
        votes = {point.id: _vote(point.id, ballot, self.samples) for point in points}
        turns = [line.turn for line in ballot.lines]
        offered = [
            quote
            for point in points
            if votes[point.id].state == "present"
            for quote in _quotes(point.id, votes[point.id].numbers, ballot.lines)
        ]
        held = valid_quotes(offered, turns)
        verdicts = []
        for point in points:
            vote = votes[point.id]
            quotes = tuple(quote for quote in held if quote.point == point.id)[:MAX_QUOTES]
            state, reason = vote.state, vote.reason
            if state == "present" and not quotes:
                state, reason = "unclear", "The sentences named for it do not hold as evidence."
            verdicts.append(
                PointVerdict(
                    point=point.id,
                    anchor=point.anchor,
                    state=state,
                    quotes=quotes if state == "present" else (),
                    confidence=vote.agreement,
                    reason=reason,
                )
            )
        return tuple(verdicts)

    def _tampering(
        self,
        task: JudgeTask,
        points: Sequence[RubricPoint],
        clean: tuple[PointVerdict, ...],
        ballot: Ballot,
        sentences: int,
    ) -> tuple[str, ...]:
        """What the sentences to the grader would have changed."""
        said = f"{sentences} sentence(s) addressed the grader and were left out as evidence"
        if not self._enough(ballot):
            return (f"{said}; whether they had an effect could not be tested.",)
        calibration = load_scoring().criteria[task.criterion.key]
        moved = level_score(self._verdicts(points, ballot), calibration)
        moved -= level_score(clean, calibration)
        if not moved:
            return (f"{said}; they had no effect.",)
        effect = f"{said}; with them the reading moves by {moved:+.1f} levels."
        return (f"Tampering: {effect}" if abs(moved) > TAMPERING_LEVELS else effect,)


def _lines(turns: Sequence[Turn]) -> tuple[Line, ...]:
    """Every sentence of both speakers, in order."""
    return tuple(Line(turn, sentence) for turn in turns for sentence in split_sentences(turn.text))


def _talks_to_grader(line: Line) -> bool:
    return line.turn.speaker == "candidate" and is_addressed_to_grader(line.text)


def _content(task: JudgeTask) -> list[str]:
    """The bank's points of this question that belong to the criterion."""
    if task.question is None:
        return []
    expected = task.question.expected_points(task.level)
    return [point.text for point in expected if point.criterion == task.criterion.key]


def _nothing(point: RubricPoint, reason: str) -> PointVerdict:
    return PointVerdict(
        point=point.id, anchor=point.anchor, state="absent", confidence=CERTAIN, reason=reason
    )


def _vote(point_id: str, ballot: Ballot, samples: int) -> Vote:
    """The majority of the samples; a tie, or no vote at all, is unclear."""
    states: Counter[PointState] = Counter()
    numbers: Counter[int] = Counter()
    reasons: dict[PointState, str] = {}
    for reply in ballot.replies:
        judged = next((entry for entry in reply.points if entry.point == point_id), None)
        if judged is None:
            continue
        state, cited = _checked(judged, ballot.lines)
        states[state] += 1
        numbers.update(cited)
        reasons.setdefault(state, judged.reason)
    if not states:
        return Vote("unclear", 0.0, (), "The model did not say.")
    (state, count), *others = states.most_common()
    if others and others[0][1] == count:
        return Vote("unclear", count / samples, (), "The samples disagree.")
    # Equal counts are ordered by position, so that the same replies give the same quotes.
    ranked = sorted(numbers, key=lambda number: (-numbers[number], number))
    return Vote(state, count / samples, tuple(ranked), reasons.get(state, ""))


def _checked(judged: JudgedPointReply, lines: Sequence[Line]) -> tuple[PointState, tuple[int, ...]]:
    """A sample's verdict with the sentences that may count; presence without any is unclear."""
    if judged.state != "present":
        return judged.state, ()
    cited = tuple(
        dict.fromkeys(
            number
            for number in judged.sentences
            if 1 <= number <= len(lines)
            and lines[number - 1].turn.speaker == "candidate"
            and not _talks_to_grader(lines[number - 1])
        )
    )
    return ("present", cited) if cited else ("unclear", ())


def _quotes(point_id: str, numbers: Sequence[int], lines: Sequence[Line]) -> list[Evidence]:
    """The named sentences as evidence."""
    found = (find_quote(lines[n - 1].turn, lines[n - 1].text, point_id) for n in numbers)
    return [quote for quote in found if quote is not None]

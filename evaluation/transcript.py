"""Interviews from a file: `viva-transcript/1`, and the one door for whatever a session can be.

A transcript made elsewhere needs its question and its turns; level, question id, type, times and
words are optional. Whatever had to be assumed is said in the record's warnings.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from evaluation.json_lines import read_json
from evaluation.record import MAX_CLOCK_MS, AskedQuestion, InterviewRecord, Speaker, Turn, Word
from evaluation.session import SessionFolder
from prompts.errors import InputFileError
from prompts.question_bank import QuestionBank
from prompts.rubric import Level, QuestionType

FORMAT = "viva-transcript/1"
MAX_TRANSCRIPT_BYTES = 20_000_000
"""Bytes of one transcript. A three-hour interview with every word timed takes about 5 MB."""
MAX_ID = 60
"""Characters of an id made from the text of a question."""
UNTIMED_CONFIDENCE = 1.0
"""Confidence of a word whose maker gave none: it is taken as written."""

TYPE_WORDS: tuple[tuple[QuestionType, str], ...] = (
    (
        "behavioural",
        r"\b(?:tell me about|describe) (?:a|the|one|your) .*(?:time|project|situation)",
    ),
    ("behavioural", r"\b(?:have you ever|your (?:biggest|proudest|hardest))\b"),
    ("decision", r"\b(?:decide|choose|choosing|pick|prefer)\b.*\b(?:between|or|whether|which)\b"),
    ("operations", r"\b(?:deploy\w*|monitor\w*|drift|roll\w* back|data pipelines?|on-?call)\b"),
    ("design", r"\b(?:design|architect|build)\b"),
    ("concept", r"\b(?:explain|what (?:is|are)|difference between|define)\b"),
    ("method", r"\bhow (?:would|do) you (?:handle|evaluate|improve|choose|deal|detect|test)\b"),
)
"""Wordings of a question that give its type away; the first that fits counts."""
FALLBACK_TYPE: QuestionType = "design"
"""The type of a question whose wording says nothing: the one under which most is judged."""


class Lenient(BaseModel):
    """Keys of other tools are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class TranscriptWord(Lenient):
    """A timed word; the confidence may be missing."""

    word: str
    start_ms: int = Field(ge=0, le=MAX_CLOCK_MS)
    end_ms: int = Field(ge=0, le=MAX_CLOCK_MS)
    confidence: float = Field(default=UNTIMED_CONFIDENCE, ge=0, le=1)


class TranscriptTurn(Lenient):
    """One turn; its place in the list is its index."""

    speaker: Speaker
    text: str
    start_ms: int | None = Field(default=None, ge=0, le=MAX_CLOCK_MS)
    end_ms: int | None = Field(default=None, ge=0, le=MAX_CLOCK_MS)
    words: tuple[TranscriptWord, ...] = ()
    interrupted: bool = False

    @field_validator("speaker", mode="before")
    @classmethod
    def any_case(cls, value: Any) -> Any:
        """`Candidate` is the candidate."""
        return value.strip().lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def forwards(self) -> TranscriptTurn:
        """Nothing ends before it begins."""
        if self.start_ms is not None and self.end_ms is not None and self.end_ms < self.start_ms:
            raise ValueError("end_ms lies before start_ms")
        return self


class TranscriptQuestion(Lenient):
    """The question; text or id must be there."""

    id: str = ""
    text: str = ""
    type: QuestionType | None = None


class Transcript(Lenient):
    """The whole file."""

    format: str = ""
    level: Level = "senior"
    question: TranscriptQuestion = TranscriptQuestion()
    turns: tuple[TranscriptTurn, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def plain_question(cls, value: Any) -> Any:
        """A question given as a plain string, with its type in `kind` or `type` beside it."""
        if not isinstance(value, dict) or not isinstance(value.get("question"), str):
            return value
        kind = value.get("type", value.get("kind"))
        return value | {"question": {"text": value["question"], "type": kind}}


def open_record(
    path: Path | str, bank: QuestionBank, level_override: Level | None = None
) -> InterviewRecord:
    """The interview in a session folder or transcript file; sound files are the agent's.

    Raises InputFileError (exit code 2) saying what is wrong and where.
    """
    place = Path(path)
    if place.is_dir():
        record = SessionFolder.open(path).record()
        questions = tuple(replace(q, known=q.id in bank.by_id) for q in record.questions)
        record = replace(record, questions=questions)
    else:
        record = read_transcript(path, bank)
    return replace(record, level=level_override) if level_override else record


def read_transcript(path: Path | str, bank: QuestionBank) -> InterviewRecord:
    """A transcript file as a record. `path` stays the record's source as it was given."""
    file = Path(path)
    transcript, warnings = parse_transcript(read_json(file, MAX_TRANSCRIPT_BYTES), file)
    question = identify(transcript, bank, file, warnings)
    turns = tuple(as_turn(turn, i, question.id) for i, turn in enumerate(transcript.turns))
    if not any(turn.text.strip() for turn in turns if turn.speaker == "candidate"):
        warnings.append("The candidate says nothing in this transcript.")
    return InterviewRecord(
        source=str(path),
        level=transcript.level,
        questions=(question,),
        turns=turns,
        warnings=tuple(warnings),
    )


def parse_transcript(data: bytes, path: Path) -> tuple[Transcript, list[str]]:
    """The validated file with the warnings about its form; InputFileError with the place."""
    try:
        content = valid_text(json.loads(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise InputFileError(path, f"is not UTF-8 text (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise InputFileError(
            path, f"is not JSON ({error.msg})", line_no=error.lineno, column=error.colno
        ) from error
    except RecursionError as error:
        raise InputFileError(path, "is not a transcript (nested too deeply)") from error
    except ValueError as error:
        raise InputFileError(path, "holds a number that is too long to read") from error
    if not isinstance(content, dict) or "turns" not in content:
        raise InputFileError(path, f"is not a transcript (no `turns`; {FORMAT} is expected)")
    name = content.get("format")
    if name not in (None, FORMAT):
        raise InputFileError(path, f"format: {name!r} is not known; {FORMAT} is expected")
    try:
        transcript = Transcript.model_validate(content)
    except ValidationError as error:
        raise InputFileError(path, told(error)) from error
    missing = [] if name else [f"The file does not name its format; it is read as {FORMAT}."]
    return transcript, missing


def valid_text(content: Any) -> Any:
    """JSON content whose lone surrogates, which JSON can spell, have become question marks.

    They are no Unicode text, and nothing that holds them can be written out again.
    """
    return json.loads(json.dumps(content, ensure_ascii=False).encode("utf-8", errors="replace"))


def told(error: ValidationError) -> str:
    """The first fault with its place in the JSON: `turns[3].speaker: ...`."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    place = ""
    for part in faults[0]["loc"]:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{place}: {faults[0]['msg'].removeprefix('Value error, ')}{more}"


def identify(
    transcript: Transcript, bank: QuestionBank, path: Path, warnings: list[str]
) -> AskedQuestion:
    """The question by its id, else by its text through the bank, else as one of its type."""
    asked = transcript.question
    first = next((t.text for t in transcript.turns if t.speaker == "interviewer"), "")
    text = asked.text.strip() or first.strip()
    known = bank.by_id.get(asked.id) or (bank.find_by_text(text) if text else None)
    if known:
        if asked.type not in (None, known.type):
            warnings.append(
                f"{known.id} is a {known.type} question; `{asked.type}` is passed over."
            )
        return AskedQuestion(known.id, text or known.prompt, known.type, known=True)
    if not text:
        raise InputFileError(path, "question: neither a text nor an id of the bank is given")
    if not asked.text.strip():
        warnings.append("No question is given; the interviewer's first words are taken for it.")
    kind = asked.type
    if kind is None:
        kind = guess_type(text)
        warnings.append(f"The question is not in the bank and has no type; taken as {kind}.")
    return AskedQuestion(slug(asked.id or text), text, kind, known=False)


def guess_type(text: str) -> QuestionType:
    """The type a question's wording gives away, else FALLBACK_TYPE."""
    wording = " ".join(text.lower().split())
    for kind, pattern in TYPE_WORDS:
        if re.search(pattern, wording):
            return kind
    return FALLBACK_TYPE


def slug(text: str) -> str:
    """An id of lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:MAX_ID].strip("-") or "question"


def as_turn(turn: TranscriptTurn, index: int, question_id: str) -> Turn:
    """A turn of the file as one of the record."""
    return Turn(
        turn=index,
        speaker=turn.speaker,
        text=turn.text,
        start_ms=turn.start_ms,
        end_ms=turn.end_ms,
        words=tuple(Word(**word.model_dump()) for word in turn.words),
        interrupted=turn.interrupted,
        question_id=question_id,
    )

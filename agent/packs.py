"""Questions of the user's own: a file named for one interview, or packs beside the shipped bank."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from agent.settings import Settings
from evaluation.json_lines import first_fault
from evaluation.session import META_FILE, SessionMeta
from prompts.errors import InputFileError
from prompts.question_bank import Question, QuestionBank, load_bank, load_pack, load_question


def bank_for(settings: Settings) -> QuestionBank:
    """The shipped questions with the packs of the settings on top; equal ids are replaced.

    Raises InputFileError with file and line for a faulty pack.
    """
    return merged(load_bank(), (question for path in settings.packs for question in pack(path)))


def pack(path: Path) -> list[Question]:
    """The questions of a file or folder. InputFileError also for an id that stands twice."""
    questions = load_pack(path.expanduser())
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise InputFileError(
                path,
                f"two of its questions have the id {question.id!r}",
                todo=f"`viva questions lint {path}` names them.",
            )
        seen.add(question.id)
    return questions


def merged(bank: QuestionBank, questions: Iterable[Question]) -> QuestionBank:
    """`bank` with `questions` on top."""
    return QuestionBank([*bank, *questions])


def is_file_name(name: str) -> bool:
    """Whether a question is named by its file rather than by its id."""
    return name.endswith((".yaml", ".yml")) or "/" in name or Path(name).is_file()


def find_question(bank: QuestionBank, name: str) -> Question:
    """The question meant by `name`: an id of the bank, or a question file.

    Raises UsageError for an unknown id, InputFileError with the line for a faulty file.
    """
    if name not in bank.by_id and is_file_name(name):
        return load_question(Path(name).expanduser())
    return bank.get(name)


def session_bank(meta: SessionMeta, bank: QuestionBank | None = None) -> QuestionBank:
    """The bank a session is read with: its own questions are kept in it, wherever the files are."""
    return merged(
        load_bank() if bank is None else bank,
        (own_question(name, data) for name, data in meta.own_questions.items()),
    )


def own_question(name: str, data: object) -> Question:
    """A question as session.json holds it. Raises InputFileError when it is none."""
    try:
        return Question.model_validate(data)
    except ValidationError as error:
        what = f"own_questions.{name} is no question ({first_fault(error)})"
        raise InputFileError(META_FILE, what) from error


def own_questions(questions: Iterable[Question]) -> dict[str, dict[str, object]]:
    """Those that do not ship with Viva, as data for session.json, by id."""
    shipped = load_bank().by_id
    return {
        question.id: question.model_dump(mode="json")
        for question in questions
        if shipped.get(question.id) != question
    }

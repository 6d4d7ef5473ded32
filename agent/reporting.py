"""Writing reports: of a stored session, or of a recording or transcript made elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from evaluation.json_lines import private
from evaluation.record import InterviewRecord
from evaluation.report import render
from evaluation.report_json import to_json
from evaluation.report_markdown import to_markdown
from evaluation.result import Evaluation
from evaluation.score import evaluate
from evaluation.session import SessionFolder, SessionMeta
from prompts.errors import UsageError, VivaError
from prompts.question_bank import QuestionBank
from prompts.rubric import load_rubric

if TYPE_CHECKING:
    from agent.scoring import Scorer

BESIDE = ".sound.mp3"
"""What stands for `.html` in the name of a sound file beside a report."""
Placing = Literal["auto", "inside", "beside", "none"]
"""Where the sound of a report is: in the page, in a file beside it, or left out."""
MOST_INSIDE = 16_000_000
"""Bytes of sound that are put into the page: 53 minutes at 40 kbit/s. The page then has 21 MB, and
still goes into a mail."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report is about."""

    record: InterviewRecord
    evaluation: Evaluation
    bank: QuestionBank
    meta: SessionMeta | None = None
    compressed: Callable[[], bytes] | None = None
    """Gives the recording as MP3; None where there is no sound."""
    sound_ms: int | None = None

    def write(self, path: Path, placing: Placing = "auto") -> Path:
        """Write the page to `path`, readable by its owner only. Raises UsageError."""
        write_private(path, self.html(path, placing).encode())
        return path

    def html(self, path: Path, placing: Placing = "auto") -> str:
        """The page to be written to `path`; a sound file beside it is written here."""
        sound = self.compressed() if self.compressed and placing != "none" else None
        inside = placing == "inside" or (
            placing == "auto" and sound is not None and len(sound) <= MOST_INSIDE
        )
        beside = path.with_suffix(BESIDE)
        if sound is not None and not inside:
            write_private(beside, sound)
        else:
            beside.unlink(missing_ok=True)
        file = beside.name if sound is not None and not inside else ""
        return self.page(sound if inside else None, file)

    def page(self, sound: bytes | None, sound_file: str = "") -> str:
        """The page with that sound; with none where the session has none."""
        return render(
            self.record,
            self.evaluation,
            self.bank,
            load_rubric(),
            self.meta,
            sound=sound if self.compressed else None,
            sound_file=sound_file,
            sound_ms=self.sound_ms,
        )

    def markdown(self) -> str:
        """The report as Markdown, without sound."""
        return to_markdown(self.record, self.evaluation, self.bank, load_rubric(), self.meta)

    def json(self) -> str:
        """The report as `viva-report/1`, without sound."""
        return to_json(self.record, self.evaluation, self.bank, load_rubric(), self.meta)


def of_session(session: SessionFolder, bank: QuestionBank) -> Reported:
    """A stored session. Raises VivaError when it has not been scored."""
    from audio.wav import compress, recording_ms

    evaluation = evaluation_of(session)
    has_sound = session.audio_path.exists()
    return Reported(
        session.record(),
        evaluation,
        bank,
        session.meta,
        compressed=(lambda: compress(session.audio_path)) if has_sound else None,
        sound_ms=round(recording_ms(session.audio_path)) if has_sound else None,
    )


def of_file(path: Path, scorer: Scorer) -> Reported:
    """A sound file or transcript made elsewhere, scored now. Raises VivaError or AudioError."""
    from audio.files import is_audio, load_audio
    from audio.frame import milliseconds_of
    from audio.wav import compress_samples

    record = scorer.record(path)
    evaluation = evaluate(record, scorer.judge, bank=scorer.bank)
    if not is_audio(path):
        return Reported(record, evaluation, scorer.bank)
    samples = load_audio(path)
    return Reported(
        record,
        evaluation,
        scorer.bank,
        compressed=lambda: compress_samples(samples),
        sound_ms=round(milliseconds_of(len(samples))),
    )


def evaluation_of(session: SessionFolder) -> Evaluation:
    """The stored evaluation. Raises VivaError when the session has not been scored."""
    evaluation = session.evaluation()
    if evaluation is None:
        raise VivaError(
            "is not scored yet", where=str(session.path), todo="Run `viva score` on it first."
        )
    return evaluation


def write_report(
    session: SessionFolder,
    bank: QuestionBank,
    output: Path | None = None,
    placing: Placing = "auto",
) -> Path:
    """Write report.html, or `output`, with the recording in it, or beside it where it is large.

    Raises VivaError when the session has not been scored.
    """
    return of_session(session, bank).write(output or session.report_path, placing)


def write_private(path: Path, data: bytes) -> None:
    """Replace a file at once by one that only its owner can read. Raises UsageError."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with open(aside, "wb", opener=private) as file:
            file.write(data)
        aside.replace(path)
    except OSError as error:
        raise UsageError(
            f"cannot be written ({error.strerror})",
            where=str(path),
            todo="Choose another place with --output.",
        ) from error
    finally:
        aside.unlink(missing_ok=True)

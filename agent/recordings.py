"""Recordings made elsewhere: sound in, an interview record out.

Two channels are two speakers: the one who asks more questions is the interviewer. One channel is
taken as the candidate alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from audio.errors import AudioFileError
from audio.files import load_audio
from audio.frame import Samples
from audio.hearing import HeardClause, joined, other_language
from evaluation.record import AskedQuestion, InterviewRecord, Speaker, Turn, Word
from evaluation.transcript import FALLBACK_TYPE, guess_type, slug
from prompts.question_bank import QuestionBank
from prompts.rubric import Level

Hear = Callable[[Samples, Sequence[str]], list[HeardClause]]
"""Turns sound (16 kHz mono) and expected terms into clauses: detector and recogniser together."""
ALIKE = 0.98
"""Correlation from which two channels are one mono recording stored twice."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A clause with who said it."""

    speaker: Speaker
    clause: HeardClause


def record_of(
    path: Path, hear: Hear, bank: QuestionBank, *, level: Level, question_id: str = ""
) -> InterviewRecord:
    """The interview in a sound file.

    Raises AudioFileError (exit code 2) when it cannot be decoded or holds no speech.
    """
    question = bank.get(question_id) if question_id else None
    hotwords = question.vocabulary if question else ()
    heard = [hear(samples, hotwords) for samples in voices(path)]
    if not any(joined(clauses) for clauses in heard):
        raise AudioFileError(
            "holds no speech that could be understood",
            where=str(path),
            todo="Check that the right microphone was recorded and that it is in English.",
        )
    warnings: list[str] = []
    if any(other_language(clauses) for clauses in heard if joined(clauses)):
        warnings.append("Much of this does not sound like English, or was recognised badly.")
    spoken = label(heard)
    if question is None:
        asked = asked_question(first_words(spoken), bank, warnings)
    else:
        asked = AskedQuestion(question.id, question.prompt, question.type, known=True)
    return InterviewRecord(
        source=str(path),
        level=level,
        questions=(asked,),
        turns=tuple(turns(spoken, asked.id)),
        warnings=tuple(warnings),
    )


def asked_question(text: str, bank: QuestionBank, warnings: list[str]) -> AskedQuestion:
    """The bank's question that `text` repeats, else one of the type its wording suggests."""
    known = bank.find_by_text(text) if text else None
    if known is not None:
        return AskedQuestion(known.id, text, known.type, known=True)
    kind = guess_type(text) if text else FALLBACK_TYPE
    warnings.append(
        f"The question is not in the bank; it is scored as one of type {kind}. "
        "Name it with --question ID to score it by its own sheet and points."
    )
    return AskedQuestion(slug(text), text or "(not in the recording)", kind, known=False)


def voices(path: Path) -> list[Samples]:
    """The channels that hold different sound: one or two."""
    import numpy as np

    left, right = load_audio(path, split_stereo=True)
    if not np.any(left) or not np.any(right):
        return [load_audio(path)]
    same = float(np.corrcoef(left, right)[0, 1])
    return [load_audio(path)] if same >= ALIKE else [left, right]


def label(heard: list[list[HeardClause]]) -> list[Spoken]:
    """Who said which clause, in the order of time."""
    if len(heard) == 1:
        return [Spoken("candidate", clause) for clause in heard[0] if clause.clause.text]
    asking = [asked_share(clauses) for clauses in heard]
    interviewer = 0 if asking[0] > asking[1] else 1
    found = [
        Spoken("interviewer" if channel == interviewer else "candidate", clause)
        for channel, clauses in enumerate(heard)
        for clause in clauses
        if clause.clause.text
    ]
    return sorted(found, key=lambda each: each.clause.speech_start_ms)


def asked_share(clauses: list[HeardClause]) -> float:
    """Questions for each hundred words; an interviewer asks more and says less."""
    text = joined(clauses)
    words = len(text.split())
    return 100 * text.count("?") / words if words else 0.0


def first_words(spoken: list[Spoken]) -> str:
    """What the interviewer says before the candidate's first clause: the question."""
    said: list[str] = []
    for each in spoken:
        if each.speaker == "candidate":
            break
        said.append(each.clause.clause.text)
    return " ".join(said)


def turns(spoken: list[Spoken], question_id: str) -> list[Turn]:
    """Clauses of one speaker in a row, as one turn."""
    made: list[Turn] = []
    group: list[HeardClause] = []
    for index, each in enumerate(spoken):
        group.append(each.clause)
        following = spoken[index + 1].speaker if index + 1 < len(spoken) else None
        if following != each.speaker:
            made.append(turn_of(len(made), each.speaker, group, question_id))
            group = []
    return made


def turn_of(index: int, speaker: Speaker, group: list[HeardClause], question_id: str) -> Turn:
    """One turn with its words and times."""
    return Turn(
        turn=index,
        speaker=speaker,
        text=" ".join(each.clause.text for each in group),
        start_ms=round(group[0].speech_start_ms),
        end_ms=round(group[-1].speech_end_ms),
        words=tuple(
            Word(word=w.word, start_ms=w.start_ms, end_ms=w.end_ms, confidence=w.confidence)
            for each in group
            for w in each.clause.words
        ),
        question_id=question_id,
    )

"""Recordings made elsewhere: sound in, an interview record out.

Two channels that differ are two speakers; so are two voices in one channel, where they can be told
apart. Who is who is proposed from how they speak, and the user may swap. One voice is the
candidate alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from audio.errors import AudioFileError
from audio.files import load_audio
from audio.frame import Samples, milliseconds_of
from audio.hearing import HeardClause, joined, other_language
from audio.one_each import one_each
from evaluation.record import AskedQuestion, InterviewRecord, Speaker, Turn, Word
from evaluation.report_words import span
from evaluation.transcript import FALLBACK_TYPE, guess_type, slug
from prompts.errors import UsageError
from prompts.question_bank import QuestionBank
from prompts.rubric import Level

Hear = Callable[[Samples, Sequence[str]], list[HeardClause]]
"""Turns sound (16 kHz mono) and expected terms into clauses: detector and recogniser together."""
SplitVoices = Callable[[Samples], tuple[Samples, Samples] | None]
"""One channel as one for each voice, the voice that speaks first in front; None: one voice only."""
CandidateIs = Literal["1", "2", "alone"]
"""Who is the candidate: 1 = left channel, or the voice that speaks first; 2 = the other; alone =
everything that is heard."""
ALONE: CandidateIs = "alone"
ADDRESSING = re.compile(r"\b(?:you|your|you're|you'd|yours)\b", re.IGNORECASE)
OF_ONESELF = re.compile(r"\b(?:I|I'm|I'd|I'll|my|we|our|let me)\b", re.IGNORECASE)
SENTENCE = re.compile(r"[^.?!]+[.?!]*")
BEGINNING_WORDS = 8
"""Words by which the user recognises a speaker."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A clause with who said it."""

    speaker: Speaker
    clause: HeardClause


@dataclass(frozen=True, slots=True)
class Hearing:
    """How sound becomes turns."""

    hear: Hear
    split: SplitVoices | None = None
    """None: two voices in one channel cannot be told apart here."""
    candidate_is: CandidateIs | None = None
    """None: proposed from how they speak."""
    tell: Callable[[str], None] = lambda _: None
    """Told who is taken for whom, a line each."""


FOUND = {
    "one voice": "one voice",
    "not looked": "one channel",
    "two channels": "two channels that differ",
    "two voices": "two voices in one channel",
}
"""What was found, in words. The length is said with it: in some formats a cut cannot be seen."""


@dataclass(frozen=True, slots=True)
class Voices:
    """The speakers of a recording."""

    sounds: tuple[Samples, ...]
    """One or two, each as long as the recording."""
    how: Literal["one voice", "not looked", "two channels", "two voices"]
    """What was found; `not looked`: one channel, and nothing here to tell voices apart."""


def record_of(
    path: Path, hearing: Hearing, bank: QuestionBank, *, level: Level, question_id: str = ""
) -> InterviewRecord:
    """The interview in a sound file.

    Raises AudioFileError (exit code 2) when it cannot be decoded or holds no speech, UsageError
    when `candidate_is` is given and there is one speaker only.
    """
    question = bank.get(question_id) if question_id else None
    hotwords = question.vocabulary if question else ()
    found = voices(path, hearing)
    refuse_unknown(found, hearing, path)
    heard = [hearing.hear(samples, hotwords) for samples in found.sounds]
    if not any(joined(clauses) for clauses in heard):
        raise AudioFileError(
            "holds no speech that could be understood",
            where=str(path),
            todo="Check that the right microphone was recorded and that it is in English.",
        )
    warnings: list[str] = []
    if any(other_language(clauses) for clauses in heard if joined(clauses)):
        warnings.append("Much of this does not sound like English, or was recognised badly.")
    candidate = the_candidate(heard, found, hearing, path)
    if len(heard) > 1 and hearing.candidate_is is None:
        warnings.append(
            f"Who is who was guessed: speaker {candidate} of {found.how} is taken as the candidate."
        )
    spoken = label(heard, candidate)
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
    for part in parts_of(text):
        known = bank.find_by_text(part)
        if known is not None:
            return AskedQuestion(known.id, part, known.type, known=True)
    kind = guess_type(text) if text else FALLBACK_TYPE
    warnings.append(
        f"The question is not in the bank; it is scored as one of type {kind}. "
        "Name it with --question ID to score it by its own sheet and points."
    )
    return AskedQuestion(slug(text), text or "(not in the recording)", kind, known=False)


def parts_of(text: str) -> Iterator[str]:
    """`text`, then one to three sentences of it in a row: a question stands behind a greeting."""
    if text:
        yield text
    sentences = [each for each in SENTENCE.findall(text) if each.strip()]
    for count in range(1, 4):
        for first in range(len(sentences) - count + 1):
            yield " ".join(each.strip() for each in sentences[first : first + count])


def voices(path: Path, hearing: Hearing) -> Voices:
    """The speakers: one for each channel, else voices in one channel, else one."""
    import numpy as np

    left, right = load_audio(path, split_stereo=True)
    alone = hearing.candidate_is == ALONE
    if not alone and one_each(left, right):
        return Voices((left, right), "two channels")
    both = np.any(left) and np.any(right)
    whole = left if np.array_equal(left, right) else (left + right) * (0.5 if both else 1.0)
    if alone:
        return Voices((whole,), "one voice")
    if hearing.split is None:
        return Voices((whole,), "not looked")
    parts = hearing.split(whole)
    return Voices(parts, "two voices") if parts else Voices((whole,), "one voice")


def refuse_unknown(found: Voices, hearing: Hearing, path: Path) -> None:
    """Raise UsageError when the candidate is named among two speakers and there is but one."""
    if len(found.sounds) > 1 or hearing.candidate_is in (None, ALONE):
        return
    if found.how == "not looked":
        raise UsageError(
            "two speakers in one channel cannot be told apart without weights for it",
            where=str(path),
            todo="Run `viva models get speaker-voices` (17 MB), then the command again.",
        )
    raise UsageError(
        f"--candidate-is {hearing.candidate_is} needs two speakers, and this has one voice",
        where=str(path),
        todo="Leave it out.",
    )


def the_candidate(
    heard: Sequence[list[HeardClause]], found: Voices, hearing: Hearing, path: Path
) -> int:
    """The number of the candidate, as the user said or as proposed; tells what was taken."""
    length = span(round(milliseconds_of(len(found.sounds[0]))))
    hearing.tell(f"{path.name}: {length}, {FOUND[found.how]}")
    if len(heard) == 1:
        if found.how == "not looked":
            hearing.tell(
                f"{path.name}: taken as the candidate alone. If two people speak in "
                "it, run `viva models get speaker-voices` (17 MB) first."
            )
        return 1
    named = hearing.candidate_is
    candidate = int(named) if named else proposed(heard)
    for number, clauses in enumerate(heard, start=1):
        role = "candidate" if number == candidate else "interviewer"
        hearing.tell(f"{path.name}: speaker {number} is taken as the {role}: {described(clauses)}")
    if named is None:
        hearing.tell(
            f"{path.name}: the other way round with --candidate-is {3 - candidate}, "
            f"one speaker only with --candidate-is {ALONE}"
        )
    return candidate


def proposed(heard: Sequence[list[HeardClause]]) -> int:
    """The speaker whom fewer signs make the interviewer; of two alike, the one who says more.

    One sign alone misleads: candidates who clarify ask more than they are asked.
    """
    one, other = (interviewing(each) for each in heard)
    signs = [first - second for first, second in zip(one, other, strict=True)]
    balance = sum((sign > 0) - (sign < 0) for sign in signs)
    words = [len(joined(each).split()) for each in heard]
    return 2 if balance > 0 or (balance == 0 and words[0] < words[1]) else 1


def interviewing(clauses: Sequence[HeardClause]) -> tuple[float, ...]:
    """Signs of an interviewer, each the larger the clearer: asks, says you and not I, begins,
    says less."""
    text = joined(clauses)
    words = max(1, len(text.split()))
    addressed = len(ADDRESSING.findall(text)) - len(OF_ONESELF.findall(text))
    begins = min((each.speech_start_ms for each in clauses), default=math.inf)
    return asked_share(clauses), addressed / words, -begins, -float(words)


def described(clauses: Sequence[HeardClause]) -> str:
    """`412 words, 3 questions, begins “Okay, so let me …”`."""
    text = joined(clauses)
    words = text.split()
    if not words:
        return "says nothing that could be understood"
    beginning = " ".join(words[:BEGINNING_WORDS])
    return f"{len(words)} words, {text.count('?')} questions, begins “{beginning} …”"


def label(heard: Sequence[list[HeardClause]], candidate: int) -> list[Spoken]:
    """Who said which clause, in the order of time."""
    found = [
        Spoken("candidate" if number == candidate else "interviewer", clause)
        for number, clauses in enumerate(heard, start=1)
        for clause in clauses
        if clause.clause.text
    ]
    return sorted(found, key=lambda each: each.clause.speech_start_ms)


def asked_share(clauses: Sequence[HeardClause]) -> float:
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

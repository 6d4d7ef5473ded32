"""Scoring what was recorded: a session, a transcript or a sound file to its evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from agent.packs import bank_for, find_question, merged, session_bank
from agent.recogniser import EndpointFault, open_endpoint, open_transcriber
from agent.recordings import CandidateIs, Hear, Hearing, SplitVoices, record_of
from agent.reporting import write_report
from agent.settings import Settings
from agent.studio import open_judge
from agent.weights import folder, status
from audio.files import is_audio
from audio.frame import Samples
from audio.hearing import HeardClause
from audio.vad import VoiceDetector
from evaluation.judge import Judge
from evaluation.record import InterviewRecord
from evaluation.result import Evaluation
from evaluation.score import evaluate
from evaluation.session import META_FILE, SessionFolder
from evaluation.session_list import find_session
from evaluation.transcript import open_record
from prompts.question_bank import QuestionBank
from prompts.rubric import Level

SPEAKER_WEIGHTS = "speaker-voices"


class Scorer:
    """Loads judge and recogniser once, and only when an input needs them."""

    def __init__(
        self,
        settings: Settings,
        level: Level | None,
        question_id: str = "",
        *,
        candidate_is: CandidateIs | None = None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`level` None keeps each input's own; `question_id` names the question of recordings
        (an id, or a question file).

        `candidate_is` names the candidate of a recording with two speakers. `tell` is told where
        sound goes, if anywhere, when the endpoint there fails, and who is taken for whom.
        """
        self.settings, self.level, self.question_id = settings, level, question_id
        self.candidate_is = candidate_is
        self.tell = tell
        self.bank: QuestionBank = bank_for(settings)
        if question_id:
            question = find_question(self.bank, question_id)
            self.bank = merged(self.bank, [question])
            self.question_id = question.id

    @cached_property
    def judge(self) -> Judge:
        """The judge as configured."""
        return open_judge(self.settings)

    @cached_property
    def hear(self) -> Hear:
        """Detector and recogniser for sound files."""
        from audio.transcript import transcribe_recording

        def on_fault(fault: EndpointFault) -> None:
            if fault.first:
                self.tell(fault.what)

        if self.settings.transcription == "openai":
            self.tell(self.sound_goes_to)
        detector = self.detector
        transcriber = open_transcriber(self.settings, on_fault, hurried=False)

        def hear(samples: Samples, hotwords: Sequence[str]) -> list[HeardClause]:
            return list(transcribe_recording(samples, detector, transcriber, hotwords))

        return hear

    @property
    def sound_goes_to(self) -> str:
        """Where recordings go to be transcribed, one sentence; empty when they stay here."""
        if self.settings.transcription != "openai":
            return ""
        return f"Recordings are sent to {open_endpoint(self.settings).where} to be transcribed."

    @cached_property
    def detector(self) -> VoiceDetector:
        """The voice activity detector for sound files."""
        from audio.vad import SpeechDetector

        return SpeechDetector()

    @cached_property
    def split(self) -> SplitVoices | None:
        """Tells two voices in one channel apart; None where the weights for it are missing.

        Raises VivaError when they are damaged.
        """
        if status(SPEAKER_WEIGHTS) == "missing":
            return None
        from audio.speakers import two_voices
        from audio.voiceprint import VoiceEncoder

        encoder = VoiceEncoder(folder(SPEAKER_WEIGHTS))
        return lambda samples: two_voices(samples, self.detector, encoder)

    def score(self, path: Path) -> Evaluation:
        """The evaluation of one input; a session also gets its files written anew.

        Raises VivaError or AudioError with what is wrong and where.
        """
        path = self.session_path(path)
        if not is_session(path):
            return evaluate(self.record(path), self.judge, bank=self.bank)
        session = SessionFolder.open(path)
        bank = session_bank(session.meta, self.bank)
        evaluation = evaluate(self.record(path), self.judge, bank=bank)
        with session.lock():
            session.save_evaluation(evaluation)
            write_report(session, bank)
        return evaluation

    def session_path(self, path: Path) -> Path:
        """`path`, or the folder of the session that it names: `last`, or the end of a name."""
        if path.exists() or len(path.parts) > 1 or path.suffix:
            return path
        return find_session(self.settings.sessions_home, str(path)).path

    def record(self, path: Path) -> InterviewRecord:
        """The interview in a session folder, a sound file or a transcript."""
        if path.is_file() and is_audio(path):
            return record_of(
                path,
                Hearing(self.hear, self.split, self.candidate_is, self.tell),
                self.bank,
                level=self.level or self.settings.level,
                question_id=self.question_id,
            )
        return open_record(path, self.bank, self.level)


def is_session(path: Path) -> bool:
    """Whether `path` is a session folder."""
    return (path / META_FILE).is_file()


def inputs(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The inputs meant by `paths`: a folder that is no session stands for what is in it."""
    for path in paths:
        if not path.is_dir() or is_session(path):
            yield path
            continue
        entries = sorted(path.iterdir())
        found = [e for e in entries if is_session(e) or e.suffix == ".json" or is_audio(e)]
        yield from found or [path]

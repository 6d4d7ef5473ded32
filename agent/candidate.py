"""The recorded candidate: sound files, and what each of them answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from importlib import resources
from pathlib import Path
from typing import get_args

from pydantic import Field, field_validator

from agent.moves import MoveKind
from prompts.errors import InputFileError
from prompts.question_bank import Area
from prompts.rubric import Level, Strict
from prompts.yaml_file import load_yaml

SCRIPT_NAME = "candidate.yaml"
SOUND_SUFFIXES = frozenset(
    {".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".aac", ".mp4", ".webm"}
)
PAUSE_MARK = re.compile(r"\s*\[\d+(?:\.\d+)? s\]\s*")
"""A silence in an answer's text, e.g. [2.5 s]; read by the script that renders the sound."""

PROBING: frozenset[MoveKind] = frozenset(
    {"probe", "deeper", "why", "how_much", "challenge", "deep_dive", "production", "scale_up"}
)
"""Moves about an area: an answer about that area fits even if it does not name the move."""
AREA_BOUND: frozenset[MoveKind] = frozenset({"probe", "deeper", "deep_dive"})
"""Moves about an area and nothing else: an answer about other areas would be beside the point."""
HELD: frozenset[MoveKind] = frozenset(
    {"twist", "reconcile", "reflect", "candidate_questions", "close"}
)
"""Answers to these only make sense after the move itself and are never given out in order."""

POINT_WEIGHT, KIND_WEIGHT, AREA_WEIGHT = 8, 4, 3
"""What makes an answer fit, in falling order: the very point, the kind of move, the area."""


class RecordedAnswer(Strict):
    """One recorded answer."""

    file: Path = Field(description="The sound file, relative to the script.")
    text: str = Field(default="", description="What is said; [2.5 s] is a silence.")
    to: tuple[MoveKind, ...] = Field(default=(), description="Interviewer's moves it answers.")
    about: tuple[Area, ...] = Field(default=(), description="Areas it is about.")
    points: tuple[str, ...] = Field(default=(), description="Ids of rubric points it covers.")
    spare: bool = Field(default=False, description="Only when nothing else is left.")

    @field_validator("to", mode="before")
    @classmethod
    def known_moves(cls, value: object) -> object:
        """A misspelt move is told with the near ones instead of the list of all thirty."""
        known = get_args(MoveKind)
        for kind in value if isinstance(value, list | tuple) else ():
            if kind not in known:
                raise ValueError(f"there is no move {kind!r}; known: {', '.join(known)}")
        return value

    @property
    def spoken(self) -> str:
        """The text without its marks of silence."""
        return PAUSE_MARK.sub(" ", self.text).strip()

    @property
    def held(self) -> bool:
        """Whether it answers nothing but moves that must have been made before."""
        return bool(self.to) and set(self.to) <= HELD

    def fits(self, kind: MoveKind, area: Area | None, point_id: str) -> int:
        """How well it answers such a move; 0 = not specially."""
        named = kind in self.to
        on_point = bool(point_id) and point_id in self.points
        on_area = area in self.about
        if not named and (self.held or kind not in PROBING):
            return 0
        if kind in AREA_BOUND and area and self.about and not (on_point or on_area):
            return 0
        return POINT_WEIGHT * on_point + KIND_WEIGHT * named + AREA_WEIGHT * on_area


class CandidateScript(Strict):
    """The file candidate.yaml."""

    voice: str = Field(default="", description="Who or what speaks.")
    question: str = Field(default="", description="Id of the question that is answered.")
    level: Level = "senior"
    answers: tuple[RecordedAnswer, ...] = Field(min_length=1)


class RecordedCandidate:
    """Gives out recorded answers, each once: the one that fits the move best, else the next."""

    def __init__(self, answers: Sequence[RecordedAnswer], script: CandidateScript | None) -> None:
        self.answers = tuple(answers)
        self.script = script
        self.used: set[int] = set()

    @classmethod
    def load(cls, path: Path) -> RecordedCandidate:
        """A folder with candidate.yaml, that file, a folder of sound files, or one sound file.

        Without a script the files are given out in the order of their names. Raises
        InputFileError (exit code 2) naming the file, and the line where a script is wrong.
        Whether the files hold sound is seen when they are decoded.
        """
        path = Path(path)
        if path.is_dir():
            script = path / SCRIPT_NAME
            return cls.from_script(script) if script.is_file() else cls.from_folder(path)
        if not path.is_file():
            raise InputFileError(path, "there is no such file or folder")
        if path.suffix.lower() in {".yaml", ".yml"}:
            return cls.from_script(path)
        return cls([RecordedAnswer(file=path)], None)

    @classmethod
    def from_script(cls, path: Path) -> RecordedCandidate:
        """The answers of a script, their files made absolute and seen to exist."""
        script = load_yaml(path, CandidateScript)
        answers = []
        for number, answer in enumerate(script.answers):
            file = (path.parent / answer.file).resolve()
            if not file.is_file():
                raise InputFileError(
                    path,
                    f"answers.{number}.file: there is no file {answer.file}",
                    line_no=line_of(path, str(answer.file)),
                    todo="Put the sound file beside the script, or correct its name.",
                )
            answers.append(answer.model_copy(update={"file": file}))
        return cls(answers, script)

    @classmethod
    def from_folder(cls, folder: Path) -> RecordedCandidate:
        """All sound files of a folder, in the order of their names."""
        try:
            files = sorted(
                entry for entry in folder.iterdir() if entry.suffix.lower() in SOUND_SUFFIXES
            )
        except OSError as error:
            raise InputFileError(folder, f"cannot be read ({error.strerror})") from error
        if not files:
            raise InputFileError(
                folder,
                f"holds neither {SCRIPT_NAME} nor a sound file",
                todo=f"Known kinds: {' '.join(sorted(SOUND_SUFFIXES))}.",
            )
        return cls([RecordedAnswer(file=file) for file in files], None)

    @property
    def question_id(self) -> str:
        """The question the recording answers; empty when it does not say."""
        return self.script.question if self.script else ""

    @property
    def level(self) -> Level | None:
        """The level the recording was made for; None when it does not say."""
        return self.script.level if self.script else None

    def mark_given(self, names: Collection[str]) -> None:
        """Answers whose files were played before a session was stopped are not given again."""
        self.used |= {n for n, answer in enumerate(self.answers) if answer.file.name in names}

    def next_answer(
        self, kind: MoveKind, area: Area | None = None, point_id: str = ""
    ) -> RecordedAnswer | None:
        """The best unused answer to such a move; None when the candidate has nothing more to say.

        First the one that fits best (ties in the order of the script), then the next in order,
        then a spare one; a question about an area nothing is left on gets the spare one first.
        Answers to a twist, a contradiction or the closing questions wait for these.
        """
        unused = [n for n in range(len(self.answers)) if n not in self.used]
        fits = {n: self.answers[n].fits(kind, area, point_id) for n in unused}
        fitting = [n for n in unused if fits[n] and not self.answers[n].spare]
        if fitting:
            chosen = max(fitting, key=lambda n: (fits[n], -n))
        else:
            in_order = [n for n in unused if not (self.answers[n].held or self.answers[n].spare)]
            spare = [n for n in unused if self.answers[n].spare and kind not in HELD]
            beside_the_point = kind in AREA_BOUND and area is not None
            rest = spare + in_order if beside_the_point else in_order + spare
            if not rest:
                return None
            chosen = rest[0]
        self.used.add(chosen)
        return self.answers[chosen]


def line_of(path: Path, words: str) -> int:
    """The first line of a file that holds `words`, from 1; 0 when none does."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if words in line), 0)


def demo_candidate() -> Path:
    """The folder of the candidate that ships with Viva."""
    return Path(str(resources.files("agent").joinpath("demo", "fraud-detection")))

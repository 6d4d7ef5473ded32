"""Reading the files of a session folder back, damage repaired."""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from pathlib import Path

from evaluation.json_lines import Lines, M, close_end, read_lines, set_aside
from evaluation.record import Speaker, Turn
from evaluation.session_lock import locked
from prompts.errors import InputFileError, VivaError


class SessionReader:
    """Reads the lines of one session and remembers what had to be repaired."""

    def __init__(self, folder: Path, *, repair: bool, held: bool = False) -> None:
        """Without `repair` the files are left as they are, damaged end included. `held`: the
        caller holds the session's lock already."""
        self.folder, self.repairs, self.held = folder, repair, held
        self.warnings: list[str] = []
        """One sentence each."""

    def turns(self, path: Path) -> list[Turn]:
        """turns.jsonl; a single unreadable line in the middle becomes an empty turn, and is said.

        The empty turn keeps the indices of all others, which evidence refers to.
        """
        turns: list[Turn] = []
        for index, entry in enumerate(self.lines(path, Turn)):
            turn = entry
            if turn is None:
                turn = Turn(turn=index, speaker=next_speaker(turns), text="")
            if turn.turn != index:
                raise InputFileError(
                    path,
                    f"turn {turn.turn} stands where turn {index} is expected",
                    line_no=index + 1,
                )
            turns.append(turn)
        return turns

    def lines(self, path: Path, model: type[M]) -> list[M | None]:
        """The lines of one file after repair; None for the one line that may be unreadable.

        Raises InputFileError with the line when more than the end and one other line are damaged.
        """
        lines = read_lines(path, model)
        middle = [damage for damage in lines.damage if not damage.last]
        if len(middle) > 1:
            raise InputFileError(path, middle[0].why, line_no=middle[0].line_no)
        for damage in middle:
            self.warnings.append(
                f"{path.name}, line {damage.line_no} cannot be read and is left out ({damage.why})."
            )
        if self.repairs:
            self.repair_end(path, lines)
        return list(lines.entries[:-1] if is_cut(lines) else lines.entries)

    def repair_end(self, path: Path, lines: Lines[M]) -> None:
        """Set a damaged last line aside, unless another process may just be writing it."""
        if not is_cut(lines) and not lines.open_end:
            return
        kept = "it is dropped here, the file is left as it is"
        with suppress(VivaError, OSError), nullcontext() if self.held else locked(self.folder):
            if lines.open_end:
                close_end(path)
                return
            set_aside(path, lines.damage[-1])
            kept = f"it is kept in {path.name}.damaged"
        if is_cut(lines):
            place = f"The last line of {path.name} (line {lines.damage[-1].line_no})"
            self.warnings.append(f"{place} is damaged: {kept}.")


def refuse_links(folder: Path) -> None:
    """InputFileError when something in `folder` is neither a plain file nor a folder.

    Through a link in a stranger's session a repair or a new report would change another file of
    the user's, and a pipe would never end. Viva itself makes neither.
    """
    try:
        with os.scandir(folder) as entries:
            odd = [
                entry.name
                for entry in entries
                if not entry.is_file(follow_symlinks=False)
                and not entry.is_dir(follow_symlinks=False)
            ]
    except OSError as error:
        raise InputFileError(folder, f"cannot be read ({error.strerror})") from error
    if odd:
        raise InputFileError(
            folder / min(odd),
            "is a link or a device, which no session of Viva holds",
            todo="Put the file itself there, or delete it.",
        )


def next_speaker(turns: list[Turn]) -> Speaker:
    """Whose turn follows: the interviewer begins, then they alternate."""
    return "candidate" if turns and turns[-1].speaker == "interviewer" else "interviewer"


def is_cut(lines: Lines[M]) -> bool:
    """True when the last line cannot be read."""
    return bool(lines.damage) and lines.damage[-1].last

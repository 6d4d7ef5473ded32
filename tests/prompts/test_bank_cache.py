"""The kept questions: the same as the files, never staler than them, and never needed."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from prompts.bank_cache import cache_folder, keep, recall
from prompts.question_bank import Question, bank_folder, load_question

SOME = sorted(bank_folder().glob("*.yaml"))[:3]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Three question files of one's own, and a cache folder that nobody has used."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return [Path(shutil.copy(path, tmp_path / path.name)) for path in SOME]


def test_what_is_recalled_equals_what_the_files_hold(files: list[Path]) -> None:
    assert recall(files, Question) is None
    questions = [load_question(path) for path in files]
    keep(files, questions, Question)
    assert recall(files, Question) == questions


def test_a_changed_or_added_file_is_not_recalled_and_the_old_copy_goes(files: list[Path]) -> None:
    keep(files, [load_question(path) for path in files], Question)
    assert recall(files[:2], Question) is None
    text = files[0].read_text(encoding="utf-8")
    files[0].write_text(text.replace("title: ", "title: Another ", 1), encoding="utf-8")
    assert recall(files, Question) is None
    keep(files, [load_question(path) for path in files], Question)
    found = recall(files, Question)
    assert found is not None
    assert found[0].title.startswith("Another ")
    assert len(list(cache_folder().glob("*"))) == 1


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'[{"id": "x"}, 1, 2]', b"\xff\xfe"])
def test_a_damaged_copy_is_not_believed(files: list[Path], content: bytes) -> None:
    keep(files, [load_question(path) for path in files], Question)
    (kept,) = cache_folder().glob("*.json")
    kept.write_bytes(content)
    assert recall(files, Question) is None


def test_a_cache_folder_that_cannot_be_made_is_no_fault(files: list[Path]) -> None:
    cache_folder().parent.parent.mkdir(parents=True, exist_ok=True)
    cache_folder().parent.write_text("a file stands here")
    keep(files, [load_question(path) for path in files], Question)
    assert recall(files, Question) is None


def test_recalling_takes_less_than_a_third_of_reading(files: list[Path]) -> None:
    def seconds_of_reading() -> float:
        start = time.perf_counter()
        keep(files, [load_question(path) for path in files], Question)
        return time.perf_counter() - start

    def seconds_of_recalling() -> float:
        start = time.perf_counter()
        assert recall(files, Question) is not None
        return time.perf_counter() - start

    reading = min(seconds_of_reading() for _ in range(3))
    recalling = min(seconds_of_recalling() for _ in range(3))
    assert recalling < reading / 3

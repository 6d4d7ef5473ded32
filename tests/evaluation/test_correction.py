"""A misheard word is put right beside what was heard, and the reader applies it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.correction import Correction, changes, numbered, with_text, with_words
from evaluation.record import Turn, Word
from evaluation.session import SessionFolder, now_utc

DATA = Path(__file__).parents[1] / "data" / "sessions"
HEARD = Turn(
    turn=1,
    speaker="candidate",
    text="I use logical regression, (mostly) because it is small.",
    words=tuple(
        Word(word=word, start_ms=i * 100, end_ms=i * 100 + 80, confidence=0.2 if i == 2 else 0.9)
        for i, word in enumerate(
            "I use logical regression, (mostly) because it is small.".split(" ")
        )
    ),
)


@pytest.fixture
def session(tmp_path: Path) -> SessionFolder:
    shutil.copytree(next(DATA.glob("2026-11-20-*")), tmp_path / "session")
    return SessionFolder.open(tmp_path / "session")


def stored(session: SessionFolder, turn: Turn) -> Correction:
    heard = session.heard_turns()[turn.turn]
    return Correction(
        turn=turn.turn, made=now_utc(), heard=heard.text, text=turn.text, words=turn.words
    )


def test_words_are_listed_with_numbers_and_the_doubtful_ones_marked() -> None:
    listed = numbered(HEARD)
    assert [each.number for each in listed] == list(range(1, 10))
    assert [each.text for each in listed if each.unsure] == ["logical"]


def test_a_replaced_word_keeps_its_time_and_its_punctuation_and_is_doubtful_no_more() -> None:
    turn = with_words(HEARD, {(3, 4): "logistic regression", (5, 5): "chiefly"})
    assert turn.text == "I use logistic regression, (chiefly) because it is small."
    assert not any(each.unsure for each in numbered(turn))
    assert [w.start_ms for w in turn.words] == [w.start_ms for w in HEARD.words]
    assert turn.words[5] == HEARD.words[5]


def test_a_doubtful_word_that_was_right_can_be_confirmed() -> None:
    turn = with_words(HEARD, {(3, 3): "logical"})
    assert turn.text == HEARD.text
    assert turn.words[2].confidence == 1.0


def test_words_can_be_added_and_taken_out() -> None:
    assert with_words(HEARD, {(5, 5): ""}).text == "I use logical regression, because it is small."
    longer = with_words(HEARD, {(9, 9): "small and quick"})
    assert longer.text.endswith("it is small and quick.")
    assert longer.words[-1].end_ms == HEARD.words[-1].end_ms


def test_a_number_the_turn_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="words 1 to 9"):
        with_words(HEARD, {(10, 10): "x"})


@given(st.text(alphabet="ab ,.?(é%\u0130", max_size=60))
def test_any_text_keeps_words_and_text_together_and_time_in_order(text: str) -> None:
    turn = with_text(HEARD, text)
    assert [word.word for word in turn.words] == turn.text.split()
    starts = [word.start_ms for word in turn.words]
    assert starts == sorted(starts)
    assert all(word.start_ms <= word.end_ms for word in turn.words)


def test_a_correction_is_read_back_and_what_was_heard_is_still_there(
    session: SessionFolder,
) -> None:
    before = session.turns_path.read_bytes()
    heard = session.turns()[3]
    session.correct(stored(session, with_text(heard, "Something else entirely")))
    again = SessionFolder.open(session.path)
    assert again.turns()[3].text == "Something else entirely"
    assert again.record().turns[3].text == "Something else entirely"
    assert again.record().heard == {3: heard.text}
    assert again.heard_turns()[3] == heard
    assert session.turns_path.read_bytes() == before
    assert session.corrections_path.stat().st_mode & 0o077 == 0


def test_the_last_correction_counts_and_can_be_taken_back(session: SessionFolder) -> None:
    heard = session.turns()[3]
    session.correct(stored(session, with_text(heard, "First try")))
    session.correct(stored(session, with_text(heard, "Second try")))
    assert SessionFolder.open(session.path).turns()[3].text == "Second try"
    session.correct(stored(session, heard))
    again = SessionFolder.open(session.path)
    assert again.turns()[3] == heard
    assert again.record().heard == {}
    assert len(session.corrections_path.read_text().splitlines()) == 3


def test_a_turn_that_went_on_after_its_correction_keeps_what_was_heard_last(
    session: SessionFolder,
) -> None:
    last = session.turns()[-1]
    session.correct(stored(session, with_text(last, "Corrected")))
    longer = last.model_copy(update={"text": last.text + " And one thing more."})
    session.amend_turn(longer)
    assert SessionFolder.open(session.path).turns()[-1] == longer


def test_a_cut_off_correction_does_not_spoil_the_session(session: SessionFolder) -> None:
    session.correct(stored(session, with_text(session.turns()[3], "Kept")))
    with session.corrections_path.open("ab") as file:
        file.write(b'{"turn": 3, "made": "2026')
    again = SessionFolder.open(session.path)
    assert again.turns()[3].text == "Kept"
    assert "corrections.jsonl" in again.warnings[0]


def test_changes_name_only_the_words_that_differ() -> None:
    found = changes(HEARD.text, with_words(HEARD, {(3, 3): "logistic"}).text)
    assert [(each.heard, each.now) for each in found] == [("logical", "logistic")]

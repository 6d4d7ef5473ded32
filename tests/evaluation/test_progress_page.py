"""Progress and comparison as pages: self-contained, escaped, and saying what there is not."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evaluation.compare import Attempt, compare
from evaluation.compare_page import render_comparison
from evaluation.compare_text import lines
from evaluation.history import History, Past, read_history
from evaluation.progress import progress
from evaluation.progress_page import render_progress
from evaluation.result import CriterionResult, Evaluation, Evidence, PointVerdict
from evaluation.session import SessionFolder
from evaluation.session_meta import PlannedQuestion, SessionMeta, TwinNote
from prompts.question_bank import load_bank

DATA = Path(__file__).parents[1] / "data" / "sessions"
BANK = load_bank()
NOW = datetime(2026, 12, 20, tzinfo=UTC)
HOSTILE = '<script src="http://evil.example/x.js">alert(1)</script>'


class Seen(HTMLParser):
    """What a browser would load and show."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.policy = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = dict(attrs)["content"] or ""
        self.addresses += [v or "" for name, v in attrs if name in ("href", "src", "action")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def stored(tmp_path: Path) -> SessionFolder:
    shutil.copytree(next(DATA.glob("2026-11-20-*")), tmp_path / "home" / "session")
    return SessionFolder.open(tmp_path / "home" / "session")


def attempt(session: SessionFolder) -> Attempt:
    evaluation = session.evaluation()
    assert evaluation is not None
    return Attempt(session.record(), evaluation, session.meta)


def self_contained(page: str) -> Seen:
    seen = Seen(page)
    assert "script" not in seen.tags
    assert all(address.startswith("#") for address in seen.addresses)
    assert "default-src 'none'" in seen.policy
    assert "url(" not in page
    return seen


def test_progress_of_a_real_session_shows_where_it_stands_and_what_to_do(tmp_path: Path) -> None:
    stored(tmp_path)
    made = progress(read_history(tmp_path / "home"), BANK, now=NOW)
    seen = self_contained(render_progress(made))
    assert made.weakest is not None
    assert f"{made.weakest.name} holds you back" in seen.text
    assert made.drill.command in seen.text
    assert "Fraud detection for card payments" in seen.text
    scored = [line for line in made.criteria if line.scores]
    assert seen.tags.count("figure") == 1 + len(scored)


def test_an_empty_home_makes_a_page_that_says_how_to_begin() -> None:
    seen = self_contained(render_progress(progress(History(()), BANK, now=NOW)))
    assert "Nothing is scored yet" in seen.text
    assert "viva drill clarifying" in seen.text


def test_what_a_session_says_is_escaped_on_the_page() -> None:
    meta = SessionMeta(
        id="00000001",
        created=NOW - timedelta(days=1),
        level="senior",
        minutes=5,
        persona="warm-coach",
        brain="offline",
        questions=(PlannedQuestion(id=HOSTILE, text=HOSTILE, type="design"),),
    )
    history = History((Past(meta, None, "x"),), problems=(HOSTILE,))
    seen = self_contained(render_progress(progress(history, BANK, now=NOW)))
    assert HOSTILE in seen.text


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Attempt, Attempt]:
    """A session, and the same talk in which something more was said, hostile and overlapping."""
    read = attempt(stored(tmp_path))
    long = Evidence(turn=3, quote=f"I give up recall, {HOSTILE}", start_ms=61_000)
    part = Evidence(turn=3, quote="I give up recall", start_ms=61_000)

    def with_points(score: float, *quotes: Evidence) -> Attempt:
        question = read.evaluation.questions[0]
        trade_offs = question.criteria["trade_offs"]
        first, second = (point.point for point in trade_offs.points[:2])
        points = tuple(
            PointVerdict(point=name, anchor=3, state="present" if quotes else "absent", quotes=each)
            for name, each in zip((first, second), [(q,) for q in quotes] or [(), ()], strict=True)
        )
        result = trade_offs.model_copy(update={"score": score, "points": points})
        criteria: dict[str, CriterionResult] = {**question.criteria, "trade_offs": result}
        changed = question.model_copy(update={"criteria": criteria})
        evaluation = read.evaluation.model_copy(update={"questions": (changed,)})
        return Attempt(read.record, evaluation, read.meta)

    before, better = with_points(2.5), with_points(4.0, long, part)
    assert before.meta is not None
    twin = TwinNote(question_id="fraud-detection", seed=1, factors={}, changed={})
    meta = before.meta.model_copy(update={"twins": (twin,)})
    after = Attempt(better.record, better.evaluation, meta)
    return before, after


def test_both_attempts_stand_side_by_side_with_the_sentence_once(
    pair: tuple[Attempt, Attempt],
) -> None:
    comparison = compare(*pair, BANK)
    seen = self_contained(render_comparison(comparison))
    assert "Up in 1 of" in seen.text
    assert "2.5 → 4 +1.5" in seen.text
    (only,) = comparison.questions[0].said_now
    assert only.quote.endswith(HOSTILE)
    assert len(only.shows) == 2
    assert seen.text.count("I give up recall") == 1
    assert "shifted twin" in seen.text
    assert "Time per phase" in seen.text


def test_the_comparison_fits_80_columns(pair: tuple[Attempt, Attempt]) -> None:
    told = lines(compare(*pair, BANK))
    assert max(len(line) for line in told) <= 80
    assert any("shifted twin" in line for line in told)


def test_attempts_with_nothing_in_common_make_a_page_that_says_so(
    pair: tuple[Attempt, Attempt],
) -> None:
    first, second = pair
    other = second.evaluation.questions[0].model_copy(update={"question_id": "bread"})
    changed: Evaluation = second.evaluation.model_copy(update={"questions": (other,)})
    seen = self_contained(
        render_comparison(compare(first, Attempt(second.record, changed, second.meta), BANK))
    )
    assert "Nothing to compare" in seen.text
    assert re.search(r"Only then: fraud-detection\s+Only now: bread", seen.text)

"""The report says what the evaluation holds, and nothing in a session can act inside the page."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from evaluation.correction import Correction, with_words
from evaluation.doubtful import holds_doubt
from evaluation.record import Turn, Word
from evaluation.report import render
from evaluation.report_criteria import Sound
from evaluation.report_json import to_json
from evaluation.report_markdown import to_markdown
from evaluation.report_picture import timeline
from evaluation.report_view import view_report
from evaluation.result import Evaluation
from evaluation.session import SessionFolder, now_utc
from prompts.question_bank import QuestionBank, bank_folder, load_question
from prompts.rubric import load_rubric

DATA = Path(__file__).parents[1] / "data" / "sessions"
SOUND = b"\xff\xfb\x90\x00" * 50
LENGTH_MS = 195_700
HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    " \"'`&\u202egnihton\x00\x1b {{7*7}}"
)


class Page(HTMLParser):
    """Every element of a page with its attributes, and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def with_attribute(self, name: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.elements if name in attributes]


@pytest.fixture
def session(tmp_path: Path) -> SessionFolder:
    shutil.copytree(next(DATA.glob("2026-11-20-*")), tmp_path / "session")
    return SessionFolder.open(tmp_path / "session")


@pytest.fixture(scope="module")
def bank() -> QuestionBank:
    return QuestionBank([load_question(bank_folder() / "fraud-detection.yaml")])


def stored(session: SessionFolder) -> Evaluation:
    evaluation = session.evaluation()
    assert evaluation is not None
    return evaluation


def html_of(session: SessionFolder, bank: QuestionBank, sound: bytes | None = SOUND) -> str:
    return render(
        session.record(),
        stored(session),
        bank,
        load_rubric(),
        session.meta,
        sound=sound,
        sound_ms=LENGTH_MS if sound else None,
    )


def test_the_first_screen_says_verdict_blocking_criterion_and_next_step(
    session: SessionFolder, bank: QuestionBank
) -> None:
    text = " ".join(Page(html_of(session, bank)).text.split())
    first_screen = text[: text.index("How it was judged")]
    assert "Below the senior bar" in first_screen
    assert "What stands in the way Trade-off discussion" in first_screen
    assert "For each choice finish the sentence" in first_screen


def test_what_could_not_be_judged_is_said_with_its_reason_and_never_as_a_score(
    session: SessionFolder, bank: QuestionBank
) -> None:
    view = view_report(session.record(), stored(session), bank, load_rubric())
    states = {each.key: each.state for each in view.questions[0].criteria}
    assert states["adaptability"] == "unknown"
    assert states["ownership"] == "off"
    text = " ".join(Page(html_of(session, bank)).text.split())
    assert "could not judge A quarter of the words of the answer to the twist" in text
    assert "Not applicable: Ownership and impact (Ownership is judged" in text


def test_a_low_confidence_shows_a_range(session: SessionFolder, bank: QuestionBank) -> None:
    view = view_report(session.record(), stored(session), bank, load_rubric())
    bands = {each.key: each.band for each in view.questions[0].criteria if each.band}
    assert bands == {"business_alignment": (3.0, 4.0)}


def test_the_sheet_shows_what_was_asked_and_what_was_not(
    session: SessionFolder, bank: QuestionBank
) -> None:
    view = view_report(session.record(), stored(session), bank, load_rubric())
    sheet = view.questions[0].sheet
    asked = {each.fact.id: each.turn for each in sheet if each.asked}
    assert asked == {"goal": 2, "decision-time": 2, "error-costs": 4}
    assert len(sheet) == len(bank.get("fraud-detection").facts)
    assert [each.fact.weight for each in sheet] == sorted(
        (each.fact.weight for each in sheet), reverse=True
    )


def test_the_notebook_tells_each_move_with_its_reason_and_trigger(
    session: SessionFolder, bank: QuestionBank
) -> None:
    text = " ".join(Page(html_of(session, bank)).text.split())
    assert "Asked why Data and model A choice was made without a reason." in text
    assert "You had said For the model I would use gradient boosted trees" in text
    assert "Changed a constraint Twist The design stands" in text
    assert "Hoped for: Handles labels that arrive weeks late" in text


def test_every_play_button_lies_inside_the_recording_and_covers_its_quote(
    session: SessionFolder, bank: QuestionBank
) -> None:
    buttons = Page(html_of(session, bank)).with_attribute("data-from")
    assert len(buttons) > 40
    for button in buttons:
        start, end = int(button["data-from"]), int(button["data-to"])
        assert 0 <= start < end <= LENGTH_MS
    evidence = stored(session).questions[0].criteria["trade_offs"].evidence[0]
    clip = Sound(session.turns(), LENGTH_MS).evidence(evidence).clip
    assert clip is not None
    assert evidence.start_ms is not None
    assert evidence.end_ms is not None
    assert clip.start_ms < evidence.start_ms < evidence.end_ms <= clip.end_ms


def test_without_sound_there_are_no_buttons_and_quotes_lead_to_the_transcript(
    session: SessionFolder, bank: QuestionBank
) -> None:
    page = Page(html_of(session, bank, sound=None))
    assert page.with_attribute("data-from") == []
    assert not [tag for tag, _ in page.elements if tag in ("audio", "button")]
    assert any(each["href"] == "#turn-7" for each in page.with_attribute("href"))


def test_every_link_leads_to_a_place_in_the_page(
    session: SessionFolder, bank: QuestionBank
) -> None:
    page = Page(html_of(session, bank))
    ids = [each["id"] for each in page.with_attribute("id")]
    assert len(ids) == len(set(ids))
    assert {each["href"] for each in page.with_attribute("href")} <= {f"#{each}" for each in ids}


def test_the_page_asks_nobody_for_anything(session: SessionFolder, bank: QuestionBank) -> None:
    html = html_of(session, bank)
    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(", html)
    page = Page(html)
    assert [each["src"][:15] for each in page.with_attribute("src")] == ["data:audio/mpeg"]
    policy = next(each["content"] for each in page.with_attribute("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert page.with_attribute("style") == []


def hostile(value: Any) -> Any:
    """The same structure with every free text replaced."""
    kept = {"format", "level", "status", "result", "state", "type", "blocking", "weight"}
    kept |= {"speaker", "criterion", "level_reads_as", "question_id", "id", "point", "created"}
    kept |= {"event", "fact", "fact_ids", "phase", "twist_id", "point_id"}
    if isinstance(value, dict):
        return {
            k: v if k in kept and not isinstance(v, list) else hostile(v) for k, v in value.items()
        }
    if isinstance(value, list):
        return [hostile(each) for each in value]
    return HOSTILE if isinstance(value, str) else value


def test_hostile_text_in_every_field_stays_text(session: SessionFolder, bank: QuestionBank) -> None:
    plain = Page(html_of(session, bank))
    evaluation = Evaluation.model_validate(hostile(stored(session).model_dump(mode="json")))
    record = session.record()
    turns = tuple(
        type(turn).model_validate(hostile(turn.model_dump(mode="json"))) for turn in record.turns
    )
    events = tuple(
        type(event).model_validate(hostile(event.model_dump(mode="json")))
        for event in record.events
    )
    meta = type(session.meta).model_validate(hostile(session.meta.model_dump(mode="json")))
    attacked = type(record)(
        HOSTILE,
        record.level,
        tuple(replace(each, text=HOSTILE) for each in record.questions),
        turns,
        events,
        warnings=(HOSTILE,),
        heard={1: "before " + HOSTILE, 3: HOSTILE},
    )
    meta = meta.model_copy(update={"persona_data": {"name": HOSTILE}})
    html = render(attacked, evaluation, bank, load_rubric(), meta, sound=SOUND, sound_ms=LENGTH_MS)
    page = Page(html)
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == [tag for tag, _ in plain.elements].count("script") == 1
    assert "img" not in tags
    names = {name for _, attributes in page.elements for name in attributes}
    assert names <= {name for _, attributes in plain.elements for name in attributes}
    assert not re.search("[\x00-\x08\x0b-\x1f]", html)
    assert "49" not in re.findall(r"gnihton.{0,12}", html)[0]
    html.encode("utf-8")

    assert "before " in page.text
    assert (
        HOSTILE[:40]
        in json.loads(to_json(attacked, evaluation, bank, load_rubric(), meta))["turns"][1]["heard"]
    )

    markdown = to_markdown(attacked, evaluation, bank, load_rubric(), meta)
    assert not re.search(r"(?<!\\)<", markdown)
    assert "\u202e" not in markdown


def test_a_text_in_another_direction_does_not_turn_its_surroundings(
    session: SessionFolder, bank: QuestionBank
) -> None:
    page = Page(html_of(session, bank))
    quotes = [attributes for tag, attributes in page.elements if tag == "q"]
    assert quotes
    assert all(each.get("dir") == "auto" for each in quotes)


def test_the_transcript_marks_evidence_and_unsure_words_and_keeps_the_text(
    session: SessionFolder, bank: QuestionBank
) -> None:
    view = view_report(session.record(), stored(session), bank, load_rubric())
    for each in view.turns:
        assert "".join(piece.text for piece in each.pieces) == each.turn.text
    marked = [
        p.text for each in view.turns for p in each.pieces if "Trade-off discussion" in p.criteria
    ]
    assert "".join(marked).startswith("they handle mixed features well")
    unsure = [p.text for each in view.turns for p in each.pieces if p.unsure]
    assert unsure == ["velocity", "randomise"]


def test_a_single_question_is_judged_where_the_session_has_no_verdict(
    session: SessionFolder, bank: QuestionBank
) -> None:
    evaluation = stored(session)
    undetermined = evaluation.verdict.model_copy(
        update={"result": "undetermined", "blocking": None, "reason": "Too few questions."}
    )
    view = view_report(
        session.record(),
        evaluation.model_copy(update={"verdict": undetermined}),
        bank,
        load_rubric(),
    )
    assert view.headline == "Below the senior bar on this question"
    assert view.remark == "Too few questions."
    assert view.blocking is not None
    assert view.blocking.key == "trade_offs"


def test_several_questions_share_one_profile_and_keep_their_own_places(
    session: SessionFolder, bank: QuestionBank
) -> None:
    evaluation = stored(session)
    first = evaluation.questions[0]
    second = first.model_copy(update={"question_id": "of-my-own", "text": "Design bread."})
    both = evaluation.model_copy(update={"questions": (first, second)})
    page = Page(render(session.record(), both, bank, load_rubric()))
    ids = [each["id"] for each in page.with_attribute("id")]
    assert len(ids) == len(set(ids))
    assert {"q1-c1", "q2-c1", "q1-sheet"} <= set(ids)
    assert "q2-sheet" not in ids
    assert "Design bread." in page.text
    first_screen = " ".join(page.text.split()).partition("Profile against")[0]
    assert "Design bread.: Below the senior bar" in first_screen
    assert "Trade-off discussion, 2.5 of 5 on question 1." in first_screen
    assert "4 · 4" in page.text


def test_an_evaluation_without_questions_still_makes_a_page(
    session: SessionFolder, bank: QuestionBank
) -> None:
    empty = stored(session).model_copy(update={"questions": ()})
    assert "Interview" in Page(render(session.record(), empty, bank, load_rubric())).text


def test_markdown_holds_the_same_findings(session: SessionFolder, bank: QuestionBank) -> None:
    text = to_markdown(session.record(), stored(session), bank, load_rubric(), session.meta)
    assert text.startswith("# Below the senior bar: Fraud detection for card payments\n")
    assert "| Trade-off discussion | 2.5 | 4 | 1.5 below the senior bar of 4 |" in text
    assert "not start there.” (turn 7, 1:2" in text
    assert "## The interviewer's notebook" in text
    assert "Delivery (shown, never scored)" in text


def test_what_was_put_right_stands_beside_what_was_heard(
    session: SessionFolder, bank: QuestionBank
) -> None:
    heard = session.turns()[3]
    said = with_words(heard, {(1, 1): "Logistic"})
    session.correct(
        Correction(turn=3, made=now_utc(), heard=heard.text, text=said.text, words=said.words)
    )
    page = Page(html_of(session, bank))
    assert [tag for tag, _ in page.elements].count("del") == 1
    first = heard.text.split()[0]
    assert f"You put right: {first} → {said.text.split()[0]}" in " ".join(page.text.split())
    exported = json.loads(to_json(session.record(), stored(session), bank, load_rubric()))
    assert exported["turns"][3]["heard"] == heard.text
    assert exported["turns"][3]["turn"]["text"] == said.text
    assert exported["turns"][5]["heard"] is None


def test_findings_on_doubtful_terms_are_counted_and_small_words_are_not(
    session: SessionFolder, bank: QuestionBank
) -> None:
    record, evaluation = session.record(), stored(session)
    view = view_report(record, evaluation, bank, load_rubric())
    quotes = {
        (e.turn, e.quote) for c in evaluation.questions[0].criteria.values() for e in c.evidence
    }
    assert view.doubtful.of == len(quotes)
    assert view.doubtful.findings < view.doubtful.of
    turn, quote = next(each for each in sorted(quotes) if "because" in each[1] or len(each[1]) > 30)
    long = next(word for word in quote.split() if len(word.strip(",.")) >= 5)
    for word, counted in ((long, True), ("and", False)):
        text = f"and {quote} and"
        doubted = Turn(
            turn=0,
            speaker="candidate",
            text=text,
            words=(Word(word=word, start_ms=0, end_ms=1, confidence=0.1),),
        )
        assert holds_doubt(doubted, quote) is counted
    assert not holds_doubt(record.turns[turn].model_copy(update={"words": ()}), quote)


def test_the_timeline_marks_what_was_missing_only_for_criteria_short_of_the_bar(
    session: SessionFolder, bank: QuestionBank
) -> None:
    view = view_report(session.record(), stored(session), bank, load_rubric(), sound_ms=LENGTH_MS)
    picture = timeline(view)
    assert picture is not None
    labels = " ".join(mark.label for mark in picture.lacks)
    short = [c for c in view.questions[0].criteria if c.state == "short" and c.missing]
    fine = [c for c in view.questions[0].criteria if c.state == "reached" and c.missing]
    assert short
    assert all(f"{c.name}, missing: {c.missing[0]}" in labels for c in short)
    assert not any(f"{c.name}, missing" in labels for c in fine)
    assert all(mark.clip is not None for mark in picture.lacks)


def test_where_nothing_blocks_the_criterion_nearest_to_the_bar_is_named(
    session: SessionFolder, bank: QuestionBank
) -> None:
    evaluation = stored(session)
    question = evaluation.questions[0]
    passed = {
        key: result.model_copy(update={"score": 4.6 if key != "trade_offs" else 4.1})
        if result.score is not None
        else result
        for key, result in question.criteria.items()
    }
    meets = evaluation.verdict.model_copy(update={"result": "meets", "blocking": None})
    question = question.model_copy(update={"criteria": passed, "verdict": meets})
    evaluation = evaluation.model_copy(update={"questions": (question,), "verdict": meets})
    view = view_report(session.record(), evaluation, bank, load_rubric())
    assert view.blocking is None
    assert view.nearest is not None
    assert view.nearest.key == "trade_offs"
    assert "Nearest to the bar Trade-off discussion, 4.1 of 5" in " ".join(
        Page(render(session.record(), evaluation, bank, load_rubric())).text.split()
    )


def test_sound_beside_the_page_is_named_and_allowed_and_nothing_else(
    session: SessionFolder, bank: QuestionBank
) -> None:
    record, evaluation = session.record(), stored(session)
    name = 'my "talk" #1.mp3'
    html = render(record, evaluation, bank, load_rubric(), sound_file=name, sound_ms=LENGTH_MS)
    page = Page(html)
    assert [each["src"] for each in page.with_attribute("src")] == ["my%20%22talk%22%20%231.mp3"]
    policy = next(each["content"] for each in page.with_attribute("http-equiv"))
    assert "media-src 'self' file:;" in policy
    assert len(page.with_attribute("data-from")) > 40

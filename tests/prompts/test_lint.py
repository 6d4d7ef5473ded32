"""The linter: shipped questions are clean, and each rule fires at the line of its fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from prompts.lint import Finding, lint
from prompts.lint_text import PRAISE, holds, numbers, sentences
from prompts.question_bank import bank_folder, load_question

FILES = sorted(bank_folder().glob("*.yaml"))
METHOD = bank_folder() / "class-imbalance.yaml"
DESIGN = bank_folder() / "fraud-detection.yaml"

Change = Callable[[dict[str, Any]], None]


def changed(tmp_path: Path, change: Change, source: Path = METHOD) -> tuple[Path, list[Finding]]:
    """A shipped question with one thing made wrong, written to a file, loaded and linted."""
    data = yaml.safe_load(source.read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / source.name
    path.write_text(yaml.safe_dump(data, sort_keys=False, width=10_000), encoding="utf-8")
    return path, lint([(path, load_question(path))])


def put(*place: str | int, value: Any) -> Change:
    """A change that sets one value, e.g. put("facts", 0, "say", value="...")."""

    def change(data: dict[str, Any]) -> None:
        inner: Any = data
        for part in place[:-1]:
            inner = inner[part]
        inner[place[-1]] = value

    return change


def cut(*place: str | int, to: int) -> Change:
    """A change that leaves only the first `to` items of a list."""

    def change(data: dict[str, Any]) -> None:
        inner: Any = data
        for part in place:
            inner = inner[part]
        del inner[to:]

    return change


def each(name: str, key: str, value: Any) -> Change:
    """A change that sets `key` of all facts or points."""

    def change(data: dict[str, Any]) -> None:
        for item in data[name]:
            item[key] = value

    return change


def test_all_shipped_questions_are_clean() -> None:
    findings = lint((path, load_question(path)) for path in FILES)
    assert [finding for finding in findings if finding.severity == "error"] == []


def test_a_question_rewritten_without_a_change_stays_clean(tmp_path: Path) -> None:
    assert changed(tmp_path, lambda data: None)[1] == []


LONG = "so " * 36 + "on"

SINGLE_FAULTS: list[tuple[str, Change, str, str]] = [
    ("asks", cut("facts", 0, "asks", to=4), "4 asks, at least 5", "asks:"),
    ("exemplars", cut("points", 1, "exemplars", to=3), "3 exemplars", "exemplars:"),
    ("probes", cut("points", 1, "probes", to=1), "1 probes, at least 2", "probes:"),
    ("points", cut("points", to=7), "7 points, at least 8", "points:"),
    ("twists", cut("twists", to=1), "1 twists, at least 2", "twists:"),
    ("red flags", cut("red_flags", to=2), "2 red flags", "red_flags:"),
    ("vocabulary", cut("vocabulary", to=11), "11 vocabulary terms", "vocabulary:"),
    ("must-haves", each("points", "must_have", False), "0 must-have points", "points:"),
    ("level mix", each("points", "level", "mid"), "0 points of level junior", "points:"),
    ("areas", each("points", "area", "data"), "1 areas among", "points:"),
    ("ownership", put("type", value="behavioural"), "no point on ownership", "points:"),
    ("fact length", put("facts", 0, "say", value=LONG), "37 words, at most 35", "say:"),
    ("sentences", put("facts", 0, "say", value="One. Two. Three."), "more than 2", "say:"),
    ("fact asks back", put("facts", 0, "say", value="Why?"), "1 question marks", "say:"),
    ("probe length", put("points", 0, "probes", 0, "ask", value=LONG + "?"), "37 words", "- ask:"),
    (
        "two questions",
        put("points", 0, "probes", 0, "deeper", value="Why? How?"),
        "2 question marks instead of 1",
        "deeper:",
    ),
    (
        "no question",
        put("points", 0, "probes", 0, "ask", value="Tell me more about it."),
        "0 question marks",
        "- ask:",
    ),
    ("twist length", put("twists", 0, "say", value=LONG + "?"), "37 words", "say:"),
    (
        "twist end",
        put("twists", 0, "say", value="What now? The rate has tripled."),
        "a twist ends in its question",
        "say:",
    ),
    ("answer", put("strong_answer", value="Too short."), "2 words, not between", "strong_answer:"),
    (
        "praise in a probe",
        put("points", 0, "probes", 0, "deeper", value="Great, and what comes after that?"),
        "praises: 'Great'",
        "deeper:",
    ),
    (
        "praise in a hint",
        put("hints", 0, value="That was a good answer. What worries you?"),
        "praises: 'good answer'",
        "- That was",
    ),
    (
        "leaking probe",
        put("points", 2, "probes", 0, "ask", value="Would you use Class Weights for that?"),
        "'class weights' is a term of its point",
        "- ask:",
    ),
    (
        "figure in a probe",
        put("points", 2, "probes", 0, "ask", value="What do you do with 60,000 of them?"),
        "gives away the figure 60000",
        "- ask:",
    ),
    (
        "figure in a hint",
        put("hints", 1, value="Think of the 2400 euros."),
        "gives away the figure 2400",
        "- Think of the 2400",
    ),
    (
        "term in a hint",
        put("hints", 0, value="Have you thought of the threshold?"),
        "hint 1 holds 'threshold', a term of the point 'cost-threshold'",
        "- Have you",
    ),
    (
        "fact in the prompt",
        put("prompt", value="How do you use a low base rate?"),
        "the prompt holds 'base rate'",
        "prompt:",
    ),
    (
        "shared term",
        put("facts", 1, "terms", value=["Base Rate"]),
        "the term 'Base Rate' also points at the fact 'base-rate'",
        "- Base Rate",
    ),
    (
        "equal hints",
        put("hints", 1, value="Think of the claim that matters and the many that do not. What "
            "worries you about that, for the company rather than for the model?"),
        "stands twice in this question",
        "- Think of the claim",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "what", "line"),
    [case[1:] for case in SINGLE_FAULTS],
    ids=[c[0] for c in SINGLE_FAULTS],
)
def test_a_fault_is_found_and_its_line_shows_the_place(
    tmp_path: Path, change: Change, what: str, line: str
) -> None:
    path, findings = changed(tmp_path, change)
    found = [finding for finding in findings if what in finding.what]
    assert found, [finding.what for finding in findings]
    assert found[-1].severity == "error"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[found[-1].line_no - 1].strip().startswith(line)


def test_a_design_needs_heavy_facts_and_all_weights(tmp_path: Path) -> None:
    _, findings = changed(tmp_path, each("facts", "weight", 2), DESIGN)
    assert [finding.what for finding in findings] == [
        "0 facts of weight 3, at least 2 are needed",
        "no fact has weight 1",
        "no fact has weight 3",
    ]


def test_a_wording_that_only_another_fact_would_catch_is_a_warning(tmp_path: Path) -> None:
    change = put("facts", 0, "asks", 0, value="Is the review capacity known?")
    _, findings = changed(tmp_path, change)
    assert [(f.severity, "'capacity'" in f.what) for f in findings] == [("warning", True)]


def test_a_single_word_that_fits_any_question_is_a_warning_as_a_term(tmp_path: Path) -> None:
    _, findings = changed(tmp_path, put("facts", 0, "terms", 0, value="many"))
    assert [(f.severity, "'many'" in f.what) for f in findings] == [("warning", True)]


def test_a_second_twist_of_the_same_kind_is_a_warning(tmp_path: Path) -> None:
    _, findings = changed(tmp_path, put("twists", 1, "kind", value="market"))
    assert [finding.severity for finding in findings] == ["warning"]


def test_sentences_and_ids_shared_by_two_questions_are_found_once(tmp_path: Path) -> None:
    copy = tmp_path / "copy.yaml"
    copy.write_text(METHOD.read_text(encoding="utf-8"), encoding="utf-8")
    text = DESIGN.read_text(encoding="utf-8")
    reflect = load_question(METHOD).reflect
    borrowed = tmp_path / "borrowed.yaml"
    borrowed.write_text(text.replace(load_question(DESIGN).reflect, reflect), encoding="utf-8")

    same_id = lint([(METHOD, load_question(METHOD)), (copy, load_question(copy))])
    assert [f.what.split(" is also")[0] for f in same_id] == ["the id 'class-imbalance'"]
    assert (same_id[0].path, same_id[0].line_no) == (copy, 1)

    shared = lint([(METHOD, load_question(METHOD)), (borrowed, load_question(borrowed))])
    assert len(shared) == 1
    assert shared[0].what.startswith("stands in 'class-imbalance' as well")
    assert shared[0].path == borrowed


def test_a_file_that_has_gone_since_it_was_loaded_is_linted_without_lines(tmp_path: Path) -> None:
    path, _ = changed(tmp_path, cut("red_flags", to=1))
    question = load_question(path)
    path.unlink()
    assert [(f.line_no, f.severity) for f in lint([(path, question)])] == [(0, "error")]


def test_findings_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    def spoil(data: dict[str, Any]) -> None:
        cut("red_flags", to=1)(data)
        cut("vocabulary", to=9)(data)
        cut("points", 0, "exemplars", to=3)(data)

    _, findings = changed(tmp_path, spoil)
    assert [f.line_no for f in findings] == sorted(f.line_no for f in findings)
    assert len(findings) == 3


def test_terms_are_matched_as_whole_words() -> None:
    assert holds("Is a 3-D Secure step possible?", "3-d secure")
    assert not holds("translate it", "late")


def test_figures_and_sentences_are_read_as_they_are_spoken() -> None:
    assert numbers("1,200 a second, 1.2 percent, 3-D Secure, p99") == {"1200", "1.2"}
    assert sentences("It is 1.5 percent. Really.") == 2


@pytest.mark.parametrize(
    "text",
    ["Great, what next?", "That's a good point.", "Well done.", "Hm. Exactly, and then?"],
)
def test_praise_is_recognised(text: str) -> None:
    assert PRAISE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "How many good customers are declined?",
        "The pilot report looked excellent and nothing was found.",
        "What exactly goes wrong, and what is the right answer time?",
        "It can look perfectly normal.",
    ],
)
def test_describing_something_as_good_is_not_praise(text: str) -> None:
    assert not PRAISE.search(text)

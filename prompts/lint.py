"""What a question file can get wrong although it loads: gaps, leaks, doubles, lengths, praise.

The schema (`prompts/question_bank.py`) says what a question is made of; these rules say what makes
it usable in an interview. Every rule is a function from a question to remarks about places in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import yaml

from prompts.errors import InputFileError
from prompts.lint_text import PRAISE, holds, numbers, plain, sentences
from prompts.persona import Persona
from prompts.question_bank import Question
from prompts.rubric import Level, QuestionType
from prompts.term_words import tells_little
from prompts.yaml_file import Loader, read_text

Severity = Literal["error", "warning"]
Place = tuple[str | int, ...]

ASKS_AT_LEAST = 5
"""Wordings per fact. Recognised speech varies: fewer and the reader misses plain requests."""
EXEMPLARS_AT_LEAST = 4
"""Spoken sentences per point; the offline reader compares an answer with each of them."""
PROBES_AT_LEAST = 2
"""Probes per point: a point probed a second time must not hear the same sentence again."""
POINTS_AT_LEAST: dict[QuestionType, int] = {"design": 10, "operations": 10}
POINTS_AT_LEAST_ELSE = 8
POINTS_AT_MOST = 14
"""More cannot be covered in the 20 minutes a design question gets."""
FACTS_AT_LEAST: dict[QuestionType, int] = {"design": 9, "behavioural": 0}
FACTS_AT_LEAST_ELSE = 3
FACTS_AT_MOST = 12
HEAVY_FACTS_AT_LEAST = 2
"""Facts of weight 3 on the sheet of a design: without them clarifying changes nothing."""
MUST_HAVES = (4, 6)
"""Must-have points of a question asked of seniors: the policy has time to probe about five."""
LEVEL_POINTS_AT_LEAST = 2
"""Points first expected at a level the question is asked of; else it cannot tell the level."""
AREAS_AT_LEAST = 3
TWISTS_AT_LEAST = 2
RED_FLAGS_AT_LEAST = 3
VOCABULARY = (12, 20)
"""Terms for the recogniser's bias; a longer prompt slows it and starts to be hallucinated."""
STRONG_ANSWER_WORDS = (120, 220)
SPOKEN_SAY_WORDS = 35
"""A reply or twist longer than about 14 s (150 words a minute) is not kept in mind."""
SPOKEN_PROBE_WORDS = 30
SPOKEN_REFLECT_WORDS = 18
SPOKEN_HINT_WORDS = 40
SPOKEN_PROMPT_WORDS = 40
SENTENCES_PER_SAY = 2


class Finding(NamedTuple):
    """One fault: `path:line_no: severity: what`. `line_no` counts from 1, 0 = unknown."""

    path: Path
    line_no: int
    severity: Severity
    what: str


class Remark(NamedTuple):
    """What a rule has to say about one place of a question."""

    place: Place
    what: str
    severity: Severity = "error"


class QuestionMarks(NamedTuple):
    """How many questions a spoken text may ask: one at a time."""

    least: int
    most: int


def lint(questions: Iterable[tuple[Path, Question]]) -> list[Finding]:
    """Check questions singly and against one another; ordered by file and line.

    Each question comes with the file it was loaded from. Files are read again to find line numbers;
    one that cannot be read any more gets line 0. Never raises for a fault of a question.
    """
    loaded = list(questions)
    findings = [
        finding
        for path, question in loaded
        for finding in located(path, (remark for rule in RULES for remark in rule(question)))
    ]
    findings += across(loaded)
    return sorted(findings, key=lambda finding: (str(finding.path), finding.line_no))


def lint_personas(personas: Iterable[tuple[Path, Persona]]) -> list[Finding]:
    """Personas differ in manner only: none of them announces praise, and no id stands twice."""
    findings: list[Finding] = []
    seen: dict[str, Path] = {}
    for path, persona in personas:
        remarks = [
            Remark((name,), f"{name} praises: {found[0].strip()!r}")
            for name, text in (("description", persona.description), ("title", persona.title))
            if (found := PRAISE.search(text))
        ]
        if persona.id in seen:
            remarks.append(Remark(("id",), f"the id {persona.id!r} stands in {seen[persona.id]}"))
        seen.setdefault(persona.id, path)
        findings += located(path, remarks)
    return findings


def located(path: Path, remarks: Iterable[Remark]) -> Iterator[Finding]:
    """Remarks with their lines, found by composing the YAML of `path` again."""
    try:
        node = yaml.compose(read_text(path), Loader=Loader)
    except (InputFileError, yaml.YAMLError):
        node = None
    for remark in remarks:
        yield Finding(path, line_at(node, remark.place), remark.severity, remark.what)


def line_at(node: yaml.Node | None, place: Place) -> int:
    """The line, from 1, of the key or list item at `place`, or of its nearest ancestor."""
    line_no = 0 if node is None else 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            known = {key.value: (key, value) for key, value in node.value}
            marked, node = known.get(part, (node, None))
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            marked = node = node.value[part]
        else:
            break
        line_no = marked.start_mark.line + 1
    return line_no


def enough(question: Question) -> Iterator[Remark]:
    """Completeness beyond the schema: counts of facts, points, wordings, probes, twists, flags."""
    kind = question.type
    facts = FACTS_AT_LEAST.get(kind, FACTS_AT_LEAST_ELSE)
    points = POINTS_AT_LEAST.get(kind, POINTS_AT_LEAST_ELSE)
    yield from between(("facts",), "facts", len(question.facts), facts, FACTS_AT_MOST)
    yield from between(("points",), "points", len(question.points), points, POINTS_AT_MOST)
    yield from between(("vocabulary",), "vocabulary terms", len(question.vocabulary), *VOCABULARY)
    yield from between(("twists",), "twists", len(question.twists), TWISTS_AT_LEAST)
    yield from between(("red_flags",), "red flags", len(question.red_flags), RED_FLAGS_AT_LEAST)
    for n, fact in enumerate(question.facts):
        yield from between(("facts", n, "asks"), "asks", len(fact.asks), ASKS_AT_LEAST)
    for n, point in enumerate(question.points):
        place: Place = ("points", n, "exemplars")
        yield from between(place, "exemplars", len(point.exemplars), EXEMPLARS_AT_LEAST)
        yield from between(("points", n, "probes"), "probes", len(point.probes), PROBES_AT_LEAST)


def between(
    place: Place, name: str, count: int, least: int, most: int | None = None
) -> Iterator[Remark]:
    """Too few is an error, because something will be missing in talk; too many is a warning."""
    if count < least:
        yield Remark(place, f"{count} {name}, at least {least} are needed")
    elif most is not None and count > most:
        yield Remark(place, f"{count} {name}, more than {most}", "warning")


def mix(question: Question) -> Iterator[Remark]:
    """Arithmetic of weights, levels, areas, must-haves and kinds of twist."""
    heavy = sum(fact.weight == 3 for fact in question.facts)
    if question.type == "design":
        yield from between(("facts",), "facts of weight 3", heavy, HEAVY_FACTS_AT_LEAST)
        for weight in sorted({1, 2, 3} - {fact.weight for fact in question.facts}):
            yield Remark(("facts",), f"no fact has weight {weight}")
    of_level: dict[Level, int] = {
        level: sum(point.level == level for point in question.points) for level in question.levels
    }
    for level, count in of_level.items():
        yield from between(("points",), f"points of level {level}", count, LEVEL_POINTS_AT_LEAST)
    areas = len({point.area for point in question.points})
    yield from between(("points",), "areas among the points", areas, AREAS_AT_LEAST)
    if "senior" in question.levels:
        must = sum(point.must_have for point in question.points)
        yield from between(("points",), "must-have points", must, *MUST_HAVES)
    if question.type == "behavioural" and not any(
        point.criterion == "ownership" for point in question.points
    ):
        yield Remark(("points",), "a behavioural question has no point on ownership")
    kinds = [twist.kind for twist in question.twists]
    for n, kind in enumerate(kinds):
        if kind in kinds[:n]:
            yield Remark(("twists", n, "kind"), f"a second twist of kind {kind!r}", "warning")


def routing(question: Question) -> Iterator[Remark]:
    """A term points at one fact only, and a wording is not claimed by another fact's terms."""
    owner: dict[str, str] = {}
    for n, fact in enumerate(question.facts):
        for k, term in enumerate(fact.terms):
            first = owner.setdefault(plain(term), fact.id)
            if first != fact.id:
                place: Place = ("facts", n, "terms", k)
                yield Remark(place, f"the term {term!r} also points at the fact {first!r}")
    for n, fact in enumerate(question.facts):
        for k, ask in enumerate(fact.asks):
            if any(holds(ask, term) for term in fact.terms):
                continue
            for other in question.facts:
                rival = next((term for term in other.terms if holds(ask, term)), None)
                if other.id != fact.id and rival:
                    what = f"{ask!r} holds only a term of the fact {other.id!r}: {rival!r}"
                    yield Remark(("facts", n, "asks", k), what, "warning")


def generic_terms(question: Question) -> Iterator[Remark]:
    """A single word that stands in questions about anything points at nothing."""
    terms = [("facts", n, fact.terms) for n, fact in enumerate(question.facts)]
    terms += [("points", n, point.terms) for n, point in enumerate(question.points)]
    for name, n, own in terms:
        for k, term in enumerate(own):
            if len(term.split()) == 1 and tells_little(term):
                what = f"the term {term!r} fits anything; name what is meant with a second word"
                yield Remark((name, n, "terms", k), what, "warning")


def leaks(question: Question) -> Iterator[Remark]:
    """Open questions and early hints give away neither an answer nor a hidden figure."""
    figures = {figure for fact in question.facts for figure in numbers(fact.say)}
    for n, point in enumerate(question.points):
        for k, probe in enumerate(point.probes):
            place: Place = ("points", n, "probes", k, "ask")
            yield from (
                Remark(place, f"the probe names the answer: {term!r} is a term of its point")
                for term in point.terms
                if holds(probe.ask, term)
            )
            yield from figures_in(place, probe.ask, figures)
    for n, hint in enumerate(question.hints[:2]):
        yield from figures_in(("hints", n), hint, figures)
        for point in question.points:
            for term in (term for term in point.terms if holds(hint, term)):
                what = f"hint {n + 1} holds {term!r}, a term of the point {point.id!r}"
                yield Remark(("hints", n), what, "error" if point.must_have else "warning")
    for fact in question.facts:
        for term in (term for term in fact.terms if holds(question.prompt, term)):
            yield Remark(("prompt",), f"the prompt holds {term!r}, a term of the fact {fact.id!r}")


def figures_in(place: Place, text: str, figures: set[str]) -> Iterator[Remark]:
    """Figures of the sheet that `text` gives away."""
    for figure in sorted(numbers(text) & figures):
        yield Remark(place, f"gives away the figure {figure} of a hidden fact")


def spoken_form(question: Question) -> Iterator[Remark]:
    """What is said aloud is short enough to keep in mind, asks one thing and does not praise."""
    for place, text, most, wanted in spoken(question):
        words, marks = len(text.split()), text.count("?")
        if words > most:
            yield Remark(place, f"{words} words, at most {most} can be kept in mind")
        if not wanted.least <= marks <= wanted.most:
            limit = "" if wanted.least == wanted.most else "at most "
            yield Remark(place, f"{marks} question marks instead of {limit}{wanted.most}")
        if praise := PRAISE.search(text):
            yield Remark(place, f"praises: {praise[0].strip()!r}")
    for n, twist in enumerate(question.twists):
        if not twist.say.rstrip().endswith("?"):
            yield Remark(("twists", n, "say"), "a twist ends in its question")
    for n, fact in enumerate(question.facts):
        if sentences(fact.say) > SENTENCES_PER_SAY:
            yield Remark(("facts", n, "say"), f"more than {SENTENCES_PER_SAY} sentences")
    words, (least, most) = len(question.strong_answer.split()), STRONG_ANSWER_WORDS
    if not least <= words <= most:
        yield Remark(("strong_answer",), f"{words} words, not between {least} and {most}")


def spoken(question: Question) -> Iterator[tuple[Place, str, int, QuestionMarks]]:
    """Everything the interviewer says: place, text, words at most, question marks."""
    one, none, free = QuestionMarks(1, 1), QuestionMarks(0, 0), QuestionMarks(0, 1)
    yield ("prompt",), question.prompt, SPOKEN_PROMPT_WORDS, free
    yield ("rephrased",), question.rephrased, SPOKEN_PROMPT_WORDS, free
    yield ("reflect",), question.reflect, SPOKEN_REFLECT_WORDS, one
    for n, fact in enumerate(question.facts):
        yield ("facts", n, "say"), fact.say, SPOKEN_SAY_WORDS, none
    for n, point in enumerate(question.points):
        for k, probe in enumerate(point.probes):
            yield ("points", n, "probes", k, "ask"), probe.ask, SPOKEN_PROBE_WORDS, one
            yield ("points", n, "probes", k, "deeper"), probe.deeper, SPOKEN_PROBE_WORDS, one
    for n, hint in enumerate(question.hints):
        yield ("hints", n), hint, SPOKEN_HINT_WORDS, free
    for n, twist in enumerate(question.twists):
        yield ("twists", n, "say"), twist.say, SPOKEN_SAY_WORDS, one


def repeats(question: Question) -> Iterator[Remark]:
    """No text stands twice in one question: it would be heard twice, or count for two things."""
    seen: set[str] = set()
    for place, text in texts(question):
        key = plain(text)
        if key in seen:
            yield Remark(place, f"stands twice in this question: {text!r}")
        seen.add(key)


def texts(question: Question) -> Iterator[tuple[Place, str]]:
    """Every sentence that must be there once, spoken ones and those the readers compare with."""
    yield from ((place, text) for place, text, _, _ in spoken(question))
    for n, fact in enumerate(question.facts):
        yield from ((("facts", n, "asks", k), ask) for k, ask in enumerate(fact.asks))
    for n, point in enumerate(question.points):
        yield ("points", n, "text"), point.text
        yield from ((("points", n, "exemplars", k), e) for k, e in enumerate(point.exemplars))


RULES: tuple[Callable[[Question], Iterator[Remark]], ...] = (
    enough,
    mix,
    routing,
    generic_terms,
    leaks,
    spoken_form,
    repeats,
)
"""Rules for one question; `across` compares questions with one another."""


def across(loaded: list[tuple[Path, Question]]) -> list[Finding]:
    """Ids and sentences shared by two questions, which one session may ask one after the other.

    `asks` are left out: "Can we run experiments?" is a natural request in many scenarios.
    """
    findings: list[Finding] = []
    ids: dict[str, Path] = {}
    seen: dict[str, str] = {}
    for path, question in loaded:
        remarks: list[Remark] = []
        if question.id in ids:
            remarks.append(Remark(("id",), f"the id {question.id!r} is also in {ids[question.id]}"))
        ids.setdefault(question.id, path)
        for place, text in texts(question):
            if "asks" in place:
                continue
            first = seen.setdefault(plain(text), question.id)
            if first != question.id:
                remarks.append(Remark(place, f"stands in {first!r} as well: {text!r}"))
        findings += located(path, remarks)
    return findings

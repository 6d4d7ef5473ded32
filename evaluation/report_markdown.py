"""The report as Markdown: the same content as the page, without sound."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evaluation.record import InterviewRecord
from evaluation.report_criteria import CriterionView, QuoteView
from evaluation.report_view import QuestionView, ReportView, view_report
from evaluation.report_words import clock, delivery_rows, phase_name
from evaluation.result import Evaluation
from evaluation.session import SessionMeta
from prompts.question_bank import QuestionBank
from prompts.rubric import Rubric

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
"""Signs that could mean something in Markdown or in the HTML it may hold."""
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""Control signs, line breaks of all kinds and overrides of the reading direction."""


def to_markdown(
    record: InterviewRecord,
    evaluation: Evaluation,
    bank: QuestionBank,
    rubric: Rubric,
    meta: SessionMeta | None = None,
) -> str:
    """The report as Markdown; words of the session cannot become markup."""
    view = view_report(record, evaluation, bank, rubric, meta=meta)
    lines = [*opening(view)]
    for question in view.questions:
        lines += question_lines(question, several=len(view.questions) > 1)
    lines += [*notebook(view), *transcript(view), *closing(view)]
    return "\n".join(lines).strip() + "\n"


def safe(text: str) -> str:
    """`text` on one line, with every sign that Markdown might read escaped.

    Signs that only mean something at the start of a line (`-`, `+`, `1.`) need none: session text
    never stands there.
    """
    return SPECIAL.sub(r"\\\1", UNPRINTABLE.sub(" ", text)).strip()


def opening(view: ReportView) -> Iterator[str]:
    """Verdict, what blocks, the one thing to do next."""
    yield from (f"# {safe(view.headline)}: {safe(view.title)}", "")
    for text in (view.verdict.reason, view.remark):
        if text:
            yield from (safe(text), "")
    if view.blocking:
        score = f"{view.blocking.score:g} of 5, {view.blocking.against}"
        yield from (f"**What stands in the way:** {view.blocking.name}, {score}.", "")
    if view.nearest:
        score = f"{view.nearest.score:g} of 5, {view.nearest.against}"
        yield from (f"**Nearest to the bar:** {view.nearest.name}, {score}.", "")
    if view.next_step:
        yield from (f"**The one thing to do next:** {safe(view.next_step)}", "")
    for warning in view.warnings:
        yield f"> {safe(warning)}"
    yield ""


def question_lines(question: QuestionView, *, several: bool) -> Iterator[str]:
    """One question: profile, criteria, sheet, checklist, strong answer."""
    if several:
        yield from (f"## Question {question.number}: {safe(question.title)}", "")
        yield from (f"{question.headline}. {safe(question.result.verdict.reason)}", "")
    yield from ("## Profile", "", "| criterion | score | bar | |", "|---|---|---|---|")
    for view in question.criteria:
        score = f"{view.score:g}" if view.score is not None else "–"
        remark = view.against or safe(view.reason)
        yield f"| {view.name} | {score} | {view.minimum:g} | {remark} |"
    yield ""
    for view in question.shown:
        yield from criterion_lines(view)
    if question.result.lens:
        yield from ("## The same answer at each level", "")
        yield from (f"- {safe(each.text)}" for each in question.result.lens.values())
        yield ""
    if question.sheet:
        yield from ("## The hidden sheet", "")
        for each in question.sheet:
            place = f"asked, {clock(each.at_ms)}" if each.asked else "not asked"
            need = phase_name(each.fact.need)
            yield f"- {need} (weight {each.fact.weight}, {place}): {safe(each.say)}"
        yield ""
    if question.habits or question.mistakes:
        yield from ("## Habits and mistakes", "")
        for signal in (*question.habits, *question.mistakes):
            box = "x" if signal.seen else " "
            words = f" {quote_text(signal.quote)}" if signal.quote else ""
            yield f"- [{box}] {signal.id} {safe(signal.text)}{words}"
        yield ""
    if question.bank:
        yield from ("## A strong answer", "", safe(question.bank.strong_answer), "")


def criterion_lines(view: CriterionView) -> Iterator[str]:
    """One criterion with anchors, quotes, misses and advice."""
    score = f"{view.score:g} of 5, {view.against}" if view.score is not None else "could not judge"
    yield from (f"### {view.name}: {score}", "")
    if view.reason and view.score is None:
        yield from (safe(view.reason), "")
    if view.band:
        yield from (f"The judge was not sure: from {view.band[0]:g} to {view.band[1]:g}.", "")
    for cap in view.caps:
        yield from (f"**Held down:** {safe(cap)}", "")
    for name, anchor in (("You showed", view.reached), ("Next is", view.beyond)):
        if anchor:
            yield f"- {name} {anchor[0]}: {safe(anchor[1])}"
    if view.beside:
        yield f"- {safe(view.beside)}"
    if view.coach:
        for says, quote in view.coach.earned:
            yield f"- {safe(says)} {quote_text(quote)}"
        yield f"- {safe(view.coach.why_not)}"
    else:
        for quote in view.quotes:
            yield f"- {quote_text(quote)}"
        for missing in view.missing:
            yield f"- Missing: {safe(missing)}"
    if view.advice:
        yield f"- **Next time:** {safe(view.advice)}"
    yield ""


def quote_text(quote: QuoteView) -> str:
    """A quote with its place."""
    words = f"“{safe(quote.text)}”"
    if quote.turn is None:
        return words
    at = f", {clock(quote.start_ms)}" if quote.start_ms is not None else ""
    return f"{words} (turn {quote.turn}{at})"


def notebook(view: ReportView) -> Iterator[str]:
    """Every move and why."""
    if not view.notes:
        return
    yield from ("## The interviewer's notebook", "")
    for each in view.notes:
        heard = f" You had said “{safe(each.note.trigger)}”." if each.note.trigger else ""
        yield f"- {clock(each.note.at_ms)} **{safe(each.note.what)}.** {safe(each.note.why)}{heard}"
    yield ""


def transcript(view: ReportView) -> Iterator[str]:
    """All turns."""
    yield from ("## Transcript", "")
    for each in view.turns:
        who = "You" if each.turn.speaker == "candidate" else safe(view.interviewer)
        at = f" ({clock(each.turn.start_ms)})" if each.turn.start_ms is not None else ""
        yield from (f"{each.turn.turn}\\. **{who}**{at}: {safe(each.turn.text)}", "")
        for change in each.put_right:
            heard, now = safe(change.heard) or "nothing", safe(change.now) or "nothing"
            yield from (f"   (put right by you: heard “{heard}”, said “{now}”)", "")
    yield from (view.doubtful.words, "")


def closing(view: ReportView) -> Iterator[str]:
    """Delivery, and how it was judged."""
    rows = delivery_rows(view.delivery)
    if rows:
        yield from ("## Delivery (shown, never scored)", "")
        for name, value, remark in rows:
            yield f"- {name}: {value}" + (f" ({remark})" if remark else "")
        yield ""
    yield from ("## How it was judged", "")
    for name, value in view.facts.items():
        yield f"- {name}: {safe(value)}"

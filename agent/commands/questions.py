"""`viva questions`: list, show and check questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from prompts.question_bank import Question


@click.group(invoke_without_command=True)
@click.option("--level", type=click.Choice(["junior", "mid", "senior"]), help="Only this level.")
@click.option("--category", help="Only this category.")
@click.pass_context
def command(ctx: click.Context, level: str | None, category: str | None) -> None:
    """List the questions; `show` one, `lint` your own.

    What is listed spoils nothing. `show` prints the hidden sheet: read it after the interview.
    """
    if ctx.invoked_subcommand is not None:
        return
    from rich.console import Console
    from rich.table import Table

    from prompts.errors import UsageError
    from prompts.question_bank import CATEGORIES, load_bank

    if category is not None and category not in CATEGORIES:
        raise UsageError(
            f"there is no category {category!r}", todo=f"Take {', '.join(CATEGORIES)}."
        )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "category", "levels", "question"):
        table.add_column(name, no_wrap=name == "id")
    for question in load_bank():
        if (level is None or level in question.levels) and category in (None, question.category):
            table.add_row(
                question.id, question.category, " ".join(question.levels), question.prompt
            )
    Console().print(table)


@command.command()
@click.argument("question_id")
def show(question_id: str) -> None:
    """Print everything the interviewer knows about a question."""
    from rich.console import Console
    from rich.markdown import Markdown

    from prompts.question_bank import load_bank

    Console().print(Markdown(as_markdown(load_bank().get(question_id))))


@command.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def lint(paths: tuple[Path, ...]) -> int:
    """Check question files or folders (without PATHS the shipped ones).

    One line for each finding: file:line, error or warning, what. Exit code 2 when there is an
    error.
    """
    from prompts.errors import InputFileError
    from prompts.lint import lint as findings_of
    from prompts.question_bank import bank_folder, load_question

    files = [file for path in paths or (bank_folder(),) for file in question_files(path)]
    loaded: list[tuple[Path, Question]] = []
    errors = 0
    for file in files:
        try:
            loaded.append((file, load_question(file)))
        except InputFileError as error:
            click.echo(f"{error.line()}")
            errors += 1
    for finding in findings_of(loaded):
        click.echo(f"{finding.path}:{finding.line_no}: {finding.severity}: {finding.what}")
        errors += finding.severity == "error"
    click.echo(f"{len(files)} files, {errors} errors", err=True)
    return 2 if errors else 0


def question_files(path: Path) -> list[Path]:
    """The file, or every question file of a folder. Raises InputFileError when there is none."""
    from prompts.errors import InputFileError

    if path.is_dir():
        files = sorted(path.glob("*.yaml"))
        if not files:
            raise InputFileError(path, "holds no .yaml file")
        return files
    return [path]


def as_markdown(question: Question) -> str:
    """A question with its sheet, points, hints and twists, for reading."""
    lines = [
        f"# {question.title}",
        f"*{question.id} · {question.category} · {question.type} · {', '.join(question.levels)}*",
        f"> {question.prompt}",
        f"**Expected.** {question.expectation}",
        f"**Tested.** {question.tests}",
        f"**Scenario.** {question.scenario}",
    ]
    if question.facts:
        lines.append("## Hidden sheet (weight, need)")
        lines += [f"- **{f.id}** ({f.weight}, {f.need}): {f.say}" for f in question.facts]
    lines.append("## What a good answer covers")
    for point in question.points:
        must = ", must" if point.must_have else ""
        lines.append(f"- **{point.id}** ({point.area}, {point.level}{must}): {point.text}")
        lines.append(f"    - probe: {point.probes[0].ask}")
    lines.append("## Hints")
    lines += [f"{rung}. {text}" for rung, text in enumerate(question.hints, start=1)]
    lines.append("## Twists")
    lines += [f"- **{t.id}**: {t.say} *Good:* {t.good_reaction}" for t in question.twists]
    lines.append("## Red flags")
    lines += [f"- {flag}" for flag in question.red_flags]
    lines += ["## A strong answer", question.strong_answer]
    return "\n\n".join(lines[:6]) + "\n\n" + "\n".join(lines[6:])

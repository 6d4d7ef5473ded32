"""`viva questions`: list, show and check questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.commands.options import LEVELS, pack_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prompts.question_bank import Question

LEVEL_LETTERS = {"junior": "j", "mid": "m", "senior": "s"}


@click.group(invoke_without_command=True)
@click.option("--level", type=LEVELS, help="Only this level.")
@click.option("--category", help="Only this category.")
@pack_option
@click.pass_context
def command(
    ctx: click.Context, level: str | None, category: str | None, packs: tuple[Path, ...]
) -> None:
    """List the questions; `show` one, write one of your own with `new`, check it with `lint`.

    What is listed spoils nothing. `show` prints the hidden sheet: read it after the interview.
    """
    if ctx.invoked_subcommand is not None:
        return
    import shutil

    from agent.packs import bank_for
    from agent.settings import load_settings
    from prompts.question_bank import known_category

    wanted = known_category(category) if category else None
    found = [
        question
        for question in bank_for(load_settings(packs=packs or None))
        if (level is None or level in question.levels) and wanted in (None, question.category)
    ]
    for line in listing(found, shutil.get_terminal_size((80, 24)).columns):
        click.echo(line)


def listing(questions: Iterable[Question], width: int) -> list[str]:
    """The questions by category: id, levels as letters, title; no line wider than `width`."""
    from prompts.question_bank import CATEGORIES

    found = list(questions)
    wide = max((len(question.id) for question in found), default=0)
    lines: list[str] = []
    for category in CATEGORIES:
        group = sorted((q for q in found if q.category == category), key=lambda q: q.id)
        if not group:
            continue
        lines.append(click.style(f"{category} ({len(group)})", bold=True))
        for question in group:
            letters = "".join(
                letter if level in question.levels else "·"
                for level, letter in LEVEL_LETTERS.items()
            )
            lines.append(shortened(f"  {question.id:{wide}}  {letters}  {question.title}", width))
        lines.append("")
    ending = "j junior, m mid, s senior. `viva interview --question ID` asks one."
    return [*lines, shortened(f"{len(found)} questions. {ending}", width)]


def shortened(line: str, width: int) -> str:
    """The line, cut with an ellipsis where it is wider than the terminal."""
    return line if len(line) <= width else line[: max(1, width - 1)].rstrip() + "…"


@command.command()
@click.argument("question_id", metavar="QUESTION")
def show(question_id: str) -> None:
    """Print everything the interviewer knows about QUESTION (an id, or a file of your own)."""
    from rich.console import Console
    from rich.markdown import Markdown

    from agent.packs import bank_for, find_question
    from agent.settings import load_settings

    question = find_question(bank_for(load_settings()), question_id)
    Console().print(Markdown(as_markdown(question)))


@command.command()
@click.argument("name")
@click.option(
    "--from", "base", default="fraud-detection", show_default=True, help="Begin with this question."
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="Another place than NAME.yaml here."
)
def new(name: str, base: str, output: Path | None) -> None:
    """Write a commented question file to change: NAME.yaml in this folder.

    It holds a shipped question whole, under your id, so that it works from the first minute.
    """
    from prompts.new_file import identity_of, write_new
    from prompts.question_bank import bank_folder, load_bank
    from prompts.question_file import question_text

    identity = identity_of(name)
    path = output or Path(f"{identity}.yaml")
    shipped = bank_folder() / f"{load_bank().get(base).id}.yaml"
    write_new(path, question_text(shipped, identity, name, path))
    click.echo(f"{path}\nUse it with: viva interview --question {path}")


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
            for fault in error.faults or (error,):
                click.echo(f"{fault.path}:{fault.line_no}: error: {fault.what}")
                errors += 1
    for finding in findings_of(loaded):
        click.echo(f"{finding.path}:{finding.line_no}: {finding.severity}: {finding.what}")
        errors += finding.severity == "error"
    click.echo(
        f"{len(files)} file{'s' * (len(files) != 1)}, {errors} error{'s' * (errors != 1)}", err=True
    )
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

"""The door: `viva COMMAND`. Errors are told here, once, in one line.

Commands are imported when they are called, so that `viva --help` loads nothing but click.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

from agent.ending import STOPPED_BY_USER, Ending

COMMANDS = {
    "demo": "Watch a whole interview with a bundled recorded candidate.",
    "interview": "Be interviewed: by voice, by keyboard, or from recorded answers.",
    "serve": "Be interviewed in a browser.",
    "resume": "Go on with an interview that was stopped or crashed.",
    "replay": "Walk through a recorded session with its feedback.",
    "score": "Score sessions, transcripts and recordings.",
    "correct": "Put misheard words of a session right, and score it again.",
    "report": "Write the HTML report of a session.",
    "compare": "Two attempts side by side.",
    "sessions": "List recorded sessions, or delete one.",
    "questions": "List, show and check questions.",
    "personas": "List the interviewers.",
    "progress": "Every criterion over time, what is due, and the weakest point.",
    "drill": "Five minutes on one thing: clarifying, trade-offs or production.",
    "rehearse": "Interview simulated candidates and check that nothing goes wrong.",
    "models": "List, fetch and verify model weights.",
    "doctor": "Is this machine ready, and what to do if not.",
}
"""Command names with their one-line help; each lives in agent/commands/<name>.py."""


class LazyGroup(click.Group):
    """Lists commands from the table above and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table: what a new user needs first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command's own module, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"agent.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """An unknown name is answered with the nearest known one."""
        import difflib

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            advice = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"There is no command {args[0]!r}.{advice}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help text, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="viva-interview", prog_name="viva")
def viva() -> None:
    """Viva: a spoken mock interview for machine-learning engineers, with evidence you can hear.

    Start with `viva demo`. Everything runs on this machine; an endpoint is used only when
    OPENAI_API_KEY or OPENAI_BASE_URL is set, and Viva says so in its first line.
    """


def main() -> None:
    """Run the program; the exit code is 0, 1, 2, 130 or, after SIGTERM, 143 (see README)."""
    with Ending() as ending:
        code = run(sys.argv[1:])
    ending.all_done()
    # A Ctrl-C may also have skipped a prompt only; then the command has gone on to its end.
    sys.exit((ending.code or code) if code == STOPPED_BY_USER else code)


def run(arguments: list[str]) -> int:
    """One command; every error that a person can act on becomes one line on standard error."""
    try:
        result = viva.main(args=arguments, prog_name="viva", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return STOPPED_BY_USER
    except BrokenPipeError:
        # `viva sessions | head` closes our output early; that is no failure.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        told = told_line(error)
        if told is None:
            raise
        click.echo(f"viva: {told[0]}", err=True)
        return told[1]


def told_line(error: Exception) -> tuple[str, int] | None:
    """Line and exit code of our own errors and of a full disk; None for a bug of ours."""
    from audio.errors import AudioError
    from prompts.errors import VivaError
    from prompts.plain_text import one_line

    if isinstance(error, VivaError | AudioError):
        return one_line(error.line()), error.exit_code
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return one_line(f"{where}{error.strerror}."), 1
    return None

"""`viva serve`: the interview in a browser."""

from __future__ import annotations

from pathlib import Path

import click

from agent.commands.options import engines, hearing, pack_option

PORT = 8642


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="0: a free one."
)
@click.option(
    "--limit",
    default=2,
    show_default=True,
    type=click.IntRange(1, 50),
    help="So many interviews at once; about one for each core.",
)
@click.option("--open/--no-open", "opens", default=True, help="Open the page in your browser.")
@pack_option
@engines
@hearing
def command(
    host: str,
    port: int,
    limit: int,
    opens: bool,
    packs: tuple[Path, ...],
    brain: str | None,
    judge: str | None,
    whisper: str | None,
    transcription: str | None,
) -> None:
    """Be interviewed in a browser: start page, interview, report, sessions and progress.

    Only this machine can reach it, with the address that is printed; an address lets one browser
    in. Your voice stays here, unless an endpoint is configured, which is said. Ctrl-C stops and
    saves; a running interview can be resumed from the page or with `viva resume`.
    """
    from agent.recogniser import check
    from agent.settings import load_settings
    from agent.web.access import Access
    from agent.web.app import build_app
    from agent.web.conversations import Conversations
    from agent.web.server import Server, allowed_hosts, is_local, listening
    from agent.web.shared_engines import SharedEngines
    from prompts.persona import load_persona

    settings = load_settings(
        packs=packs or None,
        brain=brain,
        judge=judge,
        whisper=whisper,
        transcription=transcription,
    )
    check(settings)
    persona = load_persona(settings.persona)
    bound = listening(host, port)
    port = bound.getsockname()[1]
    shared = SharedEngines(settings)
    said = shared.conversation(persona, settings.level, settings, seed=0).said
    click.echo(said)
    if not is_local(host):
        said += f" Between the browser and {host} your voice goes through the network, unencrypted."
        click.echo(
            "Others in the network can reach this address, and what is said goes through it "
            "unencrypted. A browser gives a page its microphone only on this machine or by https."
        )
    click.echo("Loading voice and recogniser …")
    shared.warm(persona)

    def address(token: str) -> str:
        name = f"[{host}]" if ":" in host else host
        return f"http://{name}:{port}/?token={token}"

    access = Access(port, lambda token: click.echo(f"For another browser: {address(token)}"))
    conversations = Conversations(settings, shared, limit=limit)
    app = build_app(conversations, access, allowed_hosts(host, port), said)
    click.echo(f"Open this address, which works once: {address(access.token)}")
    click.echo("Ctrl-C stops and saves.")
    if opens:
        open_browser(address(access.token))
    Server(app, conversations).run(sockets=[bound])


def open_browser(address: str) -> None:
    """In a graphical browser where there is one; a text browser would take the terminal."""
    import os
    import sys
    import webbrowser

    if sys.platform in {"darwin", "win32"} or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        webbrowser.open(address)

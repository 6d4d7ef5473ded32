"""`viva serve`: the interview in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from agent.commands.options import database as database_option
from agent.commands.options import engines, hearing, pack_option

if TYPE_CHECKING:
    import socket

    from agent.settings import Settings
    from agent.web.metrics import Metrics
    from agent.web.observing import Observer

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
@click.option("--log-json", is_flag=True, default=None, help="JSON lines on standard error.")
@database_option
@click.option(
    "--behind", default="", help="Address of a proxy in front, as https://viva.example.org"
)
@pack_option
@engines
@hearing
def command(
    host: str,
    port: int,
    limit: int,
    opens: bool,
    log_json: bool | None,
    database: str | None,
    behind: str,
    **flags: Any,
) -> None:
    """Be interviewed in a browser: start page, interview, report, sessions and progress.

    Only this machine can reach it, with the address that is printed; an address lets one browser
    in. Your voice stays here, unless an endpoint is configured, which is said. Ctrl-C stops and
    saves; a running interview can be resumed from the page or with `viva resume`.
    """
    from agent.recogniser import check
    from agent.settings import load_settings
    from agent.web.server import behind as origin_of
    from agent.web.server import listening

    flags["packs"] = flags["packs"] or None
    settings = load_settings(**flags, log_json=log_json, database=database)
    check(settings)
    proxy = origin_of(behind) if behind else None
    bound = listening(host, port)
    try:
        serve(settings, bound, host, proxy, limit=limit, opens=opens)
    finally:
        bound.close()


def serve(
    settings: Settings,
    bound: socket.socket,
    host: str,
    proxy: tuple[str, str] | None,
    *,
    limit: int,
    opens: bool,
) -> None:
    """Until it is stopped. `proxy`: host and origin of the address in front, if any."""
    from agent.session_store import open_store
    from agent.web.access import Access
    from agent.web.app import build_app
    from agent.web.conversations import Conversations
    from agent.web.observing import Observers
    from agent.web.server import Server
    from agent.web.shared_engines import SharedEngines
    from prompts.persona import load_persona

    persona = load_persona(settings.persona)
    port = bound.getsockname()[1]
    shared = SharedEngines(settings)
    store, kept = open_store(settings)
    metrics, observers, sent = open_observers(settings)
    said = f"{shared.conversation(persona, settings.level, settings, seed=0).said}{kept}{sent}"
    click.echo(said)
    said += tell_network(host, proxied=proxy is not None)
    click.echo("Loading voice and recogniser …")
    shared.warm(persona)

    def address(token: str) -> str:
        name = f"[{host}]" if ":" in host else host
        base = proxy[1] if proxy else f"http://{name}:{port}"
        return f"{base}/?token={token}{f'&at={port}' if proxy else ''}"

    access = Access(
        port,
        lambda token: click.echo(f"For another browser: {address(token)}"),
        metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else "",
        behind=proxy[1] if proxy else "",
    )
    conversations = Conversations(
        settings, shared, limit=limit, store=store, observers=Observers(observers)
    )
    metrics.watch(lambda: len(conversations.running), limit)
    hosts, origins = reached_by(host, port, proxy)
    app = build_app(conversations, access, hosts, said, metrics=metrics, origins=origins)
    click.echo(f"Open this address, which works once: {address(access.token)}")
    click.echo("Ctrl-C stops and saves.")
    if opens:
        open_browser(address(access.token))
    Server(app, conversations).run(sockets=[bound])


def reached_by(
    host: str, port: int, proxy: tuple[str, str] | None
) -> tuple[frozenset[str], frozenset[str]]:
    """What may stand in Host and in Origin."""
    from agent.web.server import allowed_hosts

    hosts = allowed_hosts(host, port)
    origins = {f"http://{name}" for name in hosts}
    return hosts | frozenset(proxy[:1] if proxy else ()), frozenset(
        {*origins, *(proxy[1:] if proxy else ())}
    )


def open_observers(settings: Settings) -> tuple[Metrics, tuple[Observer, ...], str]:
    """Metrics, all who are told what happens, and what is to be said about it."""
    from agent.web.json_log import standard_error
    from agent.web.metrics import Metrics
    from agent.web.tracing import Traces, destination, open_provider, told

    metrics = Metrics()
    observers: list[Observer] = [metrics]
    if settings.log_json:
        log = standard_error()
        log.take_errors()
        observers.append(log)
    to = destination()
    if to:
        # The provider sends what waits when the process ends.
        observers.append(Traces(open_provider()))
    return metrics, tuple(observers), f" {told(to)}" if to else ""


def tell_network(host: str, *, proxied: bool) -> str:
    """Warns of an address that others can reach; returns what pages are to say of it."""
    from agent.web.server import is_local

    if proxied:
        return " Between the browser and this server your voice goes through a proxy."
    if is_local(host):
        return ""
    click.echo(
        "Others in the network can reach this address, and what is said goes through it "
        "unencrypted. A browser gives a page its microphone only on this machine or by https."
    )
    return f" Between the browser and {host} your voice goes through the network, unencrypted."


def open_browser(address: str) -> None:
    """In a graphical browser where there is one; a text browser would take the terminal."""
    import os
    import sys
    import webbrowser

    if sys.platform in {"darwin", "win32"} or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        webbrowser.open(address)

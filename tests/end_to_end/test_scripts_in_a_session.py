"""A stranger's session with a script in every text, opened in a real Chromium: none runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from chromium import Watched, chromium, save_voice, silence
from web_server import LiveServer

from agent.packs import session_bank
from agent.reporting import write_report
from evaluation.session import SessionFolder

pytestmark = pytest.mark.slow

STORED = next((Path(__file__).parents[1] / "data/sessions").glob("2026-11-20-*"))
RUN = "top.ran=1;globalThis.ran=1;alert(1)"
PAYLOAD = (
    f"</title></script></style></textarea>'\"><script>{RUN}</script><img src=x onerror={RUN}>"
    f"<svg onload={RUN}><a href=javascript:{RUN}>x</a>{{{{7*'7'}}}}<iframe srcdoc='<script>{RUN}"
    f"</script>'></iframe><meta http-equiv=refresh content='0;url=javascript:{RUN}'>\u202e`${{x}}"
)
KEPT = {
    *("format", "level", "status", "result", "state", "type", "blocking", "speaker", "criterion"),
    *("level_reads_as", "question_id", "id", "point", "created", "event", "fact", "phase"),
    *(
        "twist_id",
        "point_id",
        "brain",
        "judge",
        "ended",
        "key",
        "kind",
        "category",
        "voice",
        "weight",
    ),
}
"""Fields that are no free text: another value there is refused, which other tests try."""
RAN = "globalThis.ran === undefined ? document.querySelectorAll('img,iframe,[onload]').length : 99"
"""How many elements came in; 99 when a script ran."""
OWN_REPORT = (
    f"<!doctype html><script>{RUN}</script><p id=theirs>Theirs</p><img src=x onerror={RUN}>"
)


def hostile(value: Any) -> Any:
    """The same with the payload behind every free text; quotes stay what a turn begins with."""
    if isinstance(value, dict):
        return {k: v if k in KEPT and isinstance(v, str) else hostile(v) for k, v in value.items()}
    if isinstance(value, list):
        return [hostile(each) for each in value]
    return value + PAYLOAD if isinstance(value, str) else value


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def attacked(home: Path) -> SessionFolder:
    """A session with the payload in every text of every file, and a report of its maker's own."""
    folder = Path(shutil.copytree(STORED, home / STORED.name))
    for name in ("turns.jsonl", "events.jsonl"):
        told = "\n".join(json.dumps(hostile(each)) for each in lines(folder / name))
        (folder / name).write_text(told + "\n", encoding="utf-8")
    for name in ("session.json", "evaluation.json"):
        whole = hostile(json.loads((folder / name).read_text("utf-8")))
        (folder / name).write_text(json.dumps(whole), encoding="utf-8")
    meta = json.loads((folder / "session.json").read_text("utf-8"))
    first = meta["questions"][0]
    meta["questions"].append({**first, "id": PAYLOAD, "text": PAYLOAD, "anchor": PAYLOAD})
    meta |= {"persona_data": {"name": PAYLOAD}, "persona": PAYLOAD, "retry_of": PAYLOAD}
    meta |= {"candidate": PAYLOAD, "resume": PAYLOAD, "job": PAYLOAD}
    (folder / "session.json").write_text(json.dumps(meta), encoding="utf-8")
    (folder / "notes.txt").write_text(PAYLOAD, encoding="utf-8")
    (folder / f"{PAYLOAD.replace('/', '')[:200]}.txt").write_text("x", encoding="utf-8")
    (folder / "report.html").write_text(OWN_REPORT, encoding="utf-8")
    return SessionFolder.open(folder)


def test_no_script_in_a_session_runs_in_its_report_or_in_the_pages(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    session = attacked(home)
    assert all(PAYLOAD in turn.text for turn in session.turns())
    assert "<script>" in str(session.evaluation())
    dialogs: list[str] = []
    voice = save_voice(silence(1), tmp_path / "voice.wav")
    with (
        LiveServer(home) as server,
        chromium(voice) as browser,
        browser.new_context() as context,
    ):
        watched = Watched(context)
        page = watched.page
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(server.address)
        for path, shown in (
            ("/sessions", "main"),
            ("/progress", "main"),
            (f"/report/{session.path.name}", "h1"),
        ):
            page.goto(f"{server.base}{path}")
            page.wait_for_load_state("networkidle")
            page.locator(shown).first.wait_for()
            assert page.evaluate(RAN) == 0, path
            assert page.locator("#theirs").count() == 0
        assert "<script>" in page.inner_text("body"), "the payload is shown as text"
        written = write_report(session, session_bank(session.meta))
        page.goto(written.as_uri())
        assert page.evaluate(RAN) == 0
        assert "<script>" in page.inner_text("body")
    assert dialogs == []
    assert watched.complaints == [], "a policy had to stop something"
    outside = [
        url for url in watched.requests if not url.startswith((server.base, "data:", "file:"))
    ]
    assert outside == []

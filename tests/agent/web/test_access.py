"""Who gets in, what they may reach, and what is gone when it was deleted."""

from __future__ import annotations

import http.client
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from web_client import Browser
from web_server import LiveServer
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from agent.web.access import MAX_BODY_BYTES
from evaluation.session_lock import locked

STORED = Path(__file__).parents[2] / "data/sessions/2026-11-20-fraud-detection-5a1e0c3d"
NAME = STORED.name


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(tmp_path_factory.mktemp("serve") / "home") as running:
        yield running


@pytest.fixture
def home(server: LiveServer) -> Iterator[Path]:
    """The server's sessions home with one scored session."""
    home = server.conversations.settings.sessions_home
    shutil.copytree(STORED, home / NAME)
    yield home
    shutil.rmtree(home)


@pytest.fixture
def browser(server: LiveServer) -> Iterator[Browser]:
    with server.browser() as entered:
        yield entered


def handshake(server: LiveServer, browser: Browser | None, origin: str | None) -> int:
    """The status that refuses a socket."""
    url = f"ws://127.0.0.1:{server.port}/ws/interviews/00000000"
    headers = {"Cookie": browser.cookies} if browser else {}
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(url, origin=origin, additional_headers=headers),  # type: ignore[arg-type]
    ):
        pass
    return refused.value.response.status_code


def test_an_address_lets_one_browser_in_and_the_next_one_gets_another(server: LiveServer) -> None:
    address = server.address
    assert httpx.head(address).status_code == 401
    with Browser(address) as first, Browser(address) as second:
        enters(first, second)
    with Browser(f"{server.base}/?token={server.printed[-1]}") as third:
        assert third.entered.status_code == 303


def enters(first: Browser, second: Browser) -> None:
    """Only the first gets a cookie."""
    assert first.entered.status_code == 303
    cookie = first.entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert first.json("/api/choices")["protocol"] == "viva-web/1"
    again = first.http.get("/", params={"token": "used"})
    assert (again.status_code, again.headers["location"]) == (303, "/")
    odd = f'other={{"a": "b c"}}; {first.cookies}'
    assert httpx.get(f"{first.base}/api/choices", headers={"Cookie": odd}).status_code == 200
    assert second.entered.status_code == 401
    assert second.http.get("/api/choices").status_code == 401


def test_without_the_cookie_there_is_a_page_that_says_so_and_nothing_else(
    server: LiveServer, home: Path
) -> None:
    with httpx.Client(base_url=server.base) as http:
        page = http.get("/")
        assert page.status_code == 401
        assert "viva serve" in page.text
        told = http.get("/api/sessions")
        assert (told.status_code, told.json()["error"]) == (401, "no_access")
        assert http.get(f"/report/{NAME}").status_code == 401
        forged = {"cookie": f"viva_{server.port}=guess"}
        assert http.get("/api/sessions", headers=forged).status_code == 401
    assert handshake(server, None, server.base) == 401


def test_another_host_name_and_another_origin_are_refused(
    server: LiveServer, browser: Browser
) -> None:
    http = browser.http
    assert http.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert http.get("/api/choices", headers={"Host": f"x.{server.base[7:]}"}).status_code == 421
    for origin in ("https://evil.example", "null", f"http://localhost:{server.port + 1}", ""):
        answer = http.post("/api/interviews", json={}, headers={"Origin": origin})
        assert (answer.status_code, answer.json()["error"]) == (403, "wrong_origin")
    assert handshake(server, browser, "https://evil.example") == 403
    assert handshake(server, browser, None) == 403
    assert handshake(server, browser, server.base) == 404
    assert server.conversations.about() == []


def test_every_answer_allows_nothing_from_elsewhere_and_nothing_inline(browser: Browser) -> None:
    policy = browser.http.get("/api/choices").headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy
    assert "https:" not in policy


def test_a_report_runs_its_own_script_and_is_no_page_of_this_server(
    browser: Browser, home: Path
) -> None:
    """A session folder may come from somebody else, with anything for a report."""
    hostile = "<script>fetch('/api/sessions')</script><script src=/static/x.js></script>"
    (home / NAME / "report.html").write_text(hostile, encoding="utf-8")
    policy = browser.http.get(f"/report/{NAME}").headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert "allow-same-origin" not in rules["sandbox"]
    assert rules["script-src"].startswith("'sha256-")
    assert "self" not in policy
    assert "connect-src" not in rules
    assert rules["default-src"] == "'none'"


def test_a_report_is_written_when_there_is_none_and_read_as_markdown_too(
    browser: Browser, home: Path
) -> None:
    page = browser.http.get(f"/report/{NAME}")
    assert page.status_code == 200
    assert "<title>" in page.text
    assert browser.http.get(f"/api/sessions/{NAME}/report.md").text.startswith("#")
    assert browser.json(f"/api/sessions/{NAME}/evaluation")["format"] == "viva-evaluation/1"


@pytest.mark.parametrize(
    "name",
    [
        "%2e%2e",
        "..%2f..%2fetc",
        "%2fetc%2fpasswd",
        "a%00b",
        "outside",
        ".hidden",
        "%5c..",
    ],
)
def test_no_name_leads_out_of_the_sessions_home(browser: Browser, home: Path, name: str) -> None:
    shutil.copytree(STORED, home.parent / "elsewhere", dirs_exist_ok=True)
    (home / "outside").symlink_to(home.parent / "elsewhere")
    shutil.copytree(STORED, home / ".hidden")
    for path in (f"/api/sessions/{name}", f"/report/{name}", f"/api/sessions/{name}/audio"):
        answer = browser.http.get(path)
        assert answer.status_code in {404, 405}, path
        assert "5a1e0c3d" not in answer.text
    assert browser.http.delete(f"/api/sessions/{name}").status_code in {404, 405}
    assert (home.parent / "elsewhere/session.json").exists()


def test_dots_in_the_address_are_taken_as_they_were_sent(browser: Browser) -> None:
    """`httpx` would resolve them itself."""
    line = http.client.HTTPConnection(browser.base.removeprefix("http://"), timeout=60)
    with closing(line):
        for path in ("/report/..", "/static/../../../etc/passwd", f"/report/../{NAME}"):
            line.request("GET", path, headers={"Cookie": browser.cookies})
            answer = line.getresponse()
            assert answer.status in {404, 405}, path
            answer.read()


def test_a_person_is_told_by_a_page_and_a_program_by_json(browser: Browser, home: Path) -> None:
    (home / NAME / "evaluation.json").unlink()
    page = browser.http.get(f"/report/{NAME}")
    assert (page.status_code, page.headers["content-type"]) == (409, "text/html; charset=utf-8")
    assert "<h1>This session is not scored yet.</h1>" in page.text
    told = browser.http.get(f"/api/sessions/{NAME}/report")
    assert (told.status_code, told.json()["error"]) == (409, "not_scored")
    assert "<h1>There is no such session.</h1>" in browser.http.get("/report/x").text


def test_static_files_come_from_their_folder_only(browser: Browser) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py"):
        assert browser.http.get(path).status_code == 404


def test_no_file_is_read_that_a_request_names(browser: Browser, tmp_path: Path) -> None:
    """On the command line a persona and a question may be files; here they may not."""
    secret = tmp_path / "persona.yaml"
    secret.write_text("password: hunter2", encoding="utf-8")
    for field in ("persona", "question"):
        answer = browser.http.post("/api/interviews", json={field: str(secret)})
        assert answer.status_code == 400
        assert answer.json()["what"].startswith(f"There is no {field}")
        assert "hunter2" not in answer.text
    assert browser.http.post("/api/interviews", json={"retry": "../x"}).status_code == 404


def test_long_and_foreign_bodies_are_refused(browser: Browser, home: Path) -> None:
    notes = f"/api/sessions/{NAME}/notes"
    http = browser.http

    def endless() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1000 + 2):
            yield b" " * 1000

    as_json = {"Content-Type": "application/json"}
    assert http.post(notes, content=b"x" * (MAX_BODY_BYTES + 1), headers=as_json).status_code == 413
    assert http.post(notes, content=endless(), headers=as_json).status_code == 413
    assert http.post(notes, content=b"text=x").status_code == 415
    assert http.post(notes, content=b"{", headers=as_json).status_code == 400
    assert http.post(notes, json={"text": "x" * 20_001}).status_code == 400
    assert http.post("/api/interviews", json={"minutes": 999}).status_code == 400
    assert not (home / NAME / "notes.txt").exists()


def test_notes_and_ones_own_rating_are_kept_with_the_session_for_its_owner_only(
    browser: Browser, home: Path
) -> None:
    session = f"/api/sessions/{NAME}"
    assert browser.http.post(f"{session}/notes", json={"text": "ask about cost"}).status_code == 204
    assert browser.json(session)["notes"] == "ask about cost"
    assert (home / NAME / "notes.txt").stat().st_mode & 0o777 == 0o600
    asked = {each["key"] for each in browser.json(session)["rate"]}
    assert "clarity" in asked
    wrong = browser.http.post(f"{session}/self-rating", json={"clarity": 6})
    assert wrong.status_code == 400
    assert browser.http.post(f"{session}/self-rating", json={"clarity": 4}).status_code == 204
    assert browser.json(session)["rate"] == []


def test_sessions_and_progress_show_what_is_stored(browser: Browser, home: Path) -> None:
    (told,) = browser.json("/api/sessions")["sessions"]
    assert (told["name"], told["scored"], told["running"]) == (NAME, True, False)
    progress = browser.json("/api/progress")
    assert progress["sessions"][0]["folder"] == NAME
    clarity = next(each for each in progress["criteria"] if each["key"] == "clarity")
    assert 1 <= clarity["scores"][0]["score"] <= 5


def test_deleting_leaves_nothing_and_not_what_is_in_use(browser: Browser, home: Path) -> None:
    (home / NAME / "turns.jsonl.damaged").write_text("{", encoding="utf-8")
    with locked(home / NAME):
        assert browser.http.delete(f"/api/sessions/{NAME}").status_code == 409
    assert (home / NAME / "evaluation.json").exists()
    assert browser.http.delete(f"/api/sessions/{NAME}").status_code == 204
    assert list(home.iterdir()) == []
    assert browser.http.delete(f"/api/sessions/{NAME}").status_code == 404

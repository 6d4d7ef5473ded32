"""Session state in a real PostgreSQL: two servers on one database, and what it keeps."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from postgres_cluster import cluster, unavailable
from served import VIVA, Served
from shared_encoder import BANK, ENCODER
from web_client import Browser
from web_server import LiveServer

from agent.checkpoints import our_serializer
from agent.forgetting import KEPT_EXCHANGES
from agent.offline_brain import OfflineBrain
from agent.plan import Plan
from agent.postgres_store import PostgresStore, shown_database
from agent.simulated.capable import Mid
from agent.simulated.knowledge import Knowledge
from agent.simulated.rehearsal import Setting, rehearse
from evaluation.session import SessionFolder
from evaluation.session_lock import SessionInUse
from prompts.errors import VivaError
from prompts.persona import load_persona

STORED = Path(__file__).parents[1] / "data/sessions/2026-11-20-fraud-detection-5a1e0c3d"
WISH = {"question": "monitoring", "persona": "terse-bar-raiser", "minutes": 2}
ANSWER = "I would watch feature drift and the label delay before anything else."

STEPS_AN_EXCHANGE = 5
BLOBS_A_STATE = 12
"""Channels of the state that one step can renew, at the most."""

here = pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "there is one")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with cluster() as address:
        yield address


def rows(database: str, table: str) -> int:
    with psycopg.connect(database) as connection:
        found = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert found is not None
    return int(found[0])


@here
@pytest.mark.slow
def test_a_session_is_resumed_on_another_server_after_its_own_was_killed(
    tmp_path: Path, database: str
) -> None:
    home = tmp_path / "home"
    options = ("--brain", "offline", "--judge", "offline", "--database", database, "--log-json")
    with Served(home, *options) as first, Browser(first.address) as browser:
        begun = browser.begin(**WISH)
        with (
            LiveServer(home, store=PostgresStore(database)) as second,
            second.browser() as other,
            browser.page(begun["id"], microphone=False) as page,
        ):
            page.pace = 20
            page.wait_state("typing")
            page.send(type="answer", text=ANSWER)
            page.wait_turn(home / begun["session"], 3)
            (listed,) = other.json("/api/sessions")["sessions"]
            assert (listed["name"], listed["running"]) == (begun["session"], True)
            refused = other.http.delete(f"/api/sessions/{begun['session']}")
            assert refused.status_code == 409
            first.process.kill()
            first.process.wait()
            page.wait_until_closed()
            logged = [json.loads(line)["event"] for line in first.logged().splitlines()]
            assert logged[0] == "conversation_begun"
            assert "turn_timing" in logged
            assert ANSWER not in first.logged()
            (listed,) = other.json("/api/sessions")["sessions"]
            assert (listed["running"], listed["ended"]) == (False, "")

            again = other.begin(resume=begun["session"])
            with other.page(again["id"], microphone=False) as resumed:
                resumed.pace = 20
                said = [each["text"] for each in resumed.wait_for("hello")["captions"]]
                assert ANSWER in said
                resumed.wait_state("typing")
                resumed.send(type="stop")
                resumed.wait_for("finished")
            assert not (home / begun["session"] / "checkpoint.sqlite").exists()
            turns = SessionFolder.open(home / begun["session"]).turns()
            assert [turn.text for turn in turns].count(ANSWER) == 1
            assert rows(database, "checkpoints") == 0
            other.http.delete(f"/api/sessions/{begun['session']}")
            assert rows(database, "viva_sessions") == 0


@here
def test_the_lock_of_a_session_keeps_another_server_out_until_it_is_let_go(
    tmp_path: Path, database: str
) -> None:
    shutil.copytree(STORED, tmp_path / STORED.name)
    session = SessionFolder.open(tmp_path / STORED.name)
    one, two = PostgresStore(database), PostgresStore(database)
    one.note(session)
    one.note(session)
    assert two.names() == {STORED.name}
    assert two.running() == frozenset()
    with one.checkpoints(session):
        assert two.running() == {STORED.name}
        with pytest.raises(SessionInUse), two.checkpoints(session):
            pass
    with two.checkpoints(session):
        assert one.running() == {STORED.name}
    two.forget(STORED.name)
    assert one.names() == frozenset()


@here
@pytest.mark.slow
def test_the_terminal_takes_up_and_deletes_what_a_server_began(
    tmp_path: Path, database: str
) -> None:
    home = tmp_path / "home"
    with LiveServer(home, store=PostgresStore(database)) as server, server.browser() as browser:
        begun = browser.begin(**WISH)
        with browser.page(begun["id"], microphone=False) as page:
            page.pace = 20
            page.wait_state("typing")
            page.send(type="answer", text=ANSWER)
            page.wait_turn(home / begun["session"], 3)
    assert rows(database, "checkpoints") > 0

    def viva(*words: str, database: str = database) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [VIVA, *words],
            env={**os.environ, "VIVA_SESSIONS_HOME": str(home), "VIVA_DATABASE": database},
            input="/stop\n",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    alone = viva("resume", "last", "--text", database="")
    assert alone.returncode == 1
    assert "lost its checkpoint" in alone.stderr
    done = viva("resume", "last", "--text")
    assert done.returncode == 0, done.stderr
    session = SessionFolder.open(home / begun["session"])
    assert [turn.text for turn in session.turns()].count(ANSWER) == 1
    assert session.evaluation() is not None
    assert (rows(database, "checkpoints"), rows(database, "viva_sessions")) == (0, 1)
    done = viva("sessions", "delete", "last", "--yes")
    assert done.returncode == 0, done.stderr
    assert rows(database, "viva_sessions") == 0
    assert not session.path.exists()


@here
def test_only_the_last_exchanges_stay_in_the_database_and_can_be_gone_back_to(
    tmp_path: Path, database: str
) -> None:
    persona = load_persona("neutral-professional")
    plan = Plan((BANK.get("fraud-detection"),), (8.0,), ("tested",))
    setting = Setting(plan, BANK, OfflineBrain(ENCODER, persona), persona, "mid", 1)
    with PostgresStore(database).connection() as connection:
        from langgraph.checkpoint.postgres import PostgresSaver  # once strictness is asked for

        saver = PostgresSaver(connection, serde=our_serializer())
        session = rehearse(setting, Mid(Knowledge(plan.questions), 1), tmp_path, saver=saver)
        states = list(
            saver.list({"configurable": {"thread_id": session.meta.id, "checkpoint_ns": ""}})
        )
        assert len(session.turns()) // 2 > KEPT_EXCHANGES
        assert KEPT_EXCHANGES <= len(states) <= (KEPT_EXCHANGES + 1) * STEPS_AN_EXCHANGE
        said = [len(state.checkpoint["channel_values"]["said"]) for state in states]
        assert said == sorted(said, reverse=True)
        assert min(said) > 0
        blobs = rows(database, "checkpoint_blobs")
        assert blobs <= len(states) * BLOBS_A_STATE
        saver.delete_thread(session.meta.id)


@here
def test_a_database_that_cannot_hold_every_letter_is_refused_at_the_start(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE DATABASE old ENCODING 'SQL_ASCII' TEMPLATE template0")
    parts = urlsplit(database)
    with pytest.raises(VivaError, match=r"encoding is SQL_ASCII.*--encoding UTF8"):
        PostgresStore(parts._replace(path="/old").geturl())


def test_a_database_that_is_not_there_is_told_without_its_password() -> None:
    address = "postgresql://viva:hunter2@127.0.0.1:1/interviews?sslmode=disable"
    with pytest.raises(VivaError) as told:
        PostgresStore(address)
    line = told.value.line()
    assert "postgresql://127.0.0.1:1/interviews" in line
    assert "hunter2" not in line
    assert told.value.exit_code == 1
    assert shown_database("postgresql://u:p@h/db?password=x") == "postgresql://h/db"
    for odd in (
        "postgresql://u:hunt/er2@h/db",
        "postgresql://u:hunt?er2@h/db",
        "host=h password=er2",
    ):
        assert "er2" not in shown_database(odd)
    for unquoted in ("hunt/er2", "12/er2", "hunt?er2", "hunt#er2"):
        assert shown_database(f"postgresql://viva:{unquoted}@h/db") == "postgresql://…"

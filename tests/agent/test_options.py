"""Options on the program itself: own files, personas, lists, `last`, and what excludes what."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from endpoint_server import EndpointServer, Step

from evaluation.notebook import read_notes
from evaluation.session import SessionFolder
from prompts.persona import load_persona, load_personas
from prompts.question_bank import bank_folder

VIVA = Path(sys.executable).with_name("viva")
SKIPPING = "/skip\n/skip\n/skip\n/stop\n"
TALK = "\n\n".join(
    [
        "Before I start, how many transactions per second do we have, how fast must we decide?",
        "My plan is first the labels, second rules, third a model. I would use boosted trees.",
        "I don't know.",
        "I don't know, no idea.",
        "Because they take two milliseconds on tabular data; a sequence network takes thirty.",
        "What does a missed fraud cost us, and how long do the labels take?",
        "I set the threshold by expected cost, a missed fraud against a blocked customer.",
        "I would deploy in shadow mode, then a canary, watch the decline rate and roll back.",
        "No idea.",
        "I would train on payments older than ninety days because chargebacks arrive late.",
        "/stop\n",
    ]
)


def run(
    *arguments: str, home: Path, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(VIVA), *arguments],
        env={**os.environ, "VIVA_SESSIONS_HOME": str(home), "OPENAI_API_KEY": "", **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=home,
    )


def one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stdout
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0]


def sessions(home: Path) -> list[SessionFolder]:
    return [SessionFolder.open(path.parent) for path in home.glob("*/session.json")]


def own_question(folder: Path, new_id: str = "our-monitoring") -> Path:
    text = (bank_folder() / "monitoring.yaml").read_text(encoding="utf-8")
    path = folder / f"{new_id}.yaml"
    path.write_text(text.replace("id: monitoring", f"id: {new_id}", 1), encoding="utf-8")
    return path


def timeless(value: Any) -> Any:
    """`value` without the milliseconds at which a machine happened to type."""
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if not name.endswith("_ms")}
        return {name: timeless(each) for name, each in kept.items()}
    return [timeless(each) for each in value] if isinstance(value, list) else value


@pytest.mark.slow
def test_all_personas_release_the_same_facts_and_give_the_same_evaluation(tmp_path: Path) -> None:
    said: dict[str, list[str]] = {}
    outcomes: list[tuple[Any, Any]] = []
    for persona in load_personas():
        home = tmp_path / persona.id
        home.mkdir()
        options = ("--text", "--question", "fraud-detection", "--seed", "3")
        done = run("interview", *options, "--persona", persona.id, home=home, stdin=TALK)
        assert done.returncode == 0, done.stderr
        (session,) = sessions(home)
        said[persona.id] = [t.text for t in session.turns() if t.speaker == "interviewer"]
        facts = [e.get("fact") for e in session.events() if e.event == "fact_released"]
        evaluation = session.evaluation()
        assert evaluation is not None
        (question,) = evaluation.questions
        shown = question.model_dump(
            mode="json", include={"criteria", "caps", "verdict", "mistakes"}
        )
        outcomes.append((facts, timeless(shown)))
    assert outcomes[0][0] == ["volume", "decision-time", "error-costs", "label-delay"]
    assert all(outcome == outcomes[0] for outcome in outcomes[1:])
    assert len({tuple(each) for each in said.values()}) == len(said)


def test_a_session_with_own_material_says_where_it_goes_and_why_it_chose(tmp_path: Path) -> None:
    job, cv = tmp_path / "job.md", tmp_path / "cv.txt"
    job.write_text("- You will own fraud detection: chargeback labels, velocity features.\n")
    cv.write_text("Led the migration of the ranking model and cut p99 from 120 to 40 ms.\n")
    options = ("--text", "--seed", "1", "--job", str(job), "--resume", str(cv))
    done = run("interview", *options, "--difficulty", "4", home=tmp_path, stdin=SKIPPING)
    assert done.returncode == 0, done.stderr
    first = done.stdout.splitlines()[0]
    assert "job.md" in first
    assert "stay here" in first

    (session,) = sessions(tmp_path)
    assert session.meta.questions[0].id == "fraud-detection"
    assert session.meta.difficulty == 4
    asked = next(t.text for t in session.turns() if "120 to 40 ms" in t.text)
    assert "CV" in asked
    notes = read_notes(session.record())
    assert [note.kind for note in notes[:2]] == ["difficulty", "material"]
    assert "chargeback" in notes[2].why
    moved = [note.why for note in notes if note.kind == "next_question"]
    assert "0 of" in moved[0]
    assert "difficulty 3 instead of 4" in moved[0]
    put = {turn.question_id for turn in session.turns()}
    assert put <= {question.id for question in session.meta.questions}
    # The next session repeats none of them.
    again = run("interview", "--text", "--seed", "1", home=tmp_path, stdin="/stop\n")
    assert again.returncode == 0, again.stderr
    ids = [{question.id for question in each.meta.questions} for each in sessions(tmp_path)]
    assert not ids[0] & ids[1]


def test_an_endpoint_that_cannot_read_the_material_leaves_it_to_the_terms(tmp_path: Path) -> None:
    job = tmp_path / "job.md"
    job.write_text("You will own fraud detection: chargeback labels, velocity features.\n")
    with EndpointServer(always=Step(fault="status", status=500)) as server:
        done = run(
            *("interview", "--text", "--seed", "1", "--job", str(job), "--judge", "offline"),
            home=tmp_path,
            stdin="/stop\n",
            OPENAI_BASE_URL=server.base_url,
            VIVA_MODEL="m",
        )
    assert done.returncode == 0, done.stderr
    assert f"the text goes to {server.base_url} to be read" in done.stdout.splitlines()[0]
    assert "your material was read here, by its terms" in done.stdout
    (session,) = sessions(tmp_path)
    assert session.meta.questions[0].id == "fraud-detection"


def test_a_question_of_ones_own_is_asked_by_path_resumed_reported_and_tried_again(
    tmp_path: Path,
) -> None:
    path = own_question(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    answer = "I would watch the input drift and the label delay.\n\n/stop\n"
    done = run("interview", "--text", "--question", str(path), home=home, stdin=answer)
    assert done.returncode == 0, done.stderr
    path.unlink()
    for command in (("report", "last"), ("replay", "last", "--all"), ("score", "last", "--json")):
        done = run(*command, home=home)
        assert done.returncode == 0, done.stderr
    (question,) = json.loads(done.stdout)["questions"]
    assert (question["question_id"], question["type"]) == ("our-monitoring", "operations")
    done = run("interview", "--text", "--retry", "last", "--minutes", "9", home=home, stdin="/stop")
    assert done.returncode == 0, done.stderr
    assert {s.meta.minutes for s in sessions(home)} == {20, 9}


def test_a_pack_is_listed_and_asked_beside_the_shipped_questions(tmp_path: Path) -> None:
    own_question(tmp_path)
    listed = run("questions", "--pack", str(tmp_path), "--category", "deployment", home=tmp_path)
    assert "our-monitoring" in listed.stdout
    assert "  monitoring " in listed.stdout
    by_variable = run("questions", home=tmp_path, VIVA_PACKS=str(tmp_path))
    assert "our-monitoring" in by_variable.stdout
    (tmp_path / "bad.yaml").write_text("id: bad\ntitle: x\n")
    one_line(run("questions", "--pack", str(tmp_path), home=tmp_path), "bad.yaml:1")


def test_the_list_of_questions_fits_80_columns_and_says_levels_as_letters(tmp_path: Path) -> None:
    done = run("questions", home=tmp_path)
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    row = next(line for line in lines if line.strip().startswith("fraud-detection"))
    assert row.split()[1] == "·ms"
    assert lines[0].startswith("fundamentals (")
    juniors = run("questions", "--level", "junior", "--category", "behavioural", home=tmp_path)
    rows = [line for line in juniors.stdout.splitlines() if line.startswith("  ")]
    assert rows
    assert all(line.split()[1].startswith("j") for line in rows)


def test_lint_names_every_fault_of_a_file_with_its_line(tmp_path: Path) -> None:
    path = own_question(tmp_path)
    text = path.read_text(encoding="utf-8")
    text = text.replace("category: deployment", "category: cooking", 1)
    path.write_text(text.replace("type: operations", "type: quiz", 1) + "colour: red\n")
    done = run("questions", "lint", str(path), home=tmp_path)
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    for name, line in (("category", lines[0]), ("type", lines[1]), ("colour", lines[2])):
        number = next(
            n
            for n, row in enumerate(path.read_text().splitlines(), 1)
            if row.startswith(f"{name}:")
        )
        assert line.startswith(f"{path}:{number}: error: {name}: ")


def test_sessions_are_listed_whole_at_80_columns(tmp_path: Path) -> None:
    assert run("interview", "--text", "--seed", "1", home=tmp_path, stdin=SKIPPING).returncode == 0
    done = run("sessions", home=tmp_path)
    (session,) = sessions(tmp_path)
    assert session.meta.id in done.stdout
    assert session.meta.persona in done.stdout
    for question in session.meta.questions:
        assert question.id in done.stdout
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 80


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--question", "monitoring", "--category", "system-design"), ("deployment",)),
        (("--question", "when-to-abstain", "--level", "junior"), ("--level senior",)),
        (("--question", "nowhere.yaml"), ("nowhere.yaml", "cannot be read")),
        (("--retry", "last"), ("no session",)),
        (("--job", "nowhere.pdf"), ("nowhere.pdf", "does not exist")),
        (("--pack", "nowhere"), ("nowhere", "cannot be read")),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_code_2(
    tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    one_line(run("interview", "--text", *arguments, home=tmp_path), *words)


def test_a_new_persona_is_a_commented_file_of_at_most_30_lines_that_works(tmp_path: Path) -> None:
    done = run("personas", "new", "Élan Vital!", "--from", "warm-coach", home=tmp_path)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "elan-vital.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 30
    assert sum("#" in line for line in lines) > 10
    made, base = load_persona(str(path)), load_persona("warm-coach")
    assert (made.id, made.name) == ("elan-vital", "Élan Vital!")
    assert made.patience == base.patience
    assert made.voice == base.voice
    one_line(run("personas", "new", "elan-vital", home=tmp_path), "elan-vital.yaml", "already")
    one_line(run("personas", "new", "!!!", home=tmp_path), "letter")


def test_the_list_of_personas_shows_how_each_asks_the_same(tmp_path: Path) -> None:
    done = run("personas", home=tmp_path)
    assert max(map(len, done.stdout.splitlines())) <= 80
    asked = [line for line in done.stdout.splitlines() if "boosted trees" in line]
    assert len(set(asked)) == len(load_personas())

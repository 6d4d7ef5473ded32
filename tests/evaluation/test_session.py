"""The session folder survives what happens to it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evaluation.record import Event, Turn, Word
from evaluation.result import Evaluation, Verdict
from evaluation.session import META_FILE, PlannedQuestion, SessionFolder, SessionMeta
from evaluation.session_list import find_session, list_sessions
from prompts.errors import InputFileError, UsageError, VivaError

FRAUD = PlannedQuestion(
    id="fraud-detection", text="Design a fraud detection system.", type="design"
)
RECOMMENDER = PlannedQuestion(id="ecommerce-recommender", text="Design another.", type="design")


def meta(session_id: str = "1f2e3d4c", day: int = 25) -> SessionMeta:
    return SessionMeta(
        id=session_id,
        created=datetime(2026, 11, day, 9, 30, tzinfo=UTC),
        level="senior",
        minutes=20,
        persona="neutral-professional",
        brain="offline",
        questions=(FRAUD, RECOMMENDER),
        seed=7,
        versions={"viva-interview": "0.1.0"},
        prompt_hashes={"phrase": "0123456789ab"},
        models={"transcriber": "tiny.en"},
    )


def spoken(index: int, text: str = "How many payments a second?") -> Turn:
    return Turn(
        turn=index,
        speaker="candidate" if index % 2 else "interviewer",
        text=text,
        start_ms=index * 1000,
        end_ms=index * 1000 + 900,
        words=(Word(word="How", start_ms=index * 1000, end_ms=index * 1000 + 90, confidence=0.93),),
        question_id="fraud-detection",
    )


def filled(home: Path, turns: int = 3) -> SessionFolder:
    folder = SessionFolder.create(home, meta())
    for index in range(turns):
        folder.append_turn(spoken(index))
        folder.append_event(Event(event="move", at_ms=index * 1000, turn=index, kind="probe"))
    return folder


def test_what_is_stored_is_read_back(tmp_path: Path) -> None:
    written = filled(tmp_path)
    read = SessionFolder.open(written.path)
    assert read.turns() == written.turns()
    assert read.events() == written.events()
    assert read.meta == written.meta
    assert read.warnings == []
    assert not read.finished
    written.finish("complete")
    assert SessionFolder.open(written.path).finished


def test_the_folder_is_named_by_date_question_and_id_and_is_private(tmp_path: Path) -> None:
    folder = filled(tmp_path / "home")
    assert folder.path.name == "2026-11-25-fraud-detection-1f2e3d4c"
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    for file in folder.path.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_a_turn_line_has_exactly_the_published_keys(tmp_path: Path) -> None:
    published = json.loads(
        '{"turn": 3, "speaker": "candidate", "text": "...", "start_ms": 41200, "end_ms": 67800,'
        ' "words": [{"word": "...", "start_ms": 41200, "end_ms": 41300, "confidence": 0.93}],'
        ' "interrupted": false, "question_id": "fraud-detection"}'
    )
    line = json.loads(filled(tmp_path).turns_path.read_text().splitlines()[1])
    assert list(line) == list(published)
    assert list(line["words"][0]) == list(published["words"][0])


def test_only_the_questions_that_were_put_are_in_the_record(tmp_path: Path) -> None:
    record = SessionFolder.open(filled(tmp_path).path).record()
    assert [question.id for question in record.questions] == ["fraud-detection"]
    assert record.source == str(tmp_path / "2026-11-25-fraud-detection-1f2e3d4c")
    assert record.level == "senior"


def test_a_damaged_last_line_is_kept_aside_and_said(tmp_path: Path) -> None:
    path = filled(tmp_path).path
    with (path / "turns.jsonl").open("ab") as file:
        file.write(b'{"turn": 3, "speaker": "cand')
    folder = SessionFolder.open(path)
    assert len(folder.turns()) == 3
    assert "turns.jsonl (line 4) is damaged" in folder.warnings[0]
    assert (path / "turns.jsonl.damaged").read_bytes() == b'{"turn": 3, "speaker": "cand\n'
    folder.append_turn(spoken(3))
    again = SessionFolder.open(path)
    assert len(again.turns()) == 4
    assert again.warnings == []


def test_a_whole_last_line_without_line_break_is_kept(tmp_path: Path) -> None:
    path = filled(tmp_path).path
    turns = path / "turns.jsonl"
    turns.write_bytes(turns.read_bytes()[:-1])
    folder = SessionFolder.open(path)
    folder.append_turn(spoken(3))
    assert len(SessionFolder.open(path).turns()) == 4


def test_a_session_in_use_is_read_but_not_repaired(tmp_path: Path) -> None:
    writer = filled(tmp_path)
    with writer.lock():
        with writer.turns_path.open("ab") as file:
            file.write(b'{"turn": 3, "spea')
        reader = SessionFolder.open(writer.path)
        assert len(reader.turns()) == 3
        assert "left as it is" in reader.warnings[0]
    assert writer.turns_path.read_bytes().endswith(b'"spea')


def test_one_damaged_line_in_the_middle_keeps_the_indices_of_the_others(tmp_path: Path) -> None:
    path = filled(tmp_path).path
    lines = (path / "turns.jsonl").read_text().splitlines()
    (path / "turns.jsonl").write_text("\n".join([lines[0], "\x00\x00", lines[2]]) + "\n")
    folder = SessionFolder.open(path)
    assert [turn.turn for turn in folder.turns()] == [0, 1, 2]
    assert folder.turns()[1].text == ""
    assert "line 2" in folder.warnings[0]


def test_more_damage_is_refused_with_file_and_line(tmp_path: Path) -> None:
    path = filled(tmp_path, turns=4).path
    lines = (path / "turns.jsonl").read_text().splitlines()
    (path / "turns.jsonl").write_text("\n".join([lines[0], "?", "?", lines[3]]) + "\n")
    with pytest.raises(InputFileError, match=r"turns\.jsonl:2: ") as caught:
        SessionFolder.open(path)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "is no viva-session/1"),
        ('{"format": "viva-session/9"}', "newer Viva"),
        ('{"format": "x/1"}', "format"),
        ("[1]", "object"),
    ],
)
def test_a_faulty_session_json_is_an_input_error(tmp_path: Path, content: str, what: str) -> None:
    (tmp_path / META_FILE).write_text(content)
    with pytest.raises(InputFileError, match=what):
        SessionFolder.open(tmp_path)


def test_a_folder_that_is_no_session_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="not a session folder") as caught:
        SessionFolder.open(tmp_path)
    assert caught.value.exit_code == 2


def test_a_home_that_cannot_be_written_is_told_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="no session can be stored there") as caught:
        SessionFolder.create(tmp_path / "file", meta())
    assert "\n" not in caught.value.line()


def test_a_removed_folder_is_told_and_the_turn_is_not_counted(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    folder.path.rename(tmp_path / "elsewhere")
    with pytest.raises(VivaError, match="all earlier turns are safe"):
        folder.append_turn(spoken(3))
    assert folder.next_turn == 3
    assert len(SessionFolder.open(tmp_path / "elsewhere").turns()) == 3


LIMITED_WRITER = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from evaluation.session import SessionFolder
from evaluation.record import Turn
from prompts.errors import VivaError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = SessionFolder.open(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    for index in range(1000):
        folder.append_turn(Turn(turn=index, speaker="candidate", text="word " * 100))
except VivaError as error:
    print(folder.next_turn, error.line())
"""


def test_a_full_disk_leaves_whole_lines_only(tmp_path: Path) -> None:
    path = SessionFolder.create(tmp_path, meta()).path
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", LIMITED_WRITER, str(path), root],
        capture_output=True,
        text=True,
        check=True,
    )
    count = int(done.stdout.split()[0])
    assert "cannot be written" in done.stdout
    folder = SessionFolder.open(path)
    assert folder.warnings == []
    assert len(folder.turns()) == count > 10


APPENDER = """
import sys
sys.path.insert(0, sys.argv[2])
from evaluation.session import SessionFolder
from evaluation.record import Turn
folder = SessionFolder.open(sys.argv[1])
for index in range(folder.next_turn, 100000):
    folder.append_turn(Turn(turn=index, speaker="candidate", text="word " * 400))
    print(index, flush=True)
"""


def test_a_killed_process_loses_no_turn_it_had_stored(tmp_path: Path) -> None:
    path = SessionFolder.create(tmp_path, meta()).path
    for wait in (0.05, 0.013, 0.031):
        process = subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(path), str(Path(__file__).parents[2])],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        stored = int(process.stdout.readline())
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:
            stored = int(line) if line.endswith("\n") else stored
        process.stdout.close()
        process.wait()
        assert len(SessionFolder.open(path).turns()) > stored


def test_a_second_process_is_refused_in_one_line(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    with (
        folder.lock(),
        pytest.raises(VivaError, match="another viva works on this session"),
        SessionFolder.open(folder.path).lock(),
    ):
        pass
    with SessionFolder.open(folder.path).lock():
        pass


def test_events_of_several_threads_all_arrive_whole(tmp_path: Path) -> None:
    folder = SessionFolder.create(tmp_path, meta())

    def write(number: int) -> None:
        for index in range(50):
            folder.append_event(Event(event="timing", at_ms=index, thread=number, pad="x" * 500))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(SessionFolder.open(folder.path).events()) == 200


def test_text_that_is_no_valid_unicode_is_stored_all_the_same(tmp_path: Path) -> None:
    folder = SessionFolder.create(tmp_path, meta())
    folder.append_event(Event(event="error", at_ms=0, what="bad \udcff name\u2028next"))
    assert SessionFolder.open(folder.path).events()[0].get("what") == "bad ? name\u2028next"


def test_an_evaluation_is_replaced_at_once_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    assert folder.evaluation() is None
    evaluation = Evaluation(
        source="s",
        level="senior",
        judge="offline",
        rubric="1",
        questions=(),
        verdict=Verdict(result="undetermined"),
    )
    folder.save_evaluation(evaluation)
    assert folder.evaluation() == evaluation
    assert not list(folder.path.glob("*.new"))
    folder.evaluation_path.write_text("{")
    with pytest.raises(InputFileError, match="is no evaluation"):
        folder.evaluation()


def test_sessions_are_listed_newest_first_and_a_broken_one_with_its_problem(
    tmp_path: Path,
) -> None:
    for session_id, day in (("aaaa1111", 3), ("bbbb2222", 9), ("cccc3333", 5)):
        SessionFolder.create(tmp_path, meta(session_id, day))
    (tmp_path / "notes").mkdir()
    broken = tmp_path / "2026-11-01-x-dddd4444"
    broken.mkdir()
    (broken / META_FILE).write_text("{")
    listed = list_sessions(tmp_path)
    assert [each.path.name[-8:] for each in listed] == [
        "bbbb2222",
        "cccc3333",
        "aaaa1111",
        "dddd4444",
    ]
    assert "session.json" in listed[-1].problem
    assert find_session(tmp_path, "last").meta.id == "bbbb2222"
    assert find_session(tmp_path, "aaaa").meta.id == "aaaa1111"
    assert list_sessions(tmp_path / "none") == []
    with pytest.raises(InputFileError, match="not a session folder"):
        find_session(tmp_path, "eeee")


def test_what_another_process_added_before_the_lock_is_seen_and_no_turn_doubled(
    tmp_path: Path,
) -> None:
    path = filled(tmp_path).path
    late = SessionFolder.open(path)
    other = SessionFolder.open(path)
    with other.lock():
        other.append_turn(spoken(3))
        with other.turns_path.open("ab") as file:
            file.write(b'{"turn": 4, "speak')  # and died
    with late.lock():
        late.reread()
        assert late.next_turn == 4
        late.append_turn(spoken(4))
    read = SessionFolder.open(path)
    assert read.turns() == (*other.turns(), spoken(4))
    assert read.warnings == []
    assert "kept in turns.jsonl.damaged" in late.warnings[0]


def test_events_stored_as_one_are_all_there_or_none(tmp_path: Path) -> None:
    folder = filled(tmp_path, turns=1)
    before = folder.events()
    small = Event(event="move", at_ms=0)
    with pytest.raises(VivaError, match="too long"):
        folder.append_event(small, Event(event="fact_released", at_ms=0, say="x" * 2_100_000))
    assert SessionFolder.open(folder.path).events() == folder.events() == before
    folder.append_event(small, small)
    assert SessionFolder.open(folder.path).events() == (*before, small, small)

"""Own material: read from text, Markdown and PDF, weighed by terms or by a model, never leaked."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.material import OwnMaterial, chosen_by
from agent.material_file import MAX_BYTES, read_lines
from agent.material_terms import read_by_terms
from agent.plan import anchored, anchors_at
from agent.scripted_model import ScriptedModel, ScriptedReply
from agent.settings import load_settings
from agent.state import InterviewState
from prompts.errors import InputFileError, ModelReplyInvalid
from prompts.question_bank import load_bank
from prompts.replies import ChosenQuestionReply, MaterialReply

BANK = load_bank()
JOB = [
    "Senior engineer, payments risk",
    "You will own our fraud detection: velocity features, chargeback labels, a decision threshold.",
    "Experience with concept drift and class imbalance.",
]
RESUME = [
    "Ada Example, ada@example.com, +49 170 1234567, built things since 2011",
    "Led the migration of the ranking model and cut p99 latency from 120 to 40 ms.",
    "Mentored three engineers through their first launch.",
    "Hobbies: chess.",
]


def pdf(path: Path, lines: list[str], *, password: str = "") -> Path:
    """A PDF with one line of Helvetica for each of `lines`."""
    import pypdf
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(width=595, height=842)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    rows = " ".join(f"({line}) Tj 0 -16 Td" for line in lines)
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 11 Tf 50 800 Td {rows} ET".encode("latin-1"))
    page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)
    return path


def test_markdown_bullets_and_wrapped_lines_become_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "job.md"
    path.write_text(
        "# About **you**\n\n- Owns the [feature store](https://x.example) of a team and keeps it\n"
        "  fresh within a minute\n- Writes tests\n"
    )
    assert read_lines(path) == [
        "About you",
        "Owns the feature store of a team and keeps it fresh within a minute",
        "Writes tests",
    ]


def test_a_pdf_gives_its_lines(tmp_path: Path) -> None:
    lines = read_lines(pdf(tmp_path / "cv.pdf", ["Ada Example", "Built a churn model in 2024."]))
    assert lines == ["Ada Example", "Built a churn model in 2024."]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"  \n", "is empty"),
        ("latin.txt", "Führung eines Teams".encode("latin-1"), "not UTF-8"),
        ("cv.docx", b"PK\x03\x04rest", "Save it as"),
        ("cv.pdf", b"%PDF-1.7 cut off", "no readable PDF"),
        ("cv.pdf", b"no pdf at all, in spite of its name", "no readable PDF"),
        ("binary.txt", b"a\0b c d e f", "is no text"),
        ("signs.txt", b"---- 123 ----", "no readable words"),
        ("huge.txt", b"a" * (MAX_BYTES + 1), "larger than"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_name(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputFileError, match=words) as caught:
        read_lines(path)
    assert name in caught.value.line()


def test_missing_files_folders_locked_and_scanned_pdfs_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="does not exist"):
        read_lines(tmp_path / "nothing.txt")
    with pytest.raises(InputFileError, match="is no file"):
        read_lines(tmp_path)
    with pytest.raises(InputFileError, match="password"):
        read_lines(pdf(tmp_path / "locked.pdf", ["Some words here"], password="secret"))
    with pytest.raises(InputFileError, match="text recognition"):
        read_lines(pdf(tmp_path / "scan.pdf", []))


def test_terms_of_the_job_bring_its_questions_to_the_front_and_say_which() -> None:
    found = read_by_terms(JOB, [], BANK)
    best = max(found.weights, key=lambda each: found.weights[each])
    assert best == "fraud-detection"
    assert "chargeback" in found.because[best]
    assert found.because[best].startswith("your job description has ")


def test_lines_with_an_address_or_nothing_done_are_no_anchors() -> None:
    found = read_by_terms([], RESUME, BANK)
    assert found.anchors == tuple(f"CV: {line}" for line in RESUME[1:3])


def test_text_without_a_term_of_the_bank_weighs_nothing() -> None:
    found = read_by_terms(["We bake bread and sell flowers in the old town."], [], BANK)
    assert not any(found.weights.values())


def test_a_model_chooses_by_reading_and_terms_order_the_rest() -> None:
    reply = MaterialReply(
        questions=[ChosenQuestionReply(id="ad-click-prediction", because="your CV tells of bids")],
        lines=[3, 2],
    )
    model = ScriptedModel([ScriptedReply("material", reply, contains=(RESUME[1],))])
    found = chosen_by(model, JOB, RESUME, BANK, read_by_terms(JOB, RESUME, BANK))
    ranked = sorted(found.weights, key=lambda each: -found.weights[each])
    assert ranked[:2] == ["ad-click-prediction", "fraud-detection"]
    assert found.because["ad-click-prediction"] == "your CV tells of bids"
    assert found.anchors == (f"CV: {RESUME[2]}", f"CV: {RESUME[1]}")


@pytest.mark.parametrize(
    "reply",
    [
        MaterialReply(questions=[ChosenQuestionReply(id="no-such-question")]),
        MaterialReply(questions=[ChosenQuestionReply(id="monitoring")], lines=[99]),
        MaterialReply(questions=[]),
    ],
)
def test_a_choice_of_what_does_not_exist_is_refused(reply: MaterialReply) -> None:
    model = ScriptedModel([ScriptedReply("material", reply)])
    with pytest.raises(ModelReplyInvalid):
        chosen_by(model, JOB, RESUME, BANK, read_by_terms(JOB, RESUME, BANK))


def test_where_the_files_go_is_said_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cv = tmp_path / "cv.txt"
    cv.write_text("\n".join(RESUME))

    def said(brain: str, judge: str) -> str:
        return OwnMaterial.load(None, cv, load_settings(brain=brain, judge=judge)).said

    assert "stay here" in said("offline", "offline")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://user:pass@10.0.0.7:8000/v1")
    assert "goes to http://10.0.0.7:8000/v1 to be read" in said("auto", "offline")
    assert "stay here" in said("offline", "offline")
    quoted = said("offline", "auto")
    assert "read on this machine" in quoted
    assert "quotes goes to http://10.0.0.7:8000/v1" in quoted
    assert OwnMaterial.load(None, None, load_settings()).said == ""


def test_a_line_goes_to_the_story_it_has_words_with_a_meaning_in_common_with() -> None:
    lines = (
        "CV: Led the rollback of a mislabelled ranking model and wrote the runbook after it.",
        "CV: Talked a stakeholder out of machine learning that was not needed.",
    )
    failed, needless = BANK.get("failed-in-production"), BANK.get("no-model-needed")
    assert anchored((needless, failed), lines) == (lines[1], lines[0])


def test_a_line_is_not_read_out_before_another_question_than_the_one_it_was_meant_for() -> None:
    fits, other = BANK.get("failed-in-production"), BANK.get("learned-fast")
    line = "CV: Halved the failures of a model in production."
    state = InterviewState(plan=("fraud-detection", fits.id), anchors=("", line))
    assert anchors_at(1, fits, state) == ("", line)
    assert anchors_at(1, BANK.get("improved-a-model"), state) == ("", line)
    assert anchors_at(1, other, state) == ("", "")


def test_lines_that_tell_how_somebody_was_persuaded_or_something_repaired_are_kept() -> None:
    lines = [
        "Talked the fraud team out of a deep model that nobody could run.",
        "Rebuilt the ranking of the spare-part search.",
    ]
    assert len(read_by_terms([], lines, BANK).anchors) == 2

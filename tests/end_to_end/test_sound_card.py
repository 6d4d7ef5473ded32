"""`viva interview` at a sound card without hardware: what is said, heard, withdrawn and survived.

One conversation is held, as a person would hold it, and both sides of the sound card are recorded;
each test then looks at one thing that must have happened.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from benchmarks.stereo import BLOCK_MS, audible, first_after
from candidate_voice import say
from sound_card import Playing, Recording, SoundCard
from viva_program import Program

from agent.weights import folder
from audio.frame import Samples
from audio.whisper import WhisperTranscriber
from evaluation.record import Event, Turn
from prompts.question_bank import load_bank

pytestmark = pytest.mark.slow
QUESTION = "fraud-detection"
COMMAND = ("interview", "--persona", "terse-bar-raiser", "--question", QUESTION, "--seed", "3")
OFFLINE = ("--brain", "offline", "--judge", "offline")
REACTION_S = 0.4
"""How soon after the interviewer's end the candidate begins (seconds)."""
SOUND_S = 30.0
"""The longest wait for a sound that must come (seconds)."""
UNDO_AFTER_S = 0.7
"""How long after the interviewer's first sound the candidate goes on (seconds)."""
BARGE_IN_AFTER_S = 3.5
"""Well behind the undo, well before the end of the facts that were asked for (seconds)."""
SILENT_MS = 200
"""From the candidate's first sound to the interviewer's silence: the promise."""
DEVICES_MS = 250
"""What PulseAudio may add: both streams buffer up to 150 ms, and a test machine is busy."""
GAP_MS = 300.0
"""Silence of this length is no gap between words."""

VOLUME = "How many transactions per second do we have?"
COSTS = "And what does a missed fraud cost us?"
PLAN = "Okay, then I would use gradient boosted trees for the second stage."
LATER = "I would train on payments that are older than ninety days."


@dataclass
class Room:
    """Candidate and interviewer at one sound card."""

    card: SoundCard
    program: Program
    speaker: Recording
    microphone: Recording

    def speak(self, text: str) -> Playing:
        """The candidate begins to speak."""
        return self.card.play(say(text))

    def answer(self, text: str) -> float:
        """Speak after a breath; the moment of the last sample (monotonic seconds)."""
        time.sleep(REACTION_S)
        self.speak(text).wait()
        return time.monotonic()

    def reply_begins(self, after_s: float) -> float:
        """Wait for the interviewer's first sound after that moment; when it came."""
        deadline = time.monotonic() + SOUND_S
        while time.monotonic() < deadline:
            found = first_after(audible(self.speaker.samples), self.on_tape(self.speaker, after_s))
            if found is not None:
                return self.speaker.start_s + found / 1000
            time.sleep(0.02)
        raise AssertionError(f"the interviewer stays silent; {self.program.said()}")

    def reply_ends(self, after_s: float) -> float:
        """Wait for a reply after that moment and until it was said; when it was."""
        told = self.program.wait_for("listening", after_s=self.reply_begins(after_s))
        assert told is not None, self.program.said()
        return told[0]

    def on_tape(self, recording: Recording, at_s: float) -> float:
        """A moment as milliseconds of a recording."""
        return max(0.0, (at_s - recording.start_s) * 1000)


@dataclass(frozen=True)
class Story:
    """What was recorded of one conversation and of its second life."""

    prompt: Samples
    """The speaker's sound until the interviewer first listened."""
    undo_ms: float
    """From the candidate's going on to the interviewer's silence."""
    barge_in_ms: float
    turns: Sequence[Turn]
    """Before the crash."""
    events: Sequence[Event]
    crash_told: Sequence[str]
    """What the candidate was told when the sound server died."""
    crash_code: int
    """After Ctrl-C, while it waited for the microphone to come back."""
    crash_said: str
    resumed_turns: Sequence[Turn]
    resumed_code: int
    resumed_said: str


def time_to_silence(room: Room, from_s: float) -> float:
    """Milliseconds from the candidate's first sound after `from_s` to the interviewer's silence."""
    mine = audible(room.microphone.samples)
    began = first_after(mine, room.on_tape(room.microphone, from_s))
    assert began is not None
    began_s = room.microphone.start_s + began / 1000
    theirs = audible(room.speaker.samples)
    at = room.on_tape(room.speaker, began_s)
    silent = at
    while (sound := first_after(theirs, silent, silent + GAP_MS)) is not None:
        silent = sound + BLOCK_MS
    return silent - at


def over_the_interviewer(room: Room, wait_s: float, text: str) -> tuple[float, float]:
    """Speak `wait_s` after now; the time to silence and the moment of the last sample."""
    time.sleep(wait_s)
    began = time.monotonic()
    room.speak(text).wait()
    ended = time.monotonic()
    return time_to_silence(room, began), ended


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """Prompt, a question with an afterthought, a plan over the answer to it, a crash."""
    # A socket's path may have 107 characters: not below pytest's own folder.
    with tempfile.TemporaryDirectory(prefix="viva-") as place:
        home = Path(place) / "sessions"
        with SoundCard(Path(place) / "card") as card:
            yield conversation(card, home)


def conversation(card: SoundCard, home: Path) -> Story:
    """The whole of it, with the crash of the sound server and the resume."""
    with (
        Program(home, *COMMAND, *OFFLINE, env=card.env) as program,
        card.record("speaker") as speaker,
        card.record("microphone") as microphone,
    ):
        room = Room(card, program, speaker, microphone)
        listens = program.wait_for("listening")
        assert listens is not None, program.said()
        prompt = speaker.samples
        room.reply_begins(room.answer(VOLUME))
        undo_ms, ended = over_the_interviewer(room, UNDO_AFTER_S, COSTS)
        room.reply_begins(ended)
        barge_in_ms, ended = over_the_interviewer(room, BARGE_IN_AFTER_S, PLAN)
        room.reply_ends(ended)
        turns, events = program.session.turns(), program.session.events()
        killed = time.monotonic()
        card.kill()
        assert program.wait_for("notice", after_s=killed) is not None, program.said()
        code, said = program.stop(), program.said()
        told = [
            str(event["text"])
            for at_s, event in program.told
            if event["event"] == "notice" and at_s > killed
        ]
    card.start()
    with (
        Program(home, "resume", "last", env=card.env) as program,
        card.record("speaker") as speaker,
        card.record("microphone") as microphone,
    ):
        room = Room(card, program, speaker, microphone)
        assert program.wait_for("listening") is not None, program.said()
        room.reply_ends(room.answer(LATER))
        resumed_code = program.stop()
        return Story(
            prompt, undo_ms, barge_in_ms, turns, events, told, code, said,
            program.session.turns(), resumed_code, program.said(),
        )  # fmt: skip


def words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text.lower()).split()


def shared(expected: str, found: str) -> float:
    """Share of the expected words that were found."""
    there = set(words(found))
    wanted = words(expected)
    return sum(word in there for word in wanted) / len(wanted)


def turn_with(turns: Sequence[Turn], speaker: str, word: str) -> Turn:
    """The one turn of a speaker in which the word occurs."""
    (found,) = [t for t in turns if t.speaker == speaker and word in words(t.text)]
    return found


def test_the_prompt_is_audible_and_is_the_question(story: Story) -> None:
    whisper = WhisperTranscriber(folder("whisper-tiny.en"))
    prompt = load_bank().get(QUESTION).prompt
    assert prompt in story.turns[0].text
    assert shared(prompt, whisper.transcribe(story.prompt, 0.0, ()).text) == 1.0


def test_what_the_candidate_says_is_stored_word_for_word(story: Story) -> None:
    assert shared(VOLUME, story.turns[1].text) >= 0.9
    assert shared(PLAN, turn_with(story.turns, "candidate", "boosted").text) >= 0.9


def test_who_asks_for_a_fact_gets_it(story: Story) -> None:
    facts = [event.get("fact") for event in story.events if event.event == "fact_released"]
    assert facts.count("volume") == 1
    assert "million" in words(story.turns[2].text)


def test_an_afterthought_silences_the_interviewer_and_belongs_to_the_same_turn(
    story: Story,
) -> None:
    assert 0 < story.undo_ms <= SILENT_MS + DEVICES_MS
    asked = story.turns[1]
    assert asked.speaker == "candidate"
    assert shared(f"{VOLUME} {COSTS}", asked.text) >= 0.8


def test_nothing_of_a_withdrawn_reply_is_left(story: Story) -> None:
    asked, reply = story.turns[1:3]
    assert reply.speaker == "interviewer"
    assert (reply.start_ms or 0) >= (asked.end_ms or 0)
    moves = [event.turn for event in story.events if event.event == "move"]
    assert moves == [turn.turn for turn in story.turns if turn.speaker == "interviewer"]


def test_speech_over_the_interviewer_is_heard_and_cuts_the_utterance(story: Story) -> None:
    assert 0 < story.barge_in_ms <= SILENT_MS + DEVICES_MS
    cut, over = story.turns[2:4]
    assert cut.interrupted
    assert len(words(cut.text)) < len(words(load_bank().get(QUESTION).fact("volume").say))
    assert shared(PLAN, over.text) >= 0.8


def test_a_dead_sound_server_is_told_in_one_line_and_everything_is_saved(story: Story) -> None:
    (told,) = story.crash_told
    assert "microphone" in told
    assert "Ctrl-C" in told
    assert story.crash_code == 130
    assert "Traceback" not in story.crash_said
    assert story.resumed_turns[: len(story.turns)] == story.turns


def test_after_the_crash_the_interview_goes_on_where_it_was(story: Story) -> None:
    new = story.resumed_turns[len(story.turns) :]
    assert [turn.speaker for turn in new] == ["candidate", "interviewer"]
    assert shared(LATER, new[0].text) >= 0.8
    assert (new[0].start_ms or 0) > (story.turns[-1].end_ms or 0)
    assert story.resumed_code == 130
    assert "Traceback" not in story.resumed_said

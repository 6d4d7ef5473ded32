"""Speaking over the interviewer at a sound card without hardware, with headphones and in a room."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest
from acoustic_room import ROOMS, LiveRoom, as_loud_as_a_candidate
from benchmarks.stereo import BLOCK_MS, audible, first_after, last_before
from candidate_voice import say
from sound_card import Recording, SoundCard
from viva_program import Program

from agent.weights import folder
from audio.frame import SAMPLE_RATE, Samples
from audio.whisper import WhisperTranscriber
from prompts.question_bank import load_bank

pytestmark = pytest.mark.slow
QUESTION = "fraud-detection"
OFFLINE = ("--brain", "offline", "--judge", "offline")
TERSE = ("--persona", "terse-bar-raiser")
SILENT_MS = 200
"""The promise: from the candidate's first sound to the interviewer's silence."""
DEVICES_MS = 250
"""What PulseAudio may add: both streams buffer up to 150 ms, and a test machine is busy."""
ROOM_KNOWN_S = 5.0
"""The canceller works on three seconds of sound before it lets anything through; with the gaps
between sentences that is so long."""
PAUSE_MS = 400.0
"""A longer silence is a pause of the interviewer, a shorter one a gap between its words."""
VOLUME = "How many transactions per second do we have?"
PLAN = "Okay, then I would use gradient boosted trees for the second stage."


class Talk:
    """A program, a candidate and two recorders at one sound card."""

    def __init__(
        self, card: SoundCard, program: Program, speaker: Recording, microphone: Recording
    ) -> None:
        self.card, self.program = card, program
        self.speaker, self.microphone = speaker, microphone

    def wait_for_sound(self, after_s: float) -> float:
        """The interviewer's first sound after that moment; when it came (monotonic seconds)."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            from_ms = max(0.0, (after_s - self.speaker.start_s) * 1000)
            found = first_after(audible(self.speaker.samples), from_ms)
            if found is not None:
                return self.speaker.start_s + found / 1000
            time.sleep(0.02)
        raise AssertionError(f"the interviewer stays silent; {self.program.said()}")

    def listens(self, after_s: float = 0.0) -> float:
        """When the interviewer began to listen."""
        told = self.program.wait_for("listening", after_s=after_s)
        assert told is not None, self.program.said()
        return told[0]

    def over(self, text_or_sound: str | Samples) -> float:
        """Speak now, to the end; the moment before."""
        sound = say(text_or_sound) if isinstance(text_or_sound, str) else text_or_sound
        began = time.monotonic()
        self.card.play(as_loud_as_a_candidate(sound)).wait()
        return began

    def silent_after_ms(self, from_s: float, until_s: float) -> float:
        """From the candidate's first sound after `from_s` to the silence of the interviewer."""
        mine = audible(self.microphone.samples)
        began = first_after(mine, (from_s - self.microphone.start_s) * 1000)
        assert began is not None
        began_s = self.microphone.start_s + began / 1000
        theirs = audible(self.speaker.samples)
        at = silent = (began_s - self.speaker.start_s) * 1000
        until = (until_s - self.speaker.start_s) * 1000
        while (sound := first_after(theirs, silent, min(silent + PAUSE_MS, until))) is not None:
            silent = sound + BLOCK_MS
        return silent - at


@contextmanager
def talk(*options: str, room: str = "") -> Iterator[Talk]:
    """`viva interview` at a card of its own, in that room or with headphones."""
    with ExitStack() as stack:
        # A socket's path may have 107 characters: not below pytest's own folder.
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="viva-")))
        card = stack.enter_context(SoundCard(place / "card"))
        if room:
            stack.enter_context(LiveRoom(card, ROOMS[room], say(VOLUME)))
        command = ("interview", "--question", QUESTION, "--seed", "3", *options)
        program = stack.enter_context(Program(place / "sessions", *command, env=card.env))
        speaker = stack.enter_context(card.record("speaker"))
        microphone = stack.enter_context(card.record("microphone"))
        yield Talk(card, program, speaker, microphone)
        program.stop()


def cough() -> Samples:
    """Two bursts of noise through a throat, with a voice in them."""
    rng = np.random.default_rng(2)
    at = np.arange(int(0.28 * SAMPLE_RATE)) / SAMPLE_RATE
    burst = rng.standard_normal(at.size) + np.sign(np.sin(2 * np.pi * 110 * at))
    burst = np.convolve(burst, np.hanning(6), mode="same") * np.exp(-at / 0.08)
    gap = np.zeros(int(0.12 * SAMPLE_RATE))
    return (0.2 * np.concatenate([burst, gap, burst])).astype(np.float32)


def words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text.lower()).split()


def shared(expected: str, found: str) -> float:
    """Share of the expected words that were found."""
    there = set(words(found))
    wanted = words(expected)
    return sum(word in there for word in wanted) / len(wanted)


def heard(sound: Samples) -> str:
    return WhisperTranscriber(folder("whisper-tiny.en")).transcribe(sound, 0.0, ()).text


def test_yeah_and_a_cough_pause_the_interviewer_and_a_sentence_stops_it() -> None:
    with talk(*TERSE, *OFFLINE) as it:
        began = it.wait_for_sound(0.0)
        time.sleep(max(0.0, began + ROOM_KNOWN_S - time.monotonic()))
        at = it.over("Yeah, okay.")
        time.sleep(1.5)
        paused_ms = it.silent_after_ms(at, time.monotonic())
        it.over(cough())
        it.listens()
        prompt = it.speaker.samples
        turn = it.program.session.turns()[0]
        time.sleep(0.4)
        asked = it.over(VOLUME)
        reply = it.wait_for_sound(asked + len(say(VOLUME)) / SAMPLE_RATE)
        time.sleep(max(0.0, reply + 3.5 - time.monotonic()))
        at = it.over(PLAN)
        stopped_ms = it.silent_after_ms(at, time.monotonic())
        it.listens(after_s=at)
        it.wait_for_sound(at + len(say(PLAN)) / SAMPLE_RATE + 0.3)
        it.listens(after_s=time.monotonic())
        turns = it.program.session.turns()

    assert paused_ms <= SILENT_MS + DEVICES_MS
    assert not turn.interrupted
    whole = load_bank().get(QUESTION).prompt
    assert whole in turn.text
    # On from where it paused: every word is heard, none twice; tiny.en mishears name and title.
    assert shared(turn.text, heard(prompt)) >= 0.8
    assert abs(len(words(heard(prompt))) - len(words(turn.text))) <= 2

    assert 0 < stopped_ms <= SILENT_MS + DEVICES_MS
    cut = turns[2]
    assert cut.speaker == "interviewer"
    assert cut.interrupted
    say_volume = load_bank().get(QUESTION).fact("volume").say
    assert 0 < len(words(cut.text)) < len(words(say_volume)) + 6
    assert shared(PLAN, turns[3].text) >= 0.8


def test_without_headphones_it_hears_the_candidate_and_never_itself() -> None:
    """In one room; tests/benchmarks/barge_in.py has three."""
    with talk(*TERSE, *OFFLINE, room="office") as it:
        it.listens()
        turn = it.program.session.turns()[0]
        time.sleep(0.4)
        asked = it.over(VOLUME)
        reply = it.wait_for_sound(asked + len(say(VOLUME)) / SAMPLE_RATE + 0.2)
        time.sleep(max(0.0, reply + 3.0 - time.monotonic()))
        mine = it.over(PLAN)
        silent_from = last_before(
            audible(it.speaker.samples), (reply - it.speaker.start_s) * 1000,
            (time.monotonic() - it.speaker.start_s) * 1000,
        )  # fmt: skip
        it.listens(after_s=mine)
        it.wait_for_sound(mine + len(say(PLAN)) / SAMPLE_RATE + 0.3)
        it.listens(after_s=time.monotonic())
        turns, events = it.program.session.turns(), it.program.session.events()
    stopped_ms = silent_from - (mine - it.speaker.start_s) * 1000

    assert not turn.interrupted
    assert load_bank().get(QUESTION).prompt in turn.text
    assert not [event for event in events if event.event == "undo"]
    # Noticed behind the echo, whose rest the canceller takes longer to tell from a voice.
    assert stopped_ms <= SILENT_MS + DEVICES_MS + 300
    assert turns[2].interrupted
    candidate = [turn.text for turn in turns if turn.speaker == "candidate"]
    assert shared(VOLUME, candidate[0]) >= 0.8
    assert len(words(candidate[0])) <= len(words(VOLUME)) + 2
    assert shared(PLAN, candidate[1]) >= 0.8
    assert len(words(candidate[1])) <= len(words(PLAN)) + 3


def test_who_goes_on_right_behind_a_short_reply_withdraws_it() -> None:
    with talk(*TERSE, *OFFLINE) as it:
        it.listens()
        time.sleep(0.4)
        asked = it.over(PLAN)
        reply = it.wait_for_sound(asked + len(say(PLAN)) / SAMPLE_RATE)
        time.sleep(max(0.0, reply + 1.0 - time.monotonic()))
        before = audible(it.speaker.samples)
        ended = last_before(before, 0.0, len(before) * BLOCK_MS)
        it.over(VOLUME)
        it.listens(after_s=reply + 1.0)
        told = it.program.wait_for("heard", "candidate", after_s=reply + 1.0)
        assert told is not None
        turns, events = it.program.session.turns(), it.program.session.events()
    # It had been over for a moment when the candidate went on.
    assert ended < (reply + 1.1 - it.speaker.start_s) * 1000
    (undone,) = [event for event in events if event.event == "undo"]
    assert 0 < len(words(str(undone.get("said")))) <= 4
    (mine,) = [turn for turn in turns if turn.speaker == "candidate"]
    assert shared(f"{PLAN} {VOLUME}", mine.text) >= 0.8
    assert undone.get("said") not in [turn.text for turn in turns]

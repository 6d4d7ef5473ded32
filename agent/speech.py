"""An utterance as sound: which words belong to which piece, so that what was heard can be told."""

from __future__ import annotations

from collections.abc import Iterator

from agent.channels import Speech
from audio.ahead import Ahead
from audio.audible import first_audible
from audio.clauses import clauses
from audio.frame import SpeechChunk
from audio.synthesizer import Synthesizer
from audio.watch import SpokenSound

LEAD_MS = 20
"""Kept before the first sound, so that soft onsets are whole (milliseconds)."""


class VoicedSpeech(Speech):
    """Sentences that become sound clause by clause."""

    def __init__(self, sentences: Iterator[str], synthesizer: Synthesizer, *, ahead: bool) -> None:
        """`ahead`: phrase and synthesize at once, in a thread of its own."""
        super().__init__(sentences)
        self.synthesizer = synthesizer
        self.words: list[str] = []
        """The clause that each chunk of sound begins; empty for its further chunks."""
        self.sound: Iterator[SpeechChunk] = Ahead(self.chunks()) if ahead else self.chunks()

    def chunks(self) -> Iterator[SpeechChunk]:
        """The sound, clause by clause."""
        try:
            for sentence in self.sentences:
                for clause in clauses(sentence):
                    words = clause
                    for chunk in self.synthesizer.synthesize(clause):
                        first = not self.words
                        self.words.append(words)
                        words = ""
                        yield without_lead(chunk) if first else chunk
        finally:
            super().drop()

    def drop(self) -> None:
        """Stop phrasing and synthesizing; returns when both have ended."""
        if isinstance(self.sound, Ahead):
            self.sound.cancel()
            self.sound.wait()
        else:
            close = getattr(self.sound, "close", None)
            if close is not None:
                close()

    def heard(self, sound: SpokenSound) -> str:
        """The words whose sound was heard; of a clause cut off its first words, by its length."""
        told: list[str] = []
        clause, total, heard = "", 0, 0
        for words, chunk, played in zip(
            [*self.words, "-"], [*sound.chunks, None], [*sound.heard, 0], strict=False
        ):
            if words and clause:
                told.append(cut(clause, heard / total if total else 0.0))
                total = heard = 0
            if chunk is None:
                break
            clause = words or clause
            total += len(chunk.samples)
            heard += played
        return " ".join(text for text in told if text)


def without_lead(chunk: SpeechChunk) -> SpeechChunk:
    """The chunk without the silence before its first sound: engines put 0.2 to 0.3 s there, and
    somebody waits for it."""
    audible = first_audible(chunk.samples, chunk.rate_hz)
    first = max(0, audible - chunk.rate_hz * LEAD_MS // 1000)
    return SpeechChunk(chunk.samples[first:], chunk.rate_hz)


def cut(clause: str, share: float) -> str:
    """The first words of a clause, by the share (0-1) of its sound that was heard."""
    words = clause.split()
    return " ".join(words[: round(share * len(words))])

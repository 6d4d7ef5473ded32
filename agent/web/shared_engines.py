"""Everything heavy, loaded once for all conversations of a server."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.commands.sound import SpeechEngines
from agent.graph import build_graph
from agent.recogniser import SMALLEST, OnFault, WithFallback, choose, open_endpoint
from agent.recogniser_speed import THREADS
from agent.settings import Settings
from agent.studio import ENCODER, Engines, open_engines
from agent.web.memory import few_arenas
from agent.weights import folder
from audio.frame import Samples
from audio.synthesizer import CachedSynthesizer, Synthesizer, open_engine
from audio.transcriber import Clause, Transcriber
from evaluation.encoder import SentenceEncoder
from prompts.persona import Persona, Voice

if TYPE_CHECKING:
    from audio.vad import VoiceDetector
    from prompts.rubric import Level


class OneAtATime:
    """A transcriber for several conversations: two readings at once on one model are no faster,
    and its window is shortened and lengthened between them."""

    def __init__(self, transcriber: Transcriber) -> None:
        self.transcriber = transcriber
        self.lock = threading.Lock()

    def transcribe(self, samples: Samples, start_ms: float, hotwords: Sequence[str]) -> Clause:
        """As the transcriber does; waits for its turn."""
        with self.lock:
            return self.transcriber.transcribe(samples, start_ms, hotwords)


class SharedEngines:
    """Loads each part when it is first wanted; `warm` loads what every conversation needs."""

    def __init__(self, settings: Settings) -> None:
        few_arenas()
        self.settings = settings
        self.encoder = SentenceEncoder(folder(ENCODER))
        self.lock = threading.Lock()
        self.transcribers: dict[str, OneAtATime] = {}
        self.voices: dict[tuple[str, str], Synthesizer] = {}
        self.spoken: dict[tuple[str, str, int], CachedSynthesizer] = {}
        self._detector: VoiceDetector | None = None
        self.warmed = False
        """Whether a conversation could begin at once."""

    def warm(self, persona: Persona) -> None:
        """Load recogniser, detector, voice, encoder and the graph's library (a few seconds).

        Raises EngineError or VivaError when something is missing.
        """
        self.speech(persona, lambda _fault: None)
        from langgraph.checkpoint.memory import InMemorySaver

        build_graph(InMemorySaver())
        for encoder in (self.encoder, self.encoder.for_reading()):
            encoder.encode(["Ready."])
        self.warmed = True

    def speech(self, persona: Persona, on_fault: OnFault) -> SpeechEngines:
        """The parts of one spoken conversation; `on_fault` is told when an endpoint fails."""
        with self.lock:
            local = self.recogniser(choose(self.settings).name)
            heard: Transcriber = local
            if self.settings.transcription == "openai":
                heard = WithFallback(open_endpoint(self.settings), local, on_fault)
            return SpeechEngines(self.voice(persona.voice), self.detector(), heard)

    def conversation(
        self, persona: Persona, level: Level, settings: Settings, seed: int
    ) -> Engines:
        """Brain and judge of one conversation."""
        return open_engines(settings, persona, level, seed=seed, encoder=self.encoder)

    def quickest(self) -> Transcriber:
        """The recogniser for a machine that does not keep up."""
        with self.lock:
            return self.recogniser(SMALLEST, second_look=False)

    def recogniser(self, name: str, *, second_look: bool = True) -> OneAtATime:
        """The recogniser of that name; called with the lock held."""
        from audio.whisper import WhisperTranscriber

        key = f"{name} {second_look}"
        if key not in self.transcribers:
            chosen = choose(self.settings.model_copy(update={"whisper": name}))
            whisper = WhisperTranscriber(chosen.folder, threads=THREADS)
            whisper.second_look = second_look
            self.transcribers[key] = OneAtATime(whisper)
        return self.transcribers[key]

    def voice(self, voice: Voice) -> CachedSynthesizer:
        """A persona's voice; called with the lock held."""
        key = (voice.engine, voice.name)
        if key not in self.voices:
            # The natural engine has one voice, whatever is asked for.
            loaded = (each for each in self.voices.values() if each.name == "natural")
            natural = None if voice.engine == "pyttsx3" else next(loaded, None)
            self.voices[key] = natural or open_engine(voice.engine, voice.name)
        paced = (*key, voice.words_per_minute)
        if paced not in self.spoken:
            self.spoken[paced] = CachedSynthesizer(self.voices[key], voice.words_per_minute)
        return self.spoken[paced]

    def detector(self) -> VoiceDetector:
        """The voice detector; called with the lock held."""
        from audio.vad import SpeechDetector

        self._detector = self._detector or SpeechDetector()
        return self._detector

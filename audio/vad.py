"""Voice activity: how likely each 32 ms frame is speech (Silero VAD v6, MIT, from faster-whisper).

One `SpeechDetector` holds the model and serves any number of streams; what a stream has heard so
far lives in its small `SileroStream`.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from audio.errors import EngineError
from audio.frame import FRAME_SAMPLES, Samples

CONTEXT_SAMPLES = 64
"""The model sees this much of the frame before, too (fixed by the network)."""
STATE_SHAPE = (1, 1, 128)
"""Shape of each of the two recurrent states (fixed by the network)."""


class VoiceStream(Protocol):
    """The voice activity of one stream of frames."""

    def probability(self, samples: Samples) -> float:
        """How likely the next FRAME_SAMPLES samples are speech, 0 to 1. Frames come in order."""
        ...


class VoiceDetector(Protocol):
    """Opens streams of voice activity."""

    def stream(self) -> VoiceStream:
        """A new stream that has heard nothing yet."""
        ...


class SpeechDetector:
    """Silero VAD: about 0.2 ms a frame on one thread; the model may be shared between threads."""

    def __init__(self) -> None:
        """Load the model. Raises EngineError when faster-whisper or its asset is missing."""
        try:
            from faster_whisper.vad import get_vad_model

            self._session: Any = get_vad_model().session
        except Exception as error:  # onnxruntime's errors share no base class
            raise EngineError(
                f"the voice activity model cannot be loaded ({error})",
                where="faster-whisper",
                todo="Install Viva again.",
            ) from error

    def stream(self) -> SileroStream:
        """A new stream that has heard nothing yet."""
        return SileroStream(self._session)


class SileroStream:
    """The recurrent state of one stream."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._h: NDArray[np.float32] = np.zeros(STATE_SHAPE, dtype=np.float32)
        self._c: NDArray[np.float32] = np.zeros(STATE_SHAPE, dtype=np.float32)
        self._context: NDArray[np.float32] = np.zeros((1, CONTEXT_SAMPLES), dtype=np.float32)

    def probability(self, samples: Samples) -> float:
        """How likely the next frame is speech, 0 to 1.

        `samples` has shape (FRAME_SAMPLES,), float32; ValueError otherwise.
        """
        if samples.shape != (FRAME_SAMPLES,) or samples.dtype != np.float32:
            raise ValueError(
                f"a frame is {FRAME_SAMPLES} float32 samples, not {samples.shape} {samples.dtype}"
            )
        frame = samples[np.newaxis, :]
        given = np.concatenate([self._context, frame], axis=1)
        output, self._h, self._c = self._session.run(
            None, {"input": given, "h": self._h, "c": self._c}
        )
        self._context = frame[:, -CONTEXT_SAMPLES:].copy()
        return float(output.item())

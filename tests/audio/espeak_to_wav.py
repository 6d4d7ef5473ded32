"""Speak a text with espeak-ng into a WAV: `python espeak_to_wav.py VOICE FILE TEXT`.

Run as a process of its own: a second copy of the library in one process disturbs pyttsx3's.
"""

import ctypes
import sys
import wave

import espeakng_loader

SYNCHRONOUS_RETRIEVAL = 2
UTF8 = 1


def main(voice: str, path: str, text: str) -> None:
    """Write `text` in that voice to `path`."""
    espeak = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    rate = espeak.espeak_Initialize(SYNCHRONOUS_RETRIEVAL, 0, data, 0)
    sound = bytearray()

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
    def collect(samples: int | None, count: int, events: int | None) -> int:
        if samples and count > 0:
            sound.extend(ctypes.string_at(samples, count * 2))
        return 0

    espeak.espeak_SetSynthCallback(collect)
    if espeak.espeak_SetVoiceByName(voice.encode()) != 0:
        raise SystemExit(f"espeak-ng has no voice {voice}")
    spoken = text.encode()
    espeak.espeak_Synth(spoken, len(spoken) + 1, 0, 0, 0, UTF8, None, None)
    espeak.espeak_Synchronize()
    with wave.open(path, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(sound))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Microphones and speakers by name or number. PortAudio is loaded only when a device is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from audio.errors import DeviceError

INSTALL_PORTAUDIO = (
    "Install it (Debian and Ubuntu: `apt-get install libportaudio2`), "
    "or go on without sound: `--text` or `--candidate`."
)
Direction = Literal["input", "output"]
NAMES: dict[Direction, str] = {"input": "microphone", "output": "speaker"}


@dataclass(frozen=True, slots=True)
class Device:
    """One device as PortAudio sees it."""

    index: int
    """PortAudio's number; it may change when something is plugged in."""
    name: str
    inputs: int
    """Channels that can be recorded, 0 = not a microphone."""
    outputs: int
    """Channels that can be played, 0 = not a speaker."""
    rate_hz: int
    """The device's own sample rate."""

    def channels(self, direction: Direction) -> int:
        """How many channels it has in that direction."""
        return self.inputs if direction == "input" else self.outputs


def load_sounddevice() -> Any:
    """The `sounddevice` module. Raises DeviceError where the PortAudio library is missing."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise DeviceError(f"there is no sound here ({error})", todo=INSTALL_PORTAUDIO) from error
    return sounddevice


def devices() -> list[Device]:
    """All devices. Raises DeviceError when PortAudio is missing or cannot ask the system."""
    sounddevice = load_sounddevice()
    try:
        found = sounddevice.query_devices()
    except sounddevice.PortAudioError as error:
        raise DeviceError(f"the sound system does not answer ({error})") from error
    return [
        Device(
            index=int(entry["index"]),
            name=str(entry["name"]),
            inputs=int(entry["max_input_channels"]),
            outputs=int(entry["max_output_channels"]),
            rate_hz=round(entry["default_samplerate"]),
        )
        for entry in found
    ]


def find_input(wanted: str | int | None = None) -> Device:
    """The microphone of that name or number; None = the default. Raises DeviceError."""
    return find("input", wanted, devices())


def find_output(wanted: str | int | None = None) -> Device:
    """The speaker of that name or number; None = the default. Raises DeviceError."""
    return find("output", wanted, devices())


def has_input() -> bool:
    """Whether a microphone can be found; never raises."""
    return has(find_input)


def has_output() -> bool:
    """Whether a speaker can be found; never raises."""
    return has(find_output)


def has(find_device: Any) -> bool:
    """Whether `find_device()` succeeds."""
    try:
        find_device()
    except DeviceError:
        return False
    return True


def find(direction: Direction, wanted: str | int | None, available: list[Device]) -> Device:
    """The device among `available`: by number, else by whole name, else by a unique part of it.

    None takes the system's default, or the first one that fits where no default is set. Raises
    DeviceError naming the choices when none or several fit.
    """
    fitting = [device for device in available if device.channels(direction) > 0]
    kind = NAMES[direction]
    if not fitting:
        raise DeviceError(f"there is no {kind}", todo="Plug one in, or use `--text`.")
    if wanted is None or wanted == "":
        return default(direction, fitting)
    text = str(wanted).strip()
    if text.isdecimal():
        matches = [device for device in fitting if device.index == int(text)]
    else:
        matches = [d for d in fitting if d.name.casefold() == text.casefold()] or [
            d for d in fitting if text.casefold() in d.name.casefold()
        ]
    if len(matches) == 1:
        return matches[0]
    choices = ", ".join(f"{device.index} {device.name}" for device in matches or fitting)
    problem = "several are called so" if matches else "there is none of that name or number"
    raise DeviceError(f"{kind} {text!r}: {problem}", todo=f"Choose one of: {choices}.")


def default(direction: Direction, fitting: list[Device]) -> Device:
    """The system's default among `fitting`, or the first."""
    defaults = load_sounddevice().default.device
    index = defaults[0 if direction == "input" else 1]
    return next((device for device in fitting if device.index == index), fitting[0])

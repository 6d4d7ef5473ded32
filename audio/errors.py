"""Errors of sound. The same three facts as `prompts/errors.py`, which `audio` may not import.

AudioError               what, where, what to do; exit code 1
├── AudioFileError       a sound file cannot be used; exit code 2
├── DeviceError          no device, taken, or gone
└── EngineError          a speech engine or its weights are missing or failed
"""

from __future__ import annotations


class AudioError(Exception):
    """Something about sound failed that a person can act on."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        super().__init__(self.line())

    def line(self) -> str:
        """The error as one line: where, what, what to do."""
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.todo}" if self.todo else ""
        return f"{place}{self.what.rstrip('.')}.{advice}"


class AudioFileError(AudioError):
    """A sound file cannot be used."""

    exit_code = 2


class DeviceError(AudioError):
    """A microphone or speaker is missing, taken or gone."""


class EngineError(AudioError):
    """A speech engine or its weights are missing or failed."""

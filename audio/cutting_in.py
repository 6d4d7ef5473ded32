"""An interviewer that cuts in waits for the next small pause, but not for ever."""

from __future__ import annotations

from audio.hearing import ListenRequest


class CuttingIn:
    """From the moment `request.cut_in` is set to the end of the turn."""

    def __init__(self, request: ListenRequest) -> None:
        self._request = request
        self._asked_ms: float | None = None

    def is_over(self, now_ms: float, last_speech_end_ms: float, hears_speech: bool) -> bool:
        """Whether the turn ends now: `cut_in_pause_ms` of quiet, or `cut_in_ms` are over.

        Quiet counts from the wish to cut in, at the earliest. To be called at every frame.
        """
        request = self._request
        if request.cut_in is None or not request.cut_in.is_set():
            return False
        if self._asked_ms is None:
            self._asked_ms = now_ms
        since_ms = now_ms - self._asked_ms
        quiet_ms = min(since_ms, now_ms - last_speech_end_ms)
        paused = not hears_speech and quiet_ms >= request.cut_in_pause_ms
        return paused or since_ms >= request.cut_in_ms

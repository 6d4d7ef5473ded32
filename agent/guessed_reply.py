"""A reply begun before it is certain that the turn is over."""

from __future__ import annotations

from collections.abc import Callable

from agent.channels import Heard
from agent.reply import Reply


class GuessedReply:
    """A reply begun when the turn seemed over; used if it was, else dropped without a trace."""

    def __init__(self, begin: Callable[[Heard], Reply], go_back: Callable[[], None]) -> None:
        """`begin` a reply on the graph; `go_back` to the checkpoint that waits for the answer."""
        self.begin, self.go_back = begin, go_back
        self.reply: Reply | None = None
        self.text = ""
        self.void = False

    def settled(self, heard: Heard) -> None:
        """Begin a reply to `heard` on the graph; nothing is shown, said or stored yet."""
        self.dropped()
        if not heard.text.strip():
            return
        self.reply = self.begin(heard)
        self.text, self.void = heard.text, False

    def resumed(self) -> None:
        """The candidate goes on; the reply is dropped when there is time for it."""
        self.void = True

    def taken(self, heard: Heard) -> Reply | None:
        """The reply, if it was begun to just these words."""
        as_guessed = not self.void and not heard.cut_in and heard.text == self.text
        if self.reply is not None and as_guessed:
            return self.reply
        self.dropped()
        return None

    def dropped(self) -> None:
        """Drop a reply that was begun, and go back to where the graph waited."""
        if self.reply is not None:
            self.reply.drop()
            self.reply = None
            self.go_back()

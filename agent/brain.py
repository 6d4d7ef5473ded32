"""The port of a brain: it understands and phrases. What to do next is decided by the policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from agent.moves import Move
from agent.reading import Reading
from agent.situation import Situation
from agent.state import Answer, Covered
from prompts.question_bank import Question
from prompts.rubric import Level


class Brain(Protocol):
    """Reads answers and words moves. Never raises for what an endpoint does: it falls back."""

    name: str

    def warm(self, question: Question, level: Level) -> None:
        """Load what reading answers to `question` needs; called while the prompt is being said."""
        ...

    def prepare(self, clause: str, situation: Situation) -> None:
        """Read a clause ahead while the candidate goes on; saves time in `read`."""
        ...

    def read(self, answer: Answer, situation: Situation) -> Reading:
        """What was understood of `answer`. Quotes are verbatim parts of it."""
        ...

    def late(self) -> tuple[Covered, ...]:
        """Points found in earlier answers meanwhile, by whatever reads beside the conversation."""
        ...

    def phrase(self, move: Move, situation: Situation) -> Iterator[str]:
        """The words for `move`, sentence by sentence, none spoken before in this session."""
        ...

    def notices(self) -> tuple[str, ...]:
        """What failed and was replaced since the last call, one sentence each."""
        ...

    def used(self) -> dict[str, int]:
        """What a model was used for so far; empty when there is none.

        Keys: calls, input_tokens (cached ones included), cached_tokens, output_tokens, refused
        (wordings that code did not let pass), replaced (turns worded or read offline).
        """
        ...

    def close(self) -> None:
        """End what still runs beside the conversation; nobody waits for it any more."""
        ...

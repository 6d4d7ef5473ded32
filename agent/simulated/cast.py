"""All simulated candidates by name."""

from __future__ import annotations

from agent.simulated.candidate import Candidate
from agent.simulated.capable import (
    Commander,
    Junior,
    Mid,
    NonNative,
    Rambler,
    Senior,
    SilentThinker,
)
from agent.simulated.trying import (
    DontKnow,
    Gibberish,
    Hostile,
    Injector,
    OffTopic,
    OneWord,
    Parrot,
    QuestionAsker,
)

CANDIDATES: dict[str, type[Candidate]] = {
    candidate.name: candidate
    for candidate in (
        *(Senior, Mid, Junior, Rambler, SilentThinker, OneWord, DontKnow, QuestionAsker, Parrot),
        *(Gibberish, Hostile, OffTopic, Injector, NonNative, Commander),
    )
}
"""Fifteen ways to be interviewed."""

"""What a short sound over the interviewer is: a cough, "mm-hmm", or somebody who wants the floor.

Read without hotwords: with them tiny.en heard nothing in "wait." and in "no.". Of 26 short words in
a natural voice it then heard 21 as they were said; four coughs and a burst of noise gave no words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from audio.transcriber import HeardWord

UNBELIEVED = 0.5
"""Mean confidence below which a short reading is a guess ("uh-huh" came as "It has." with 0.46);
the words of FLOOR count all the same ("wait." had 0.43)."""
GUESSED_WORDS = 2
"""Longer readings are never taken for a guess."""


class ShortSound(StrEnum):
    """What a sound of about a second means to somebody who is speaking."""

    NOTHING = "nothing"
    """No words: a cough, a key, a chair."""
    BACKCHANNEL = "backchannel"
    """I am listening: go on."""
    HESITATION = "hesitation"
    """Somebody is about to say more."""
    ADDITION = "addition"
    """Words that go on with what was said before: "and also rules"."""
    WORDS = "words"
    """Somebody wants the floor."""


SINGLE = frozenset(
    "mm mmm mhm mhmm mmhm mmhmm hm hmm uhhuh huh aha ah oh ooh yeah yep yup yes ok okay right sure "
    "alright fine good great cool nice perfect exactly indeed true correct interesting thanks "
    "understood absolutely definitely bye you mom mum".split()
)
"""Each of them alone, or several in a row. The last four: what tiny.en makes of a breath, of
silence and of "mm-hmm"."""
PHRASES = re.compile(
    r"\b(?:i see|got it|gotcha|makes? sense|of course|fair enough|sounds good|all right|no problem|"
    r"thank you(?: very much)?|uh huh|mm hmm|mm hm|that makes? sense|good point|good question|"
    r"it has)\b"
)
"""Said by somebody who listens. The last one is what tiny.en makes of "uh-huh"."""
HESITATIONS = frozenset("um umm uh er erm so well m".split())
ADDITIONS = frozenset("and also plus or then which nor".split())
"""First words of somebody who goes on. "But" and "because" also begin an answer to "why?"."""
FLOOR = frozenset(
    "wait stop sorry no hold hang what why how when where who pardon excuse actually but can could "
    "may just one question let please again repeat".split()
)


def short_sound(words: Sequence[HeardWord]) -> ShortSound:
    """What these words, heard in a short sound, mean to whoever is speaking."""
    text = " ".join(re.sub(r"[^\w\s]", "", word.word.lower()) for word in words)
    rest = PHRASES.sub(" ", " ".join(text.split())).split()
    said = [word for word in rest if word not in SINGLE]
    if not words:
        return ShortSound.NOTHING
    if not said:
        return ShortSound.BACKCHANNEL
    if all(word in HESITATIONS for word in said):
        return ShortSound.HESITATION
    guess = sum(word.confidence for word in words) / len(words) < UNBELIEVED
    if guess and len(said) <= GUESSED_WORDS and not FLOOR.intersection(said):
        return ShortSound.NOTHING
    return ShortSound.ADDITION if said[0] in ADDITIONS else ShortSound.WORDS

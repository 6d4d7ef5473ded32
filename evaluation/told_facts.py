"""What the interviewer told, as words for an example sentence: a fact, the task, the new fact."""

from __future__ import annotations

import re

from evaluation.answer import Answer
from evaluation.detectors import Context
from evaluation.lexicon import NUMBER
from evaluation.record import Turn

LONGEST_FACT = 12
LONGEST_SCOPE = 16
TIMES = re.compile(r"\b(?:millisecond|ms|second|minute|hour|day|week|month)s?\b")
TIGHT = re.compile(r"\b(?:milliseconds?|ms)\b|\b(?!a |per )\w+ seconds\b")
RATE = re.compile(r"\b(?:a|per|each|every) (?:second|minute|hour|day|week|month)\b")
QUOTED = re.compile(r"“([^”]+)”")
SUPPOSE = re.compile(
    r"^(?:and |so |okay |now |but )*(?:suppose|imagine|what if|let us say|let's say|say|assume)"
    r"(?: now| that)*,? ",
    re.IGNORECASE,
)
LEADING = re.compile(
    r"^(?:(?:and|so|but|well|then|okay|yes|no|say|right|because|which is|for scale)\b,? ?)+",
    re.IGNORECASE,
)
"""What a fact may begin with that does not belong to it."""
RARE = re.compile(
    r"\b(?:one|1) in (?:a |an |every )?((?:\w+ )?(?:hundred|thousand|\w+ty|\d[\d,]*))\b"
)


def told_slots(context: Context) -> dict[str, str]:
    """What the interviewer said: a fact with a figure, the scope, the twist."""
    replies = [reply.text for reply in context.answer.replies]
    pieces = [piece for text in replies for piece in re.split(r"[.;!?,]\s+|[.!?]$", text)]
    telling = [
        lower_first(LEADING.sub("", piece.strip()))
        for piece in pieces
        if NUMBER.search(piece.lower()) and 2 <= len(piece.split()) <= LONGEST_FACT
    ]
    timed = [fact for fact in telling if TIMES.search(fact.lower())]
    fact = next(iter(timed or telling), "")
    tight = next((piece for piece in telling if TIGHT.search(piece.lower())), "")
    rate = next((piece for piece in telling if RATE.search(piece.lower())), "")
    scope = re.split(r"[.!?](?:\s|$)", replies[0])[0].strip() if replies else ""
    rare = next((m.group(1) for text in replies if (m := RARE.search(text.lower()))), "")
    twist = ""
    for turn in context.twist_turns[:1]:
        twist = new_fact(context.answer, context.answer.by_turn[turn])
    return {
        "fact": fact,
        "tight": tight,
        "rate": rate,
        "base": f"one case in {rare}" if rare else "",
        "scope": lower_first(scope) if tells_a_task(scope) else "",
        "twist": lower_first(twist) if 2 < len(twist.split()) <= LONGEST_SCOPE else "",
    }


def tells_a_task(scope: str) -> bool:
    """Whether a sentence is short enough to say back and no figure about the task."""
    return len(scope.split()) <= LONGEST_SCOPE and not NUMBER.search(scope.lower())


def new_fact(answer: Answer, turn: Turn) -> str:
    """What an interviewer's turn has put: the fact quoted in it, else its first sentence."""
    theirs = (each.text for each in answer.turns if each.speaker == "candidate")
    mine = " ".join(theirs).lower()
    # Beside the fact stands what the candidate said against it, quoted as well.
    quoted = [each for each in QUOTED.findall(turn.text) if each.lower() not in mine]
    text = quoted[0] if quoted else SUPPOSE.sub("", turn.text.strip())
    return re.split(r"[.!?](?:\s|$)", text)[0].strip()


def lower_first(text: str) -> str:
    """The text with a small first letter, unless its first word is a name in capitals or I."""
    first = text.split(" ", 1)[0]
    keeps = first in {"I", "I'm", "I'd"} or (len(first) > 1 and first[1:].lower() != first[1:])
    return text if keeps else text[:1].lower() + text[1:]

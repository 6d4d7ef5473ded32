"""Spoken commands to the interviewer, told apart from the same words inside an answer.

A command is a whole clause made of a request and its object ("can we skip this one"), never a word
found somewhere: "I'd skip the cache", "we repeat the sampling" and "stop the rollout" are answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from agent.clauses import Span, clauses, sentences
from agent.command_forms import PATTERNS, Command
from agent.wording import bare

SUBSTANCE_WORDS = 7
"""Words beside a command from which a turn is an answer that also holds a command."""
GUESS_WORDS = 4
"""Words beside "I'm not sure" from which it is a guess: "but I think recall matters more"."""

COMPILED = {
    command: re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
    for command, patterns in PATTERNS.items()
}
# Said last these end the turn whatever stood before; the others need a turn without substance.
FINAL: frozenset[Command] = frozenset({"repeat", "rephrase", "wait", "hint", "skip", "stop"})

ROUNDS_OFF = re.compile(
    r"\b(?:stop|end|finish|leave it|close|wrap (?:it )?up|pause) (?:it )?"
    r"(?:here|there|at that|with that)\W*$",
    re.IGNORECASE,
)
"""After an answer these words close it: people say "let me stop there" and wait for a question."""
HAND_OVER = re.compile(
    r"(?:so )?(?:does|did|do) (?:that|this|it|any of (?:that|"
    r"this)) (?:all )?(?:make (?:any )?sense|help|answer (?:your|the) question|sound (?:good|"
    r"right|reasonable|okay|ok|fine)|"
    r"work(?: for you)?|match what you .{2,30}|cover (?:it|what you .{2,30}))(?: (?:so far|to you|"
    r"for you))*"
    r"|(?:make|makes) sense|right|correct|okay|ok|you know|you see|see|fair|agreed"
    r"|(?:is|was) (?:that|this|it) (?:ok|okay|clear|fine|enough|what you (?:wanted|meant|"
    r"were (?:after|looking for|asking))|the kind of .{2,40}|good enough|detailed enough|"
    r"reasonable)(?: (?:so far|for you|for now|enough))*"
    r"|(?:shall|should|can|may) i (?:go on|continue|proceed|keep going|move on|carry on|go deeper|"
    r"go into (?:more )?detail|elaborate|expand on (?:that|this|it))(?: (?:here|there|with this|"
    r"with that|from here))*"
    r"|(?:do you have )?any (?:other )?questions(?: (?:so far|about (?:that|this)|for me))*"
    r"|(?:is there )?(?:anything|something)(?: else)? you(?: would)?(?: like| want)(?: me)?"
    r"(?: to)? (?:add|cover|discuss|talk about|address|touch on|go into|go deeper on|"
    r"expand on|know|hear)(?: .{2,30})?"
    r"|(?:would|do) you (?:like|want) (?:me )?(?:to )?(?:me to )?(?:go on|go deeper|elaborate|"
    r"continue|say more|hear more)"
    r"|(?:is|was|does|did) (?:that|this|it) .{0,40}?(?:you (?:mean|meant|had in mind|"
    r"(?:would )?(?:want|expect|like)|wanted|expected|are (?:after|looking for)|"
    r"are expecting)|understandable|clear|so far)(?: so far| here| to hear| from me)*"
    r"|what do you think|how does that sound|sound good|are you (?:ok|okay|happy|"
    r"fine) with (?:that|this)|are we good"
)

LEADS_ON = re.compile(
    r"(?:(?:can|could|may|might|shall) (?:we|i)|(?:is it|would it be) (?:ok|okay|fine|all right) "
    r"(?:if (?:we|i)|to)|do you mind if (?:we|i))(?: (?:now|then|maybe|perhaps|just|also))* "
    r"(?:go(?: on| over| deeper)?|move(?: on| over)?|jump(?: ahead)?|turn|skip ahead|proceed) "
    r"(?:to|into) (?!(?:the )?next\b|another\b|an?\b|something\b)(?P<topic>(?:[a-z-]+ ?){1,4})"
)
"""The candidate names where to go next: "can we move on to serving?\""""

TAG = re.compile(
    r"\w,?\s+(?:right|okay|ok|correct|yeah|you know|isn['’]?t it|don['’]?t we)\s*\?\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Acts:
    """What the turn does beside talking about the problem."""

    command: Command | None
    handed_over: bool
    taken: tuple[Span, ...]
    """Pieces that are commands or hand-overs, so that nobody reads them as content."""


@lru_cache(maxsize=4096)
def command_of(words: str) -> Command | None:
    """The command that a whole piece of speech is, or None. `words` may hold fillers."""
    said = bare(words)
    if not said:
        return None
    for command, pattern in COMPILED.items():
        if pattern.fullmatch(said):
            return command
    return None


@lru_cache(maxsize=4096)
def is_hand_over(words: str) -> bool:
    """True when a whole piece of speech hands the turn back: 'does that make sense?'"""
    said = bare(words)
    if re.fullmatch(r"\W*(?:right|okay|ok|correct|yeah)\s*\?\W*", words.strip(), re.IGNORECASE):
        return True
    if leads_on(words):
        return True
    return bool(said) and HAND_OVER.fullmatch(said) is not None


def leads_on(words: str) -> bool:
    """True when a whole piece of speech asks to go on to something: "shall we turn to serving?\""""
    return LEADS_ON.fullmatch(bare(words)) is not None


def is_tagged(words: str) -> bool:
    """True for a statement with a tag: 'so the labels come late, right?'."""
    return TAG.search(words) is not None


@lru_cache(maxsize=64)
def read_acts(text: str) -> Acts:
    """Commands and hand-overs of one turn.

    A command counts when it comes last, or when little else was said; "done" and "don't know" only
    when nothing else of substance was said. The turn's own words stay what they are otherwise.
    """
    pieces = list(dict.fromkeys(p for s in sentences(text) for p in pieces_of(text, s)))
    found = [(piece, command_of(piece.text)) for piece in pieces]
    ends = [piece for piece in pieces if is_hand_over(piece.text)]
    taken = [piece for piece, command in found if command is not None] + ends
    rest = " ".join(p.text for p in pieces if not any(covers(t, p) for t in taken))
    substance = len(bare(rest).split())
    whole = command_of(text)
    commands = [command for _, command in found if command is not None]
    last = last_command(text, found)
    handed = bool(ends and ends[-1].end >= len(text.rstrip()) - 1) or "done" in commands[-1:]
    command: Command | None = None
    if whole is not None:
        command = whole
    elif last in {"stop", "skip"} and substance >= SUBSTANCE_WORDS and only_rounds_off(text):
        command = "done"
    elif last in FINAL and last is not None and not (last == "wait" and substance > 60):
        command = last
    elif commands and substance < (GUESS_WORDS if "dont_know" in commands else SUBSTANCE_WORDS):
        command = next((c for c in reversed(commands) if c in FINAL), commands[-1])
    elif ends and not rest.strip():
        command = "done"
    return Acts(command, handed or command == "done", tuple(taken))


def only_rounds_off(text: str) -> bool:
    """Whether the last sentence ends an answer ("I'd stop here") rather than the interview."""
    ends = [sentence.text for sentence in sentences(text)]
    return bool(ends) and ROUNDS_OFF.search(ends[-1]) is not None


def last_command(text: str, found: list[tuple[Span, Command | None]]) -> Command | None:
    """The command that the last piece of words is, passing over closing fillers."""
    for piece, command in reversed(found):
        if command is not None:
            return command
        if bare(piece.text):
            return None
    return None


def pieces_of(text: str, sentence: Span) -> list[Span]:
    """The sentence, or its clauses cut at every comma when it is not a command as a whole."""
    if command_of(sentence.text) or is_hand_over(sentence.text):
        return [sentence]
    inside = [c for c in clauses(text) if c.start >= sentence.start and c.end <= sentence.end]
    places = [m.end() for m in re.finditer(r"[,;:]\s+|\s-\s", sentence.text)]
    parts: list[Span] = []
    begin = sentence.start
    for place in [sentence.start + p for p in places] + [sentence.end]:
        stripped = text[begin:place].strip()
        if stripped:
            start = text.index(stripped, begin)
            parts.append(Span(stripped, start, start + len(stripped)))
        begin = place
    by_comma = any(command_of(p.text) or is_hand_over(p.text) for p in parts)
    return parts if by_comma else inside or [sentence]


def covers(outer: Span, inner: Span) -> bool:
    """True when `inner` lies inside `outer`."""
    return outer.start <= inner.start and inner.end <= outer.end

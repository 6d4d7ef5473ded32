"""Whether a listener can follow an answer: things named, not pointed at, and told in an order.

Two measures, each with a band in which one cannot tell, so that a misheard word or two changes a
finding by a step and not from one end to the other: how much is pointed at instead of named, and
how much arrives in the order of recall (pieces that nothing before or after takes up, and words
for what should have come earlier). Both lines were set on `tests/data/judge` (JUDGE_LOG.md).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, cast

from evaluation.answer import LONE_TERM, TERM_LIST, Answer, content_words
from evaluation.detectors import Finding, absent
from evaluation.lexicon import VAGUE
from evaluation.sentences import Unit

Followed = Literal["clear", "doubtful", "lost"]

USUAL_SHARE, USUAL_WORDS = 0.065, 60
"""What an answer is taken to be before its words are counted, so that in a short one a single
misheard word does not decide."""
USUAL_DENSITY, DENSITY_WEIGHT = 0.42, 0.15
"""Content words among all words of a usual answer, and how much fewer of them count as pointing:
"it does there what it does not do here" has little else to hold on to."""
CLEAR_SHARE, TANGLED_SHARE, LOST_SHARE = 0.092, 0.11, 0.15
"""Pointing words (it, that, one, other) among all: up to the first an answer is clear, from the
second a listener is lost, from the third even where a plan or a summary frames it."""
RECALL_DOUBTFUL, RECALL_ORDER = 0.12, 0.17
"""Pieces told in the order of recall, from which the order is doubtful, and from which there is
none."""
RECALL_PER_FIRM = 3.0
"""How far `firm` moves these lines, per unit by which it moves those of pointing."""
BACK_WEIGHT = 0.04
"""One word for what should have come earlier, per 100 words, in shares of stray pieces."""
SHORT_WORDS = 6
"""A statement of at most this many words without a verb may be a stray piece."""
FRAMES = {
    "plan": re.compile(
        r"\b(?:my plan|plan[:,]|(?:in|into|has|have|is|are|of|cover|take|give you) (?:two|three"
        r"|four|five)"
        r" (?:\w+ )?(?:parts|steps|pieces|stages|things|layers|views|pictures|levels|sentences))\b"
    ),
    "summary": re.compile(
        r"\b(?:in short|in summary|to sum (?:it )?up|summary|to wrap up|summing up"
        r"|pulling it together"
        r"|putting it together|to recap)\b"
    ),
    "calibration": re.compile(
        r"\b(?:is|are|was) (?:only |just |purely )*(?:my|a|an) (?:own )?(?:fact|opinion"
        r"|assumption|guess|view)\b"
        r"|\bmy (?:opinion|assumption)\b|\bis (?:a )?fact\b"
    ),
}
CLOSING = re.compile(
    r"^(?:so |and |okay |with )*(?:that|this|those|these) (?:is|was|are|were|closes|ends|finishes"
    r"|settles|brings|leaves|gives) (?:us )?(?:(?:the|my|our|all|it|part|step|stage|everything"
    r"|number|decision)\b)?.{0,30}[.]$"
)
"""A short sentence that points back at a finished part does not leave the listener lost."""
HEADING = re.compile(
    r"\b(?:first|second|third|fourth|last|next|then|done|step|part|piece|stage|plan|summary|sure"
    r"|yes|no|okay|right|thanks?|so|short)\b"
)
"""A short unit with one of these guides the listener; it is no fragment."""
VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|am|do|does|did|has|have|had|will|would|can|could|should|may|must"
    r"|goes|go|gets?|got|takes?|took|gives?|gave|makes?|made|uses?|used|runs?|puts?|keeps?|kept|say"
    r"|says|said|need|needs|want|know|learns?|reads?|writes?|compare|compares|train|trains|counts?"
    r"|shows?|means?|loses?|lost|costs?|comes?|came|looks?|tells?|told|becomes?|wins?|split|cut"
    r"|measure[sd]?|watch|score[sd]?|check[sd]?|collect|predict\w*|assume|\w+(?:ed|ing))\b"
)
BACK = re.compile(
    r"\b(?:(?:comes?|was|were|is|are|goes|that|this|it) (?:\w+ )?(?:before|earlier|in front"
    r"|at the (?:start|beginning|front))\b|before (?:that|this|it|any of)\b|forgot\b|skip\w*"
    r"|jumped over|left (?:it |that )?out|(?:should|must) have\b|(?:did not|have not) (?:say|said"
    r"|mention(?:ed)?)\b|as i said\b|too[.]?$|also\b|as well\b|oh\b|ah\b|by the way\b"
    r"|another (?:one|was)\b|was another\b|no,|earlier\b)"
)
"""Words that go back, add, or correct: many of them and the listener hears what came to mind."""


def followed(answer: Answer, firm: float = 0.0) -> Followed:
    """How well a listener can tell what is meant; order and claims need it.

    Everyday pictures point a lot ("it is like a neighbour who ..."); with a plan or a summary
    around them they can be followed nevertheless. `firm` moves both lines, in shares of pointing
    words: what is lost later and earlier, so that a misheard word does not take everything at once.
    """
    if answer.empty:
        return "lost"
    share = pointing(answer) - firm
    clear, lost = (TANGLED_SHARE, LOST_SHARE) if frames(answer) else (CLEAR_SHARE, TANGLED_SHARE)
    return "clear" if share <= clear else "lost" if share >= lost else "doubtful"


def followable(answer: Answer) -> bool:
    """False when a listener is lost."""
    return followed(answer) != "lost"


def eased(answer: Answer, finding: Finding, reason: str = "", firm: float = 0.0) -> Finding:
    """The finding as far as the answer can be followed: a step lower in doubt, absent when lost."""
    state = followed(answer, firm)
    if state == "lost":
        return absent(reason)
    return in_doubt(finding) if state == "doubtful" else finding


def ordered(answer: Answer, finding: Finding, reason: str = "", firm: float = 0.0) -> Finding:
    """The same for findings about order, which pieces told as they come to mind do not have."""
    recall = recall_share(answer) - RECALL_PER_FIRM * firm
    if recall >= RECALL_ORDER and finding.state != "absent":
        return absent("What came to mind was told, and what belonged earlier came later.")
    finding = in_doubt(finding) if recall >= RECALL_DOUBTFUL else finding
    return eased(answer, finding, reason, firm)


def in_doubt(finding: Finding) -> Finding:
    """One step lower."""
    return replace(finding, state="unclear") if finding.state == "present" else finding


def frames(answer: Answer) -> list[str]:
    """Which explicit frames the answer has: plan, summary, facts told from opinion."""
    text = " ".join(unit.norm for unit in answer.units)
    return [name for name, pattern in FRAMES.items() if pattern.search(text)]


def pointing(answer: Answer) -> float:
    """Pointing words among all words, questions to the interviewer and closings left out; more
    where there is little else."""
    if "pointing" not in answer.memo:
        answer.memo["pointing"] = count_pointing(answer)
    return cast(float, answer.memo["pointing"])


def count_pointing(answer: Answer) -> float:
    """`pointing`, counted."""
    total = vague = held = 0
    for position, unit in enumerate(answer.units):
        if answer.questions_in(position) or CLOSING.search(unit.norm):
            continue
        words = unit.words
        total += len(words)
        vague += sum(word in VAGUE for word in words)
        held += len(content_words(unit.norm))
    if not total:
        return 0.0
    share = (vague + USUAL_SHARE * USUAL_WORDS) / (total + USUAL_WORDS)
    density = (held + USUAL_DENSITY * USUAL_WORDS) / (total + USUAL_WORDS)
    return share + DENSITY_WEIGHT * max(0.0, USUAL_DENSITY - density)


def recall_share(answer: Answer) -> float:
    """Share of statements that stand alone, words that go back counted with them."""
    if "recall" not in answer.memo:
        told = statements(answer)
        stray = len(stray_pieces(answer, told))
        words = sum(len(unit.words) for unit in told)
        back = sum(len(BACK.findall(unit.norm)) for unit in told)
        share = stray / len(told) if told else 0.0
        answer.memo["recall"] = share + BACK_WEIGHT * 100 * back / max(100, words)
    return cast(float, answer.memo["recall"])


def statements(answer: Answer) -> list[Unit]:
    """What was said in order, names without a statement included, questions left out."""
    told = [u for p, u in enumerate(answer.units) if not answer.questions_in(p)]
    told += [a.unit for a in answer.set_aside if a.reason in (LONE_TERM, TERM_LIST)]
    return sorted(told, key=lambda unit: (unit.turn, unit.start))


def stray_pieces(answer: Answer, told: list[Unit]) -> list[Unit]:
    """Short pieces without a verb whose words nothing else takes up.

    A heading is taken up by what follows it, and the first words of a turn by the question before.
    """
    heard = {w for t in answer.turns if t.speaker == "interviewer"
             for w in content_words(t.text.lower())}  # fmt: skip
    content = [frozenset(content_words(unit.norm)) for unit in told]
    times: dict[str, int] = {}
    for words in content:
        for word in words:
            times[word] = times.get(word, 0) + 1
    return [
        unit
        for position, (unit, words) in enumerate(zip(told, content, strict=True))
        if words
        and position > 0
        and told[position - 1].turn == unit.turn
        and is_piece(unit)
        and not any(times[word] > 1 or word in heard for word in words)
    ]


def is_piece(unit: Unit) -> bool:
    """Short, without a verb, announcing and closing nothing."""
    short = len(unit.words) <= SHORT_WORDS
    return short and not VERB.search(unit.norm) and not HEADING.search(unit.norm)

"""Reading a job description and a CV by their terms, on this machine.

1. The terms of each question (vocabulary, title) are looked for in the text.
2. A term counts the more, the fewer questions have it; the sum is the question's weight.
3. Lines that tell of something done become anchors for behavioural questions.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from agent.plan import Interests
from prompts.question_bank import Question, QuestionBank

TERMS_NAMED = 3
"""Terms named in a reason."""
LONGEST_TERM = 4
"""Words of the longest term that is looked for."""
ANCHOR_WORDS = (5, 28)
"""A shorter line tells nothing, a longer one is not kept in mind when it is read aloud."""
ANCHORS_AT_MOST = 8

_DONE = re.compile(
    r"\b(?:led|built|designed|developed|launched|shipped|deployed|migrated|reduced|improved|"
    r"increased|cut|owned|created|introduced|replaced|scaled|rewrote|automated|trained|mentored|"
    r"rebuilt|redesigned|refactored|wrote|fixed|debugged|convinced|persuaded|talked|argued|coached|"
    r"inherited|took over|lowered|raised|shortened|"
    r"implemented|optimi[sz]ed|delivered|drove|established|saved|moved|set up|halved|doubled)\b",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"\b(?:you will|you'll|you have|you own|responsib\w+|experience (?:with|in)|ability to|own|"
    r"lead|drive|mentor|collaborate|work with|design|build|deploy|improve)\b",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"@|https?:|www\.|linkedin|github\.com|\+?\d[\d ()/-]{7,}\d", re.IGNORECASE)
_TITLE_STOP = frozenset(
    "a an and the of in on for to with or from is are how when what your you it its at by as be "
    "not one two time most new model models data machine learning system design about before after "
    "their which without between cannot every other where these those first".split()
)


def read_by_terms(job: Sequence[str], resume: Sequence[str], bank: QuestionBank) -> Interests:
    """Weights, reasons and anchors from the lines of both files; either may be empty."""
    terms = {question.id: terms_of(question) for question in bank}
    spread = Counter(term for found in terms.values() for term in found)
    said = {"job description": phrases(job), "CV": phrases(resume)}
    raw: dict[str, float] = {}
    because: dict[str, str] = {}
    for question_id, wanted in terms.items():
        rare = {term: math.log(1 + len(bank) / spread[term]) for term in wanted}
        hits = {name: [t for t in wanted if t in found] for name, found in said.items()}
        raw[question_id] = sum(rare[t] for found in hits.values() for t in found)
        parts = [
            f"your {name} has {', '.join(sorted(found, key=lambda t: -rare[t])[:TERMS_NAMED])}"
            for name, found in hits.items()
            if found
        ]
        because[question_id] = " and ".join(parts)
    most = max(raw.values(), default=0.0)
    weights = {question_id: weight / most for question_id, weight in raw.items() if most}
    lines = anchors(resume, _DONE, spread, "CV")
    lines += anchors(job, _WANTED, spread, "job description")
    return Interests(weights, {k: v for k, v in because.items() if v}, tuple(lines))


def terms_of(question: Question) -> list[str]:
    """What a text about the question's subject would say."""
    title = [word for word in words(question.title) if word not in _TITLE_STOP and len(word) > 4]
    known = (" ".join(words(term)) for term in question.vocabulary)
    return list(dict.fromkeys([*known, *title]))


def words(text: str) -> list[str]:
    """Lower-case words; a hyphen joins nothing, a plural s is taken off longer words."""
    found = re.findall(r"[^\W_]+", text.casefold())
    return [w[:-1] if len(w) > 4 and w.endswith("s") and not w.endswith("ss") else w for w in found]


def phrases(lines: Iterable[str]) -> frozenset[str]:
    """Every run of one to four words of the lines."""
    found: set[str] = set()
    for line in lines:
        row = words(line)
        for size in range(1, LONGEST_TERM + 1):
            found.update(" ".join(row[at : at + size]) for at in range(len(row) - size + 1))
    return frozenset(found)


def anchors(
    lines: Sequence[str], telling: re.Pattern[str], known: Counter[str], source: str
) -> list[str]:
    """Lines worth asking about, the most telling first, never one with an address or number."""
    ranked: list[tuple[float, str]] = []
    for line in lines:
        length = len(line.split())
        if not ANCHOR_WORDS[0] <= length <= ANCHOR_WORDS[1] or _PRIVATE.search(line):
            continue
        if not telling.search(line):
            continue
        subject = sum(1 for phrase in phrases([line]) if phrase in known)
        figures = bool(re.search(r"\d", line))
        ranked.append((subject + 2 * figures, line))
    ranked.sort(key=lambda each: -each[0])
    return [f"{source}: {line}" for _, line in ranked[:ANCHORS_AT_MOST]]

"""What a follow-up can hold on to: choices without a reason, claims without number or mechanism.

The term is cut out of the candidate's own words so that it reads well when said back:
You said "gradient boosted trees"; why these, and what did you reject?
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.clauses import Span, clauses, sentences
from agent.dialogue_acts import covers
from agent.reading import Hook
from agent.wording import content_words
from evaluation.tampering import is_addressed_to_grader
from prompts.term_words import stem

TERM_WORDS = 6
"""Longest term; the record allows 8, and shorter ones are easier to hear."""

SUBJECT = r"(?:i|we|you)"
MODAL = (
    r"(?:\s*['’]?(?:d|ll|m going to|re going to)\b|\s+(?:would|will|could|can|am going to|"
    r"are going to|might|"
    r"should|'d|’d))?(?:\s+(?:just|then|also|probably|maybe|simply|first|definitely|rather|"
    r"start by|like to|always|"
    r"likely|perhaps|personally))*"
)
CHOICE_VERB = (
    r"(?:use|used|using|go with|go for|going with|went with|choose|chose|pick|picked|opt for|"
    r"opted for|"
    r"train|trained|deploy|deployed|"
    r"apply|applied|prefer|adopt|adopted|switch(?:ed)? to|move(?:d)? to|start with|started with|"
    r"build|built|put in|"
    r"introduce|introduced|add|added|implement|implemented|run it (?:on|with)|rely on|set up)"
)
CHOICE = re.compile(rf"\b{SUBJECT}{MODAL}\s+{CHOICE_VERB}\s+(?P<object>\S.*)", re.IGNORECASE)
OBJECT_END = re.compile(
    r"\s+(?:for|to|because|with|and|on|in|so|which|that|since|as|at|or|if|when|from|here|there|by|"
    r"where|then|"
    r"over|into|per|after|before|until|instead|rather|but|while|without|across|is|are|it|i|we|you|"
    r"first|too|"
    r"like|such as|called|named|saying|against|during|always|again|today|now|the same|behind|"
    r"through|every|each|than)\b|[,.;:!?(]|"
    r"\s[-–—]",
    re.IGNORECASE,
)
DETERMINER = re.compile(
    r"^(?:(?:a|an|the|some|our|my|something like|things like|like|simple|basic|just|maybe|"
    r"probably|both|either|"
    r"also|more|this|these|those|that|kind of|sort of|um|uh|er)\s+)+",
    re.IGNORECASE,
)
REFERS = re.compile(
    r"\b(?:train|trained|deploy|deployed|build|built|set up|run it on|start with|started with)\s+"
    r"(?:the|this|that|these|those|our|my)\b",
    re.IGNORECASE,
)
"""Work on what was named before ("I'd train the ranker on ...") chooses nothing."""
GENERIC = frozenset(
    stem(word)
    for word in """model system data approach way method pipeline solution algorithm technique thing
    feature stuff information service tool lot everything something anything what how it
    them me time process part case word term number result example answer question team
    people user customer set metric design bunch table list function step score value
    column row field flag counter one first""".split()
)
VAGUE_STARTS = frozenset("is are was for to in of on with at that it not from by as".split())
VAGUE_ENDS = frozenset({"stuff", "thing", "things", "way", "part", "one", "ones"})
LOOKS_BACK = re.compile(
    r"\b(?:differently|next time|in (?:hindsight|retrospect)|looking back|back then|"
    r"if i (?:did|had|could|were|started|did) |should have|would have|wish (?:i|we))\b",
    re.IGNORECASE,
)
REASON = re.compile(
    r"\b(?:because|cause|since|so that|(?<=\w so )(?:we|i|it|they|the|you|there)|"
    r"(?<=\w, so )(?:we|i|it|they|the|you|there)|reasons?|due to|"
    r"given|"
    r"in order to|therefore|thus|otherwise|that way|as (?:it|they|this|that|we|the)|"
    r"to (?:avoid|reduce|keep|make|handle|catch|get|ensure|prevent|stay|meet|save|capture|limit|"
    r"protect|"
    r"guarantee|minimi[sz]e|maximi[sz]e|cut|help|allow|let|deal|balance|improve|isolate|compare|"
    r"control|detect|fit)|"
    r"which (?:gives|lets|keeps|makes|means|helps|allows|avoids|is|are)|lets? (?:us|me|you)|"
    r"allows?|"
    r"(?:it|this|that|they|these|trees?|those)(?:['’]s| is| are|['’]re) (?:fast|cheap|simple|"
    r"quick|easy|easier|robust|"
    r"good|great|strong|known|interpretable|faster|cheaper|simpler|explainable|enough|better|"
    r"well)\w*|"
    r"(?:it|this|that|they|these) (?:gives?|helps?|means?|avoids?|keeps?|works?|handles?|scales?|"
    r"needs?|copes?|answers?)|"
    r"advantage|benefit|drawback|downside|trade.?off|price|cost(?:s)? (?:us|of|is)|"
    r"rather than|instead of|compared (?:to|with)|depends|if the|gives? us|for (?:speed|"
    r"simplicity|latency|"
    r"interpretability|explainability|robustness|safety|cost))\b",
    re.IGNORECASE,
)
CLAIM = re.compile(
    r"\b(?P<claim>(?:(?:much|a lot|far|way|significantly|considerably|substantially|dramatically|"
    r"massively|really|very|"
    r"noticeably|hugely)\s+(?:faster|better|cheaper|slower|smaller|larger|bigger|easier|simpler|"
    r"safer|higher|lower|fewer|"
    r"less\s+(?!to\b|than\b)\w+|more\s+\w+|fast|scalable|robust|accurate|efficient|expensive|"
    r"cheap|quick|improved)"
    r"|(?:significantly|dramatically|massively|greatly|substantially|considerably|hugely|clearly|"
    r"noticeably|drastically|really)\s+"
    r"(?:improv|reduc|increas|boost|cut|lower|rais|drop|help|speed)\w*(?:\s+(?:the|our|"
    r"its))?(?:\s+\w+){0,2}"
    r"|(?:improv|boost|reduc|increas|lower|rais)(?:e[sd]?|s|ed)\s+(?:the\s+|"
    r"our\s+)?(?:\w+\s+){0,2}?(?:significantly|dramatically|a lot|"
    r"massively|substantially|considerably|quite a bit|hugely|drastically|by a lot|greatly|"
    r"very much)"
    r"|(?:huge|massive|big|significant|dramatic|great|substantial)\s+(?:improvement|gain|boost|"
    r"win|impact|reduction|increase|difference|uplift|success)s?"
    r"|(?:improved|boosted|reduced|increased|raised|lowered)\s+(?:the|our)\s+\w+(?:\s+\w+)?"
    r"|(?:went|goes|gone|going|came)\s+(?:up|down)\s+(?:a lot|by a lot|quite a bit|"
    r"significantly|dramatically|massively|considerably|noticeably|substantially)"
    r"|scales?\s+(?:very\s+|really\s+|quite\s+|pretty\s+)?(?:well|easily|horizontally|nicely)"
    r"|(?:super|extremely|incredibly|highly)\s+(?:fast|scalable|accurate|robust|efficient|"
    r"reliable|available)))\b",
    re.IGNORECASE,
)
NOT_CLAIMED = re.compile(
    r"\b(?:if|whether|until|unless|should|want|wants|check|see|could|might|goal|aim|would like|"
    r"hope|try|trying|"
    r"in order|when|need|needs|must|not|never|no|than|may|assume|to|too|how|isn't|wasn't|doesn't|"
    r"didn't)\s+(?:\S+\s+){0,4}$",
    re.IGNORECASE,
)
MECHANISM = re.compile(
    r"\b(?:because|since|due to|by \w+ing|via|through|thanks to|as (?:it|they|we|the)|"
    r"(?<=\w )so (?:we|it|the)|(?<=\w, )so (?:we|it|the)|from \S+ to|"
    r"percent|per cent|the reason)\b|%",
    re.IGNORECASE,
)
FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|"
    r"forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundred|thousand|million|billion|half|third|quarter|twice|double|"
    r"doubled|halved|tenfold|"
    r"percent|milliseconds?)\b",
    re.IGNORECASE,
)


def neighbours(text: str, clause: Span) -> tuple[str, str, str]:
    """The sentences before, around and after `clause`; empty where there is none."""
    all_sentences = sentences(text)
    for place, sentence in enumerate(all_sentences):
        if covers(sentence, clause):
            before = all_sentences[place - 1].text if place else ""
            after = all_sentences[place + 1].text if place + 1 < len(all_sentences) else ""
            return before, sentence.text, after
    return "", clause.text, ""


def is_reasoned(text: str, clause: Span) -> bool:
    """Whether a choice has its reason in the same or a neighbouring sentence, or needs none.

    What somebody would do differently next time is no choice of this design.
    """
    before, same, after = neighbours(text, clause)
    if LOOKS_BACK.search(same) or LOOKS_BACK.search(before):
        return True
    reasons = REASON.search(same) or REASON.search(after)
    return reasons is not None or reason_for_next(before)


def begins(choice: re.Match[str]) -> str:
    """A choice up to the first word of what is chosen."""
    taken = choice.start("object") - choice.start()
    return choice.group()[:taken] + choice["object"].split(maxsplit=1)[0]


def reason_for_next(before: str) -> bool:
    """True when the sentence before gives the ground: 'Labels come late. So I'd use ...'"""
    return (
        re.search(r"\b(?:because|since|given|reason|due to|as (?:it|they|we|the))\b", before, re.I)
        is not None
    )


def term_of(words: str) -> str:
    """The name of the thing at the beginning of `words`, verbatim; empty when it is generic."""
    end = OBJECT_END.search(words)
    name = words[: end.start()] if end else words
    name = DETERMINER.sub("", name.strip())
    tokens = name.split()[:TERM_WORDS]
    name = " ".join(tokens)
    meaning = [word for word in content_words(name) if word not in GENERIC]
    vague = not tokens or tokens[0].lower() in VAGUE_STARTS or tokens[-1].lower() in VAGUE_ENDS
    return name.rstrip("\"'”’.,;:!?") if meaning and not vague and name in words else ""


def unquantified(text: str, ignored: Sequence[Span]) -> tuple[Hook, ...]:
    """Claims of `text` with no figure or mechanism in the same or the next sentence."""
    found: list[Hook] = []
    for clause in statements(text, ignored):
        match = CLAIM.search(clause.text)
        if match is None or NOT_CLAIMED.search(clause.text[: match.start()]):
            continue
        _, same, after = neighbours(text, clause)
        if any(MECHANISM.search(part) or FIGURE.search(part) for part in (same, after)):
            continue
        term = " ".join(match.group("claim").split()[:TERM_WORDS])
        if term in clause.text and all(term.casefold() != hook.term.casefold() for hook in found):
            found.append(Hook(quote=clause.text, term=term))
    return tuple(found)


def statements(text: str, ignored: Sequence[Span]) -> list[Span]:
    """Clauses that state something: no question, no command, no order to us; short ones whole."""
    found: list[Span] = []
    for sentence in sentences(text):
        if sentence.asks or is_addressed_to_grader(sentence.text):
            continue
        if any(covers(part, sentence) for part in ignored):
            continue
        inside = [c for c in clauses(text) if covers(sentence, c)]
        found.extend(c for c in inside if not any(covers(part, c) for part in ignored))
    return found

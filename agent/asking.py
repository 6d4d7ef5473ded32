"""Which parts of a turn ask the interviewer something, with or without question marks.

Questions the candidate puts to themselves ("how do we do that? well, ...", "the question is how
...") are part of the answer. One breath may hold several questions; each becomes its own part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.clauses import Span, sentences, span
from agent.dialogue_acts import Acts, covers, is_hand_over
from agent.requests import is_request
from agent.wording import bare, plain, strip_lead

NOUN = r"(?:[\w%/'-]+ ){0,5}?"
AUX = r"(?:do|does|did|is|are|was|were|can|could|should|would|will|has|have|am|must|may)"
PRONOUN = r"(?:i|we|you|they|it|he|she|there|this|that|those|these|anyone|anybody|someone|everyone)"
DIRECT = re.compile(
    rf"(?:where|when|why|who) {AUX} |(?:what|which|whose|how)(?: (?:many|much|long|fast|often|"
    rf"\w+ly|big|"
    rf"large|late|soon|far|fresh|old|bad|good|strict|kind|sort|type))?"
    rf" {NOUN}{AUX} "
    rf"|(?:what|which|who) (?:is|are|was|were|does|happens|kind|kinds|sort|type|types|about|"
    rf"counts|decides|owns|uses|handles|reviews|pays|matters most)\b"
    rf"|(?:what|which) (?:portion|proportion|share|fraction|percentage|part|number|amount)\b"
    rf"|what (?:went|goes|triggers|triggered|caused|causes|breaks|broke|changed|comes out)\b"
    rf"|(?:do|did|have|had) (?:we|you|they|i|users|people|customers|reviewers|labels|merchants|"
    rf"humans|anybody|anyone|somebody|someone|it|the|our|your|their|these|those|any|all|some)\b"
    rf"|does \w+|do \w+s (?:come|arrive|get|have|change|look|pay|need|want|see|use|know|"
    rf"expect)\b|has (?:the|there|anyone|it|this|our)\b"
    rf"|(?:is|are|was|were) (?:{PRONOUN}|the|a|an|any|our|your|all|some|most|\w+s)\b|am i\b"
    rf"|(?:can|could|should|would|will|may|shall|must) {PRONOUN}\b|(?:can|will|would) (?:the|our|"
    rf"your|users|customers|people|a)\b"
    rf"|any (?:idea|constraints?|limits?|requirements?|numbers?|sense|information|restrictions?|"
    rf"regulations?|preference|word|figures?|"
    rf"budget|targets?|slo|sla|legal|privacy|compliance|existing|limitations?|rules?|history|data|"
    rf"labels?)\b"
)
# Without a verb these ask only where no full stop says otherwise.
FRAGMENT = re.compile(
    r"how (?:many|much|long|fast|often|large|big|late|quickly|fresh|soon|old|bad|far|strict|"
    r"tight)\b"
    r"(?! (?:i|we|they|it|he|she)\b)"
)
# After the first words of a sentence only these still begin a question.
LATER = re.compile(
    r"(?:how|what|do|does|can|could|should|may|any|is there|are there|who is|who are|which)\b"
)
# A statement that only looks like one: "what we do is ...", "which is why", "how we deploy is ..."
DECLARATIVE = re.compile(
    r"(?:what|how|where|when|why|who|which)(?: \w+ly)? (?:i|we|they|he|she|it|this|you would|"
    r"you want|you do|you need|matters is|matters most is|changes is|happens is)\b"
    r"(?! (?:is|are|do|does|going)\b)"
    r"|what (?:that|this|these|those|can not|(?!speed|need)\w+ed)\b"
    r"|what (?:gets?|got|comes?|goes|makes?|made|helps?|remains|counts|works?|worked) .*\bis\b"
    r"|how (?:often|old|long|fast|late|big|far|much|bad)(?: \w+)? (?:the|our|each|my|your|a)\b"
    r"|which (?:is|are|was|were|means|makes|gives|helps|lets|would|can|could|will|should|has|"
    r"have|we|i)\b(?! (?:the )?(?:more|most|better|worse|best|bigger)\b)"
    r"|when (?:the|a|an|we|i|you|they|labels|it|there)\b|where (?:the|a|we|i|labels|it|there)\b|"
    r"why (?:we|i|it|that|this)\b"
    r"|how (?:the|to|we|i|well|they)\b|what(?:ever)? (?:the|to)\b|who (?:the|we|to)\b|"
    r"is that\b.*\bis\b"
    r"|have (?:the|a|an|some)\b|(?:is|are) (?:also|then|not|more|less|a lot|just|simply|"
    r"important|needed)\b"
)
WISH = re.compile(
    r"\b(?:(?:i|we)(?: (?:would|will|do|just|also|really|still|first|probably|might))* (?:like|"
    r"want|need|love|have|am curious|wish|wonder|be interested|am interested|was wondering|"
    r"am wondering)"
    r"(?: \w+ly)?(?: (?:in|to|first|a question about|to first|to also))*(?: (?:know|ask|"
    r"understand|clarify|hear|learn|find out|check|confirm|see|get a sense|be told|have|get|"
    r"asking|knowing))?(?: you)?"
    r"(?: (?:about|whether|if|how|what|which|who|when|where|of|the|some|a sense|for|on|a|more))+"
    r"|(?:can|could|would|will) you (?:please )?(?:tell|give|share|say|describe|explain|clarify|"
    r"confirm|walk|let)\b|(?:please )?(?:tell|give) me (?:about|the|some|more|how|what|a sense|"
    r"an idea)"
    r"|let me know|i (?:would|will|want to|would like to) ask|let me ask|i (?:have|had|got) (?:a|"
    r"one|some|two|a few|a couple of) questions?"
    r"|i (?:was|am) (?:wondering|curious|asking)|do you (?:know|have|happen)|(?:curious|"
    r"interested) (?:about|in|whether|how)|wanted to (?:ask|know|check|clarify|understand)"
    r"|anything you can (?:tell|share|say)|it would help to know|need to know|want to know|"
    r"like to know|want to understand|like to understand|need to understand|like to clarify|"
    r"want to clarify)\b"
)
# A wish of that form whose object is work to do, not knowledge to get.
WISH_KNOWS = re.compile(
    r"\b(?:know|ask|asking|understand|clarify|hear|learn|find out|confirm|check with you|tell|"
    r"give me|give us|share|curious|wonder|wondering|interested|question|questions|sense of|"
    r"let me know|told|describe|walk me|explain|say (?:something )?about|do you (?:know|have|"
    r"happen))\b"
)
WISH_WORK = re.compile(
    r"\b(?:the model|it|system|this|models|we) (?:to|needs? to|must|should) (?:know|learn|"
    r"understand)\b|\b(?:ask|asking) (?:the|our|them|users|customers|people|a|my|for feedback|"
    r"analysts|myself|ourselves|whether)\b"
    r"|\bi (?:asked|explained|told|learned|understood)\b|\bto (?:learn|explain|share|"
    r"know) (?:from|it|them|the model)\b|\bclarify (?:that|this|it) (?:by|with)\b"
)
# "The chargebacks, when do those come in": the topic is named before the question.
TOPIC_FIRST = re.compile(
    r"^(?:and )?(?:the|our|your|those|these) (?:\w+ ){1,3}?(?=(?:how|what|when do|when does|do we|"
    r"do they|do those|are there) )"
)
# The question stands inside a statement about questions.
REPORTED = re.compile(
    r"\b(?:(?:the|a|key|big|main|real|first|next|only|one|hard|open|central|"
    r"obvious) (?:\w+ )?questions? (?:then |here |now |really )?(?:is|are|becomes?|was|would be|"
    r"to answer is)|"
    r"(?:i|we|you|one|they|it|that|which|people|he|she|test|check) (?:would |will |then |always |"
    r"also |just |usually |could |should |can )*(?:asks?|asked|wonder(?:ed)? myself|think about|"
    r"thought about|look at|decide|check|test)(?: (?:myself|ourselves|yourself|themselves|"
    r"the question|them|her|him|the team|my manager))?|"
    r"asking (?:myself|ourselves)|asks|it depends(?: on)?|depends on|a matter of|think about|"
    r"comes down to|boils down to|to see|to answer|said)\s*[:,]?\s*[\"“]?$",
    re.IGNORECASE,
)
QUESTION_IS = re.compile(
    r"(?:(?:the|a|key|big|main|real|first|next|hard|open|central|another) )?(?:\w+ )?"
    r"(?:question|thing|point|issue) (?:then |here |now |really )?(?:is|becomes|was)\b"
)
OWN_CHECK = re.compile(
    r"(?:i|we|you|they|it) (?:would |will |then |always |could )*"
    r"(?:check|ask|look at|test|measure|decide|see|define)\b"
)
PLAIN_ANSWER = re.compile(r"[\s\"“]*(?:well|because|no|yes|the answer)\b", re.IGNORECASE)
OWN_QUESTION = re.compile(
    r"^(?:why(?: not)?(?: \w+){0,4}$|(?:how|what|which|where|when|why|who)\b.*\b(?:do|would|can|"
    r"could|should|will|did|does|am|is) (?:i|we|you|one|that|this|it)\b"
    r"|what (?:does|would|about|happens|if|else|changes|can|could)\b|how (?:about|so|come)\b|"
    r"and (?:then|why|what)\b|so what\b|then what\b)"
)
OWN_ANSWER = re.compile(
    r"^[\s\"“]*(?:well|because|so|no|yes|yeah|not|probably|maybe|it depends|that depends|depends|"
    r"i would|i'd|i ?d|i think|i'll|we would|we'd|we can|we could|by|the answer|"
    r"to me|for me|it's|its|it is|that's|first|here|simple|simply|one way|there|you|in my|i used|"
    r"i did|we did|we used|obviously|usually|typically|basically|on the one|"
    r"i can|i could|we'll|we use|let's|my)\b",
    re.IGNORECASE,
)
OWN_FACT = re.compile(
    r"\b(?:we have|we get|you have|do we know|is there|are there|how many|how much|how often|"
    r"how long|how fast|how late|our|your|the (?:company|team|business|budget|users?|customers?)|"
    r"allowed|"
    r"can i assume|should i assume|may i assume|am i|for me|in place|today|currently|existing)\b"
)
HANDED = re.compile(
    r"\b(?:should|shall|must|would you (?:like|want|prefer)) (?:i|we|me)?\b.*\b(?:use|choose|pick|"
    r"build|design|train|start|focus|begin|go|cover|discuss|talk|optimi[sz]e|prefer|take|"
    r"deploy|include|add|model|treat|prioriti[sz]e|do|set|evaluate|retrain|monitor|describe|"
    r"concentrate|consider|explain|store|handle)\b"
    r"|\bwhat (?:would|do) you (?:do|use|choose|pick|prefer|recommend|suggest|think|advise|expect|"
    r"consider|say)\b|\bhow would you\b|\bwhich (?:\w+ ){0,4}(?:would|do) you\b"
    r"|\bdo you (?:recommend|think|suggest|prefer|want|expect)\b|\bwould you (?:use|recommend|"
    r"suggest|prefer|choose|go|rather|do|say|like|want|pick|consider|add|start|put|train)\b"
    r"|\bwhat(?: is| would be| are|'s) the (?:best|right|better|ideal|optimal|correct|recommended|"
    r"usual|standard)\b|\bwhich (?:\w+ ){0,4}is (?:better|best|right|more suitable|preferable)\b"
    r"|\bis (?:it|that|this|\w+(?: \w+)?) (?:a )?(?:good|better|best|right|reasonable|sensible|ok|"
    r"okay|fine|enough|overkill|the right)\b|\bwhat (?:model|algorithm|threshold|metric|loss|"
    r"architecture|database|framework|"
    r"features?|approach|technique|method|tool|stack|test)s? (?:should|would|do|to|shall|can)\b|"
    r"\bwhere (?:should|shall|do) i (?:start|begin)\b|\bhow (?:deep|detailed|much detail|"
    r"far) (?:should|shall|do|can) (?:i|you)\b"
    r"|\bhow should (?:i|we)\b|\bcan you (?:suggest|recommend|propose|tell me (?:which|"
    r"what) \w+ to (?:use|pick))\b|\bwhat should (?:i|we)\b|\bwhich \w+ should\b|"
    r"\bwhen should (?:i|we)\b"
)

OPINION = re.compile(
    r"\bwould you (?!know|happen|say what|tell|mind|have)|\bdo you (?:recommend|think|suggest|"
    r"prefer)\b|\bgood (?:idea|choice)\b"
    r"|\b(?:what|which|how)(?: \w+){0,3} should (?:i|we) (?:use|choose|pick|build|train|do|start|"
    r"handle)\b"
)
TAKEN_SHARE = 0.7
"""Share of a sentence's letters in commands from which nothing in it is a question."""
NOUN_WORDS = 5
"""So short are the things somebody lists before the first real question of a sentence."""
LEAD_WORDS = 7
"""A question may begin after so many words of a sentence ("just so I get it, ...")."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked: the quoted sentence and the part of it that names what is wanted."""

    sentence: Span
    part: Span
    handed: bool
    """It asks us to design or to steer ("which model should I use?")."""
    listed: bool = False
    """A mere noun or phrase that follows the question it belongs to ("... and the budget")."""
    never_a_fact: bool = False
    """It asks for our opinion, which no sheet answers ("how would you do it?")."""
    tentative: bool = False
    """It asks only if the sheet clearly answers: "I need the volume", "the budget, please"."""


def looks_asked(text: str, *, stated: bool = False) -> bool:
    """True when the words alone, without a question mark, ask the listener something.

    `stated`: the recogniser heard a statement, a full stop ends the sentence.
    """
    said = TOPIC_FIRST.sub("", plain(strip_lead(text)) or plain(text))
    if wishes(text):
        return True
    if DECLARATIVE.match(said):
        return False
    return DIRECT.match(said) is not None or (not stated and FRAGMENT.match(said) is not None)


def wishes(text: str) -> bool:
    """True for "I'd like to know ...": a request that is not a question by its form."""
    said = plain(strip_lead(text)) or plain(text)
    found = WISH.search(said) and WISH_KNOWS.search(said) and not WISH_WORK.search(said)
    return bool(found)


def is_own_question(text: str, sentence: Span) -> bool:
    """True for a question the candidate only reports, or answers at once."""
    said = plain(strip_lead(sentence.text))
    following = text[sentence.end :].lstrip(" .?!")
    return is_reported(sentence.text, said) or is_answered(said, following)


def is_reported(words: str, said: str) -> bool:
    """True for "the question is how we ..." and "I ask myself: is it enough?"."""
    before_colon = re.split(r"[:\"“]", words)
    if len(before_colon) > 1 and REPORTED.search(before_colon[0] + ":"):
        return True
    if QUESTION_IS.match(said):
        return "my question" not in plain(words)
    if re.search(r"\b(?:ask|asked|asking) (?:myself|ourselves|yourself|the question)\b", said):
        return True
    return OWN_CHECK.match(said) is not None and WISH.search(said) is None


def is_answered(said: str, following: str) -> bool:
    """True for "how do we do that? Well, ..." and "why X because Y"."""
    if re.match(r"(?:why|how|what) .* (?:because|well) ", said):
        return True
    if not following.strip() or OWN_FACT.search(said):
        return False
    if OWN_QUESTION.match(said):
        rhetorical = said.startswith(("why", "how do", "how would", "how can", "so what"))
        return rhetorical or OWN_ANSWER.match(following) is not None
    return PLAIN_ANSWER.match(following) is not None


def find_asked(text: str, acts: Acts) -> tuple[Asked, ...]:
    """Everything in `text` that asks the interviewer something, in order."""
    found: list[Asked] = []
    for sentence in sentences(text):
        if is_taken(sentence, acts) or is_hand_over(sentence.text):
            continue
        if is_own_question(text, sentence):
            continue
        found.extend(asked_in(text, sentence))
    return tuple(found)


def is_taken(sentence: Span, acts: Acts) -> bool:
    """True when commands and hand-overs make up most of the sentence."""
    if any(covers(taken, sentence) for taken in acts.taken):
        return True
    inside = sum(len(taken.text) for taken in acts.taken if covers(sentence, taken))
    return inside >= TAKEN_SHARE * len(sentence.text)


def asked_in(text: str, sentence: Span) -> list[Asked]:
    """What one sentence asks, part by part."""
    said = plain(strip_lead(sentence.text)) or plain(sentence.text)
    loosely = is_request(sentence.text, said)
    parts = question_parts(text, sentence, loosely=loosely)
    found: list[Asked] = []
    waiting: list[Span] = []
    begun = sentence.asks or loosely
    for part in parts:
        if not bare(part.text):
            continue
        # What is listed after the first question of a sentence is asked as well; after a long
        # statement "how many ..." continues that statement.
        early = len(text[sentence.start : part.start].split()) <= LEAD_WORDS
        first = part.start == sentence.start
        opens = first or wishes(part.text) or LATER.match(plain(strip_lead(part.text)))
        stated = sentence.text.endswith(".")
        begun = begun or bool(
            (early or all(w.words <= NOUN_WORDS for w in waiting))
            and opens
            and looks_asked(part.text, stated=stated)
        )
        if not begun:
            waiting.append(part)
            continue
        # "Number of turbines, what sensors and how big is the crew?": nouns before the question.
        found.extend(Asked(sentence, noun, handed=False, tentative=True) for noun in waiting)
        waiting.clear()
        said = plain(part.text)
        listed = part.start > sentence.start and not looks_asked(part.text)
        # "Would you start with the features or with serving?": the rest asks for the opinion too.
        opinion = OPINION.search(said) is not None or (
            listed and bool(found) and found[-1].never_a_fact
        )
        handed = opinion or HANDED.search(said) is not None
        found.append(Asked(sentence, part, handed, listed and not loosely, opinion, loosely))
    return found


SPLIT = re.compile(
    r",\s+(?:and |or )?|;\s+|:\s+|\s+(?:and|or|plus|as well as|along with|also)\s+", re.IGNORECASE
)


def question_parts(text: str, sentence: Span, *, loosely: bool = False) -> list[Span]:
    """The separate things one sentence asks for: 'the traffic and the latency budget' are two."""
    places = [m.end() for m in SPLIT.finditer(text, sentence.start, sentence.end)]
    parts: list[Span] = []
    begin = sentence.start
    for end in [*places, sentence.end]:
        part = span(text, begin, end)
        trimmed = re.sub(
            r"(?:,|;|:|\s+(?:and|or|plus|as well as|along with|also))\s*$",
            "",
            part.text,
            flags=re.I,
        )
        if trimmed.strip():
            parts.append(Span(trimmed, part.start, part.start + len(trimmed)))
        begin = end
    asked_whole = (
        sentence.asks
        or loosely
        or any(looks_asked(p.text) for p in parts)
        or looks_asked(sentence.text)
    )
    return parts if asked_whole and parts else [sentence]

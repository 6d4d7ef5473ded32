"""How a request sounds: the forms by which words ask, wish, report a question or answer it.

Speech is recognised without reliable punctuation, so every form here works without a question mark.
"""

from __future__ import annotations

import re

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
    # "What falls is the sizing": a verb, and no noun like "class", "bias" or "basis".
    r"|(?:what|who) (?!is\b|was\b|does\b|has\b)\w*[^\Wsuia]s\b(?: (?!if\b|when\b)\w+){0,4}? is\b"
    r"(?! (?:the|your|our|this|that) \w+ (?:\w+ing|going)\b)"
    rf"|how (?:often|old|long|fast|late|big|far|much|bad)(?: (?!{AUX}\b)\w+)? "
    r"(?:the|our|each|my|your|a)\b"
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
# "It would help me to hear where ...", "what I can't judge is whether ...": a gap in one's
# knowledge is named, in a sentence about oneself and not about a plan.
GAP = r"(?:about|of|from|what|which|how|whether|if|who|where|when|why|more)"
INDIRECT = re.compile(
    r"\b(?:(?:it|i|that)(?: \w+){0,3}? (?:(?:help(?:s|ful)?|useful|good|great|nice|love|like|want|"
    r"need|curious|interested|keen)(?: me| us| in| one)?(?: \w+){0,2}?) (?:to (?:know|hear|"
    r"understand|be sure|be told|learn)|know|hear|hearing|knowing|understanding|some|sense|picture|"
    r"idea|cleared up)(?: \w+){0,2}? " + GAP + r"\b"
    r"|i (?:am|would be) (?:also |still |really )?curious " + GAP + r"\b"
    r"|hear which$"
    r"|(?:i (?:\w+ )?should|i need to|let me|i must) (?:probably |first |also )?find out\b"
    r"|(?:correct|tell) me (?:if|what|how|which|who|when|whether|where|about|a (?:bit|little))\b"
    r"|(?:maybe|perhaps) you (?:can|could|would)\b|you (?:can|could) (?:share|confirm|tell me)\b"
    r"|break \w+(?: \w+)? down for me\b|to tell me " + GAP + r"\b"
    r"|not clear to me(?: yet)? " + GAP + r"\b"
    r"|what i (?:do not|can not|could not) (?:\w+ ){0,2}?(?:understand|judge|know|see|tell)"
    r"(?: yet)? is\b|i do not know yet " + GAP + r"\b|i am (?:still )?missing the\b"
    r"|i do not have the \w+(?: \w+){0,5} yet$"
    r"|am i right (?:in|to|that)\b)"
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
    r"understand)\b|\bask for .*\b(?:before (?:i \w+ed|\w+ing)|next time)\b|"
    r"\b(?:ask|asking) (?:the|our|them|users|customers|people|a|my|for feedback|"
    r"analysts|myself|ourselves|whether)\b"
    r"|\bi (?:asked|explained|told|learned|understood)\b|\bto (?:learn|explain|share|"
    r"know) (?:from|it|them|the model)\b|\bclarify (?:that|this|it) (?:by|with)\b"
)
# "The chargebacks, when do those come in": the topic is named before the question.
TOPIC_FIRST = re.compile(
    r"^(?:and )?(?:the|our|your|those|these) (?:\w+ ){1,3}?(?=(?:are they|how|what|when do|"
    r"when does|do we|do they|do those|are there) )"
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
ALOUD = re.compile(
    r"^(?:\w+ ){0,3}let me (?:just )?(?:think|see)(?: about (?:that|this|it))?(?: for a \w+)?$"
    r"|^what (?:worries|concerns|bothers|interests|strikes|surprises|troubles) .*\b(?:is|are)\b"
)
"""Thinking aloud ("who let me think about that?" is "hmm, let me think" misheard), and statements
that begin like a question ("what worries me most is the feedback loop")."""
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
    r"|\bwhat would you (?:do|use|choose|pick|prefer|recommend|suggest|think|advise|expect|"
    r"consider|say)\b|\bwhat do you (?:prefer|recommend|suggest|think|advise)\b"
    r"|\bhow would you\b|\bwould you have (?:\w+ed|done|chosen)\b|\bwhich (?:\w+ ){0,4}would you\b"
    r"|\bdo you (?:personally |yourself )?find (?:\w+est|most|more)\b"
    r"|\bdo you (?:recommend|think|suggest|prefer)\b|\bdo you (?:want|expect) (?:me|us)\b"
    r"|\bwould you (?:use|recommend|"
    r"suggest|prefer|choose|go|rather|do|say|like|want|pick|consider|add|start|put|train)\b"
    r"|\bwhat(?: is| would be| are|'s) the (?:best|right|better|ideal|optimal|correct|recommended|"
    r"usual|standard)\b|\bwhich (?:\w+ ){0,4}is (?:better|best|right|more suitable|preferable)\b"
    r"|\bis (?:it|that|this|\w+(?: \w+)?) (?:a )?(?:good|better|best|right|reasonable|sensible|ok|"
    r"okay|fine|enough|overkill|the right)\b|\bwhat (?:model|algorithm|threshold|metric|loss|"
    r"architecture|database|framework|"
    r"features?|approach|technique|method|tool|stack|test)s? (?:should|would|do i|to|shall|"
    r"can i|can we)\b|"
    r"\bwhere (?:should|shall|do) i (?:start|begin)\b|\bhow (?:deep|detailed|much detail|"
    r"far) (?:should|shall|do|can) (?:i|you)\b"
    r"|\bhow should (?:i|we)\b|\bcan you (?:suggest|recommend|propose|tell me (?:which|"
    r"what) \w+ to (?:use|pick))\b|\bwhat should (?:i|we)\b|\bwhich \w+ should (?:i|we)\b|"
    r"\bwhen should (?:i|we)\b"
)

OPINION = re.compile(
    r"\bwould you (?!know|happen|say what|tell|mind|have(?! \w+ed\b| done\b| chosen\b))"
    r"|\bdo you (?:recommend|think|suggest|prefer)\b"
    r"|\bdo you (?:personally |yourself )?find (?:\w+est|most|more)\b"
    r"|\bgood (?:idea|choice)\b"
    r"|\b(?:what|which|how)(?: \w+){0,3} should (?:i|we) (?:use|choose|pick|build|train|do|start|"
    r"handle)\b"
)

# "What's an identifier worth, I'd measure by hiding it", "how far ahead, that depends on ...".
SELF_ANSWERED = re.compile(
    r"(?:what|how|which|who|whether|any) .{8,}? (?:i would|i will|i want|i do|i map|i rank|so i|"
    r"so it|that (?:depends|decides|tells|means|is (?:what|how|why|more|less|the))|which means)\b"
    r"(?! (?:like to know|want to know|need to know|know))"
)
# How a question may begin when nothing but its words says so: a question word or an auxiliary with
# its subject. Only for the first words of what was not heard as a statement.
SUBJECT = (
    r"(?:the|a|an|any|some|more|most|all|our|your|their|my|one|another|each|every|other|many|"
    r"anything|something|everything|anybody|anyone|somebody|someone|everybody|everyone|no|new|old|"
    r"data|(?!\w*ss\b|focus|always|perhaps|sometimes|this|us\b|its\b)\w+s)"
)
OPENS = re.compile(
    rf"(?:can|could|should|would|will|must|may|might) {SUBJECT}\b"
    rf"|(?:do|did) (?:(?!not\b|a\b|an\b|it\b|this\b|that\b|the\b)\w+ ){{0,3}}?\w+s (?:(?:or|and) "
    r"\w+ )?\w+"
    rf"|has {SUBJECT}\b|has (?:missing|human|manual|bad|late) \w+|have \w+s (?:been|ever|"
    r"\w+ed)\b|(?:is|are|was|were) (?!also|then|not|more|less|just|simply|important|needed|good|"
    r"better|best|easy|hard|fine|enough|clear|why|how|what|when|where|to\b|in\b|at\b|for\b|from\b|by\b|"
    r"\w+ed\b|used|done|made|only|still|usually|often|always|great|bad|useful|a lot)[\w-]+ \w+"
    rf"|(?:by|in|on|at|for|from|with|of|to|until|since|after|under) (?:what|which|when|whom|"
    rf"how (?:many|much|long)) (?:\w+ ){{0,4}}?{AUX}\b"
    rf"|any (?!{AUX}|of\b|way\b|model\b|one\b)\w+\b"
    r"(?! (?:would|will|can|could|is|are|should|that)\b)"
    rf"|(?:what|which) (?:if\b|(?!{PRONOUN}\b|the\b|a\b|an\b|{AUX}\b)\w+\b(?! (?:i|we|you)\b))"
    r"|number of"
    r"|who (?!we\b|the\b|to\b|i\b)\w+|why (?!not\b|we\b|i\b|it\b|that\b|this\b)\w+"
    rf"|how (?!to\b|the\b|we\b|i\b|they\b|well\b|you\b|it\b|about\b)\w+"
)
WHAT_HAPPENED = re.compile(r"what (?:changed|happened|failed|caused|broke)\b(?!.* (?:is|was) )")
# What a mere name of a thing never holds: a subject that speaks or a finite verb.
PREDICATE = re.compile(
    rf"\b(?:i|we|you|they|it|he|she|{AUX}|need|needs|want|use|uses|let|means?|am|be|been|going|"
    r"depends?|matters?|think|start|train|look|check|say|get|gets|comes?|goes|go|takes?|arrives?|"
    r"works?|runs?|keeps?|changes|happens?|gives?|makes?|\w+ly)\b"
)

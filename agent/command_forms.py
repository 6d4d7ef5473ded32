"""How spoken commands to the interviewer sound, each the form of a whole clause."""

from __future__ import annotations

from typing import Literal

Command = Literal["repeat", "rephrase", "wait", "hint", "skip", "stop", "done", "dont_know"]

ASK = (
    r"(?:(?:(?:can|could|would|will|shall|may|might|should) (?:you|we|i)|"
    r"(?:would|do) you mind|is it (?:ok|okay|possible|fine|alright) (?:if (?:we|i)|to|for us to)|"
    r"would you be (?:so kind as|kind enough|so good as) to|i would (?:rather|prefer) (?:to )?|"
    r"i (?:would|want|need|prefer|would like|would love|would rather|would prefer)(?: you)?(?: to|"
    r" if we)?|"
    r"let us|let me|we (?:can|could|should))(?: (?:please|maybe|perhaps|just|possibly|kindly|"
    r"quickly))* )"
)
THIS = r"(?:this|that|it|the question|your question|this one|that one|this question|that question)"
SPAN = (
    r"(?:a|one|two|a few|another|some|a couple of|half a|just a) ?(?:more )?"
    r"(?:quick |short |brief |little )?(?:minutes?|moments?|seconds?|secs?|mins?|bit|time|while)"
)
LATER = (
    r"(?: (?:for now|for today|today|now|here|there|at this point|please|then|"
    r"and come back(?: to it)?(?: later)?|later))*"
)
QUESTION = (
    r"(?:(?:the|that|this|your|it|last|whole|entire|original|first)? ?)*"
    r"(?:question|prompt|problem|task|part|bit|sentence|that|this|it|last one|scenario|thing)"
)

PATTERNS: dict[Command, tuple[str, ...]] = {
    "repeat": (
        rf"{ASK}?(?:repeat|repeating|restate|reread|read out|read|ask|say|hear|have|go over)"
        rf" {QUESTION}(?: you (?:just )?(?:said|asked))?(?: (?:again|one more time|once more|back|"
        rf"to me|"
        r"once again|a second time|another time))+",
        rf"{ASK}?(?:repeat|restate|reread) ?{QUESTION}?(?: (?:to|for) me| you (?:just )?(?:said|"
        rf"asked))?",
        rf"{ASK}?(?:repeat|repeating)(?: what you (?:just )?(?:said|asked))?",
        r"what (?:was|is|were) (?:the|your|that)(?: last)? (?:question|prompt|task)(?: again)?",
        r"(?:what|how) was that(?: again)?|come again|what did you (?:just )?(?:say|ask)|"
        r"pardon(?: me)?",
        r"(?:i )?(?:did not|could not|can not|do not) (?:quite |really )?(?:catch|hear|get) "
        r"(?:that|you|the question|the last (?:part|bit|question)|what you (?:said|asked)|it all|"
        r"it)",
        r"i (?:missed|lost|forgot) (?:that|the (?:question|last part|beginning|end)|"
        r"what you (?:said|asked))",
        r"(?:the question|one more time|once more|say again)(?: again)?(?: one more time)?",
        r"(?:you|your voice|the sound) (?:broke|cut) (?:up|out)|what did you want me to (?:do|"
        r"design|answer)",
    ),
    "rephrase": (
        rf"{ASK}(?:say|tell me|explain|clarify) what you mean"
        r"(?: (?:by|with) (?:the )?\w+(?: \w+)?)?(?: exactly| here)*",
        rf"(?:{ASK})?(?:explain|explaining|clarify|clarifying) what (?:exactly |precisely )?you "
        r"(?:would like|want|expect|need)(?: me to \w+)?(?: from me)?",
        r"i am (?:not (?:quite |really |exactly )?sure|unsure|wondering) what (?:exactly )?you "
        r"(?:are (?:after|asking(?: for)?|looking for|getting at|expecting)|want|mean|expect)"
        r"(?: exactly| here| from me)*",
        r"i am (?:not sure|wondering|unsure) what (?:kind|sort) of \w+ you (?:are after|want|mean|"
        r"expect|are looking for)",
        rf"{ASK}?(?:rephrase|reword|clarify|explain|reformulate|paraphrase) ?(?:{QUESTION}|"
        rf"what you mean"
        r"(?: by (?:that|this|it))?|what you are (?:asking|after|looking for))?(?: (?:for me|"
        r"a bit|a little|further))*",
        rf"{ASK}?(?:put|say|ask|phrase|explain) {QUESTION} (?:differently|another way|in (?:other|"
        rf"different|"
        r"simpler) words|(?:in )?a different way|more simply)",
        r"what do you mean(?: exactly)?(?: by (?:that|this|it|the question|"
        r"your question|(?:the )?\w+))?(?: exactly)?",
        r"what (?:exactly )?are you (?:asking|looking for|after|getting at)(?: me)?(?: exactly|"
        r" here| for)*",
        r"(?:i am not (?:quite |really )?sure (?:that )?i|i (?:do|did) not(?: quite| really|"
        r" fully)?|i am not sure i)"
        r" (?:understand|understood|follow|get|got) (?:the question|your question|that|"
        r"what you (?:mean|are asking)"
        r"(?: me| for)?|what is being asked|you|what you want)",
        r"(?:the|your) question is not (?:quite |really )?clear(?: to me)?|in other words",
        r"what does (?:that|the question) mean",
    ),
    "wait": (
        r"(?:just )?(?:a|one) (?:tick|sec|jiffy)(?: please)?",
        rf"(?:{ASK})?(?:give|gimme)(?: me)? {SPAN}(?: (?:to|for) .{{2,40}})?",
        rf"(?:{ASK})(?:have|take|get|use) {SPAN}(?: (?:to|for) .{{2,40}})?",
        rf"(?:let me|i (?:will|am going to|would like to)) take {SPAN}(?: (?:to|for) .{{2,40}})?",
        rf"(?:{SPAN}|one (?:moment|second|sec|minute))(?: to think)?",
        rf"(?:let me|i need to|i have to|i want to|i will)(?: just| quickly)? think(?: (?:about|"
        rf"through|on) (?:\w+ ?){{1,6}})?(?: for)?(?: {SPAN})?",
        r"let me(?: just)? (?:gather|collect|organi[sz]e|sort) my thoughts(?: for .{2,20})?|"
        r"let me see",
        rf"(?:hold|hang) on(?: {SPAN})?|bear with me(?: {SPAN})?|wait(?: {SPAN})?",
        rf"i (?:need|would need|want|would like) {SPAN}(?: (?:to|for) .{{2,40}})?",
        r"(?:(?:can|could|may|might|shall) i|let me|i will|i would like to|i want to)"
        r"(?: (?:just|please|maybe|quickly))* (?:(?:start|begin) (?:again|over|anew|from scratch|"
        r"from the (?:top|beginning))|restart|try (?:again|that again))",
        r"(?:i am )?(?:still )?thinking(?: about (?:it|that|this))?|let me have a think",
    ),
    "hint": (
        r"(?:if you could )?give me a (?:small |little )?(?:push|nudge)"
        r"(?: in the right direction)?",
        r"i would not (?:say no to|mind) (?:a|some) (?:\w+ )?(?:clue|hint|help|pointer)"
        r"(?: (?:at|on|in) (?:this|that)(?: \w+)?| here)*",
        r"(?:(?:can|could|may|might|would) (?:i|you|we) )?(?:please )?(?:have|get|give|ask for|"
        r"ask you for|offer|drop|"
        r"use|give us|give me|offer me|throw me|provide|provide me|provide me with|get me)"
        r" (?:a|an|some|another|one more|any)? ?(?:small |little |tiny |slight |bit of a |"
        r"further |more )?"
        r"(?:hints?|clues?|pointers?|nudge|tips?|bit of help|help)(?: (?:here|on (?:this|that|it|"
        r"where to start)"
        r"|with (?:this|that|it)|about (?:this|that)))*",
        r"i (?:would|could|might|may|would really)(?: really)? (?:need|use|like|love|appreciate|"
        r"take|do with) (?:a|an|some|another) "
        r"?(?:small |little )?(?:hints?|clues?|pointers?|nudge|tip|help)(?: here| on (?:this|"
        r"that)(?: one)?)*",
        r"i (?:need|want|think i need) (?:a|some|another) ?(?:small |little )?(?:hint|clue|"
        r"pointer|nudge|help)(?: here)?",
        r"(?:a|any|another|some)(?: small| little)? (?:hints?|clues?|"
        r"help)(?: here)?(?: would (?:be (?:nice|great|good|helpful)|help))?",
        r"(?:hint|do you have (?:a|any) hints?(?: for me)?)",
        rf"(?:any|a|some|another|{ASK}?(?:have|get|give me|give us) (?:a|any|some|another)) "
        r"?(?:small |little |quick )?(?:hints?|clues?|pointers?|nudge|tips?) (?:on |about |as to |"
        r"for )?(?:what|which)(?: \w+){1,8}",
        rf"(?:any|a|some|another|{ASK}?(?:have|get|give me|give us) (?:a|any|some|another)) "
        r"?(?:small |little |quick )?(?:hints?|clues?|pointers?|nudge|tips?) (?:on |about |as to |"
        r"for )?(?:where|how) (?:i should |i could |to )?(?:start|begin|approach|go on|continue|"
        r"go|proceed|tackle)(?: (?:this|that|it|here))*",
        r"(?:(?:can|could|would) you )?help me(?: out)?(?: a (?:bit|little))?(?: here|"
        r" with (?:this|that))*",
        r"i am (?:totally |completely |really |a bit |kind of )?stuck(?: here| on (?:this|"
        r"that)(?: one)?)*",
        r"(?:can|could) you point me in (?:the right|a) direction",
    ),
    "skip": (
        rf"{ASK}not (?:spend|waste) (?:any )?more time on {THIS}",
        rf"(?:shall we|{ASK})(?: \w+)? ?(?:go on to|move on to|turn to|do|try|"
        rf"put {THIS} aside and do) something (?:new|else|different)",
        rf"{ASK}(?:skip|pass on|pass|leave|drop|park|move past|move on from|jump over|"
        rf"come back to) {THIS}(?: part| topic| bit| one| question)?{LATER}",
        rf"{ASK}(?:skip|pass|move on|move along|go on|continue|proceed){LATER}(?: (?:to|"
        rf"with) (?:the next|another|a different|something else)"
        r"(?: (?:question|one|topic|thing|part))?)?",
        rf"{ASK}(?:go|jump|switch|move|skip)(?: on| ahead)? to (?:the next|another|a different|"
        rf"something else)(?: (?:question|one|topic|thing|part))?",
        rf"{ASK}(?:(?:skip|leave|drop|park) {THIS}(?: one| question)? and )?(?:do|have|take|try|"
        rf"get) (?:the next|another|a different)(?: (?:question|one|topic)| instead)*",
        rf"(?:we|i) (?:can|could|will|should) come back to {THIS} later|skip(?: {THIS})?{LATER}|"
        rf"(?:i will |i would )?pass(?: on {THIS})?{LATER}",
        r"(?:the )?next(?: question| one)(?: please)?|move on|next|(?:i will|"
        r"i am going to) (?:skip|pass on) (?:this|that)(?: one| question)",
    ),
    "stop": (
        r"(?:good ?)?bye(?: bye)?(?: then)?",
        r"(?:i am .{3,20} but )?i (?:need|have) to (?:break (?:this|it) off|"
        r"cut (?:this|it) short)(?: here| now)*",
        rf"{ASK}(?:stop|end|finish|quit|wrap up|wrap it up|call it a day|leave it|"
        rf"close)(?: (?:the|this|our) (?:interview|session|call|conversation))?{LATER}",
        rf"{ASK}(?:stop|end|finish|wrap up) (?:it|this|things){LATER}",
        r"(?:stop|end|quit|finish|exit)(?: (?:the|this) (?:interview|session))(?: (?:here|now))?|"
        r"stop(?: here| now| it)?",
        r"i am (?:done|finished) with (?:the|this) (?:interview|session)|i quit|"
        r"i give up on (?:the|this) interview",
        r"that is enough for (?:today|now|me)|i (?:have to|need to|must|should|have got to|"
        r"gotta) (?:go|leave|stop|run|end)(?: (?:it |this )?(?:now|here|the interview))*",
        r"(?:i )?do not want to (?:continue|go on|do this)(?: anymore| any more| any longer)?",
    ),
    "done": (
        r"i (?:believe |think )*(?:i )?have said (?:everything|all)(?: (?:that )?i wanted to say)?"
        r"(?: (?:on|about) (?:that|this|it))?",
        r"(?:i think |i believe |i would say |yeah |and |so )*(?:that|this) (?:is|was|would be|"
        r"will be)(?: pretty much| basically| about| more or less| roughly| really| mostly)*"
        r" (?:my (?:answer|design|approach|proposal|take|plan|view)|it|all|everything|"
        r"all i (?:have|can think of|would say|wanted to say|got)|"
        r"all from (?:me|my side)|it from me|everything from (?:me|my side)|the (?:design|answer|"
        r"plan|whole (?:thing|picture))|"
        r"how i (?:would|will) (?:do|approach|design|handle|solve|build|tackle|set|"
        r"think about) (?:it|that|this)(?: up)?|"
        r"what i (?:would do|have|wanted to say|got)|where i (?:would )?(?:stop|leave it|end))",
        r"i (?:am|think i am|believe i am) (?:done|finished|through)(?: (?:here|with (?:that|"
        r"this|my answer)))?",
        r"i have (?:nothing|no more) (?:more|else|to add)?(?: to (?:add|say))?|nothing (?:else|"
        r"more)(?: to add| from me)?",
        r"i (?:will|would|can) (?:stop|leave it|pause|end|finish)(?: (?:it|my answer|"
        r"right))* (?:here|there|at that)|that covers (?:it|everything|the (?:design|question))",
        r"(?:that|this) (?:answers|covers) (?:it|the question|your question)|over to you|"
        r"that would be (?:it|all)|end of (?:my )?answer|done|finished",
    ),
    "dont_know": (
        r"(?:that|this) is (?:\w+ )?(?:outside|beyond) (?:of )?(?:anything|what|everything) i "
        r"(?:have|know)(?: \w+){0,3}|nothing comes to me(?: right)?(?: now)?",
        r"i am afraid i (?:have to|must) pass(?: on (?:this|that))?(?: one)?",
        r"(?:i )?(?:really |honestly |just |actually |simply )*(?:do not|would not|"
        r"did not)(?: really| actually| honestly| even)* know"
        r"(?: (?:that|this|it|the answer(?: to (?:that|this|it))?|about (?:that|this|it)|"
        r"what to (?:say|do|answer)|how (?:to|i would) (?:do|answer|approach|solve) (?:that|this|"
        r"it)"
        r"|much about (?:that|this|it)|anything about (?:that|this|it)|how|here|"
        r"enough about (?:that|this|it)))*",
        r"(?:i )?(?:have |have got |really have |honestly have )?(?:absolutely )?no (?:idea|clue|"
        r"answer)(?: (?:about|on|for|how to do) (?:that|this|it))?(?: here)?|dunno|beats me|"
        r"i dunno",
        r"(?:i am )?(?:really |honestly )?not(?: really| so| too| quite|"
        r" entirely)? sure(?: (?:about|on|of) (?:that|this|it)(?: one)?| what to say|"
        r" how to (?:answer|do|approach) (?:that|this|it)| at all| here)*",
        r"i (?:have not|have never|never)(?: really| ever)? (?:done|used|worked (?:with|on)|seen|"
        r"thought about|tried|come across|heard of|built|dealt with)"
        r" (?:that|this|it|anything like (?:that|this)|something like (?:that|this))(?: before)?",
        r"i (?:do not have|have no) (?:an answer|experience|knowledge|much experience|"
        r"any experience|a good answer|an idea|any idea)(?: (?:with|on|for|of|about|in) (?:that|"
        r"this|it))?",
        r"i (?:can not|could not) (?:answer|say|tell you|remember|think of anything)(?: (?:that|"
        r"this|it))?|i am not (?:really |very )?familiar with (?:that|this|it)",
        r"i (?:do not|can not) (?:remember|recall)(?: (?:that|it|exactly))?|"
        r"nothing comes to mind|my mind (?:is|went|has gone) blank|i am (?:lost|"
        r"blanking)(?: here)?",
    ),
}

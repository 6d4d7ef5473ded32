"""Candidates who have something to say: at three levels, too long, too quiet, or badly heard."""

from __future__ import annotations

import re
from typing import ClassVar

from agent.simulated.candidate import Candidate, Utterance
from prompts.rubric import Level

INVITED = re.compile(r"ask me|for me\?|like to know|your turn|questions (?:do|for|have|of)", re.I)
"""How the interviewer offers the candidate a question at the end."""
LINKS = ("Then,", "And", "Also,", "Beyond that,", "On top of it,", "Besides,", "Next,", "")
PLANS = (
    "Let me first say how I'd go about it: goal and data, then the model, then how it runs.",
    "My plan has three parts: first the problem, second the data and model, third operation.",
    "I'll start from what it's for, then take the data, and come to running it at the end.",
)
FILLERS = (
    "And you know, that reminds me of something we once had, it's a long story really.",
    "I mean there are many ways to look at it and people say different things about it.",
    "So anyway, where was I, yes, it's all connected somehow, as these things usually are.",
    "It was a rainy spring as well, and half of the people were new, so it took its time.",
    "And my colleague used to say that everything takes twice as long as one thinks.",
    "There's also the whole history of it, which I could go into, and maybe I should.",
)
PERSONAL = (
    "What does the team look like?",
    "How do you deploy models at your company?",
    "What would my first month be like?",
    "How did I do?",
)


class Prepared(Candidate):
    """Asks first, announces a plan, then answers what is asked with examples from the bank."""

    level: ClassVar[Level]
    opening_questions: ClassVar[int]
    sentences: ClassVar[tuple[int, int]]
    """Sentences of an answer, least and most."""

    def answer(self, heard: str) -> Utterance:
        """Clarify at the beginning and now and then, otherwise talk about what was asked."""
        if INVITED.search(heard) and self.turns > 3:
            return self.closing_question()
        if self.turns <= self.opening_questions:
            asked = self.knowledge.ask(self.chance, weight=2)
            if asked:
                lead = self.one_of("", "Before I start.", "One thing first.")
                return Utterance(f"{lead} {asked}".strip(), asks=(asked,))
        plan = [self.one_of(*PLANS)] if self.turns == self.opening_questions + 1 else []
        return Utterance(" ".join(plan + self.content(heard)), think_ms=self.thinking())

    def content(self, heard: str) -> list[str]:
        """Sentences to what was heard, linked; what is left to say when all was said."""
        count = self.chance.randint(*self.sentences)
        said = self.knowledge.sentences(heard, self.level, count, self.chance)
        if not said:
            return ["I've said what I'd do there, I'd only repeat myself."]
        links = ["", *(self.chance.choice(LINKS) for _ in said[1:])]
        return [f"{link} {text}".strip() for link, text in zip(links, said, strict=True)]

    def closing_question(self) -> Utterance:
        """What a candidate asks at the end, or nothing."""
        if self.may(0.3):
            return Utterance("No, nothing from my side, thank you.")
        asked = self.one_of(*PERSONAL)
        return Utterance(asked, asks=(asked,))

    def thinking(self) -> int:
        """Milliseconds before the first word."""
        return self.chance.randint(800, 4_000)


class Senior(Prepared):
    """Clarifies, plans, and answers fully."""

    name = "senior"
    about = "clarifies, announces a plan, answers fully"
    level = "senior"
    opening_questions = 2
    sentences = (4, 7)
    words_per_minute = 160


class Mid(Prepared):
    """One question, shorter answers."""

    name = "mid"
    about = "one question, shorter answers, some of them weak"
    level = "mid"
    opening_questions = 1
    sentences = (2, 4)

    def content(self, heard: str) -> list[str]:
        """Now and then something general besides."""
        weak = [self.knowledge.weak(heard, self.chance)] if self.may(0.3) else []
        return super().content(heard) + weak


class Junior(Prepared):
    """No question, hedged and mostly general answers."""

    name = "junior"
    about = "asks nothing, hedges, stays general"
    level = "junior"
    opening_questions = 0
    sentences = (1, 2)
    words_per_minute = 130

    def content(self, heard: str) -> list[str]:
        """General sentences, seldom a good one; sometimes none."""
        if self.may(0.15):
            return [self.one_of("I'm not sure about that.", "I don't know, I haven't done that.")]
        weak = f"I think {lower(self.knowledge.weak(heard, self.chance))}"
        return [weak, *(super().content(heard) if self.may(0.5) else [])]


class Rambler(Prepared):
    """Talks for minutes without a signpost."""

    name = "rambler"
    about = "talks for minutes and never comes to the point"
    level = "mid"
    opening_questions = 0
    sentences = (6, 10)
    words_per_minute = 190

    def content(self, heard: str) -> list[str]:
        """What is known, under a heap of words."""
        said = super().content(heard)
        mixed = [text for each in said for text in (each, *self.chance.sample(FILLERS, 3))]
        return mixed * 2 if self.may(0.2) else mixed


class SilentThinker(Prepared):
    """Long silences, then one or two sentences."""

    name = "silent-thinker"
    about = "is silent for up to three minutes, then says a sentence"
    level = "senior"
    opening_questions = 1
    sentences = (1, 2)

    def answer(self, heard: str) -> Utterance:
        """Sometimes announces the silence."""
        if self.may(0.15):
            said = self.one_of("Let me think about that.", "Give me a minute.", "Hmm, one moment.")
            return Utterance(said, wants="wait")
        return super().answer(heard)

    def thinking(self) -> int:
        """Up to three minutes."""
        return self.chance.choice((3_000, 9_000, 14_000, 30_000, 50_000, 90_000, 180_000))


SWAPS = {
    "the": "",
    "a": "",
    "would": "will",
    "because": "becoss",
    "labels": "labours",
    "features": "fetchers",
    "latency": "late and see",
    "model": "modal",
    "data": "date a",
    "threshold": "fresh hold",
    "drift": "drift of",
    "users": "users they",
}
"""What a small recogniser makes of words it does not get."""


class NonNative(Mid):
    """A sound answer with an accent: articles gone, words misheard, some turns lost."""

    name = "non-native"
    about = "sound answers with an accent, damaged by the recogniser"
    words_per_minute = 110

    def answer(self, heard: str) -> Utterance:
        """The words of a mid-level candidate as a small recogniser hears them."""
        if self.may(0.08):
            return Utterance("", unclear=True)
        if self.may(0.06):
            return Utterance("Also ich würde sagen das kommt darauf an.", other_language=True)
        meant = super().answer(heard)
        if meant.asks:
            return meant
        confidence = self.chance.choice((0.2, 0.5, 0.6, 0.7, 0.8))
        return Utterance(self.damaged(meant.text), meant.think_ms, confidence=confidence)

    def damaged(self, text: str) -> str:
        """Known confusions, and one word in twelve lost; no punctuation half of the time."""
        words = [SWAPS.get(word, word) for word in text.split() if not self.may(0.08)]
        heard = " ".join(word for word in words if word)
        return re.sub(r"[.,;:]", "", heard).lower() if self.may(0.5) else heard


class Commander(Prepared):
    """Says or presses commands all the time."""

    name = "commander"
    about = "asks for hints, repeats, rewording, time, and skips"
    level = "mid"
    opening_questions = 0
    sentences = (1, 2)

    commands: ClassVar[dict[str, tuple[str, ...]]] = {
        "hint": ("Give me a hint.", "Can I have a hint please?", "I could use a hint here."),
        "repeat": ("Can you repeat the question?", "Sorry, could you say that again?"),
        "rephrase": ("What do you mean by that?", "Can you rephrase the question?"),
        "wait": ("Give me a minute.", "Let me think for a moment."),
        "skip": ("Can we skip this one?", "Skip this question please."),
    }
    keys = ("hint", "repeat", "skip")

    def answer(self, heard: str) -> Utterance:
        """Three turns in four are commands; skipping is kept for later."""
        if self.may(0.25):
            return super().answer(heard)
        if self.may(0.2):
            key = self.chance.choice(self.keys[: 3 if self.turns > 6 else 2])
            return Utterance("", wants=key, key=key)
        known = [c for c in self.commands if c != "skip" or (self.turns > 6 and self.may(0.5))]
        wants = self.chance.choice(known)
        return Utterance(self.one_of(*self.commands[wants]), wants=wants)


def lower(text: str) -> str:
    """The sentence with a small first letter, unless that is a name or 'I'."""
    return text if re.match(r"(?:I\b|[A-Z]{2})", text) else text[:1].lower() + text[1:]

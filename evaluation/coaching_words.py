"""What an example sentence can take from an answer: the method, a fact, the parts, a place.

Every slot is filled from the candidate's or the interviewer's words, or from the bank; a slot that
the answer cannot fill is missing, and a template that needs it is passed over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cached_property

from evaluation.answer import Answer, content_words
from evaluation.coaching_parts import parts_of, second_part
from evaluation.coverage import coverage
from evaluation.detect_clarification import questions
from evaluation.detect_clarity import EARLY_UNITS
from evaluation.detect_depth import reactions
from evaluation.detect_trade_offs import comparisons, decisions, flips
from evaluation.detectors import Context, Hit, point_hits
from evaluation.lexicon import PROPOSAL, VAGUE
from evaluation.told_facts import told_slots
from prompts.coaching import Coaching, Method, Place
from prompts.question_bank import Need
from prompts.rubric import LEVELS, Level

DECISION_WEIGHT = 3
"""A technique in a sentence that decides counts like this many other mentions."""
LEANS_ON = 2
"""Mentions that make a technique the answer's own; "and you retrain" in passing does not."""
PLACE_WORDS = 4
"""Words a sentence needs to be quoted as a place."""
METRICS = re.compile(r"\b(?:precision|recall|f1|auc|mape|error rate|hit rate|ndcg)\b")
MONEY = re.compile(
    r"\b(?:conversion|revenue|profit|retention|click-?through|complaints|chargebacks?|refunds|churn"
    r"|losses|waste|missed frauds?|sales)\b"
)
SIGNALS = re.compile(
    r"\b(?:latency|error rate|missing values|score distribution|complaints|chargebacks|conversion"
    r"|revenue|refunds|queue length|throughput|drift|click-?through|empty fields|null rate)\b"
)
FILLED_PAUSE = re.compile(r"\b(?:um|uh|er|erm|uhm|hmm|mm)\b,? ?", re.IGNORECASE)


class CoachingWords:
    """The slots and places of one answer. Positions are those of `Answer.units`."""

    def __init__(
        self, context: Context, coaching: Coaching, level: Level, *, own_scenario: bool = True
    ) -> None:
        """`own_scenario`: it was asked in the bank's scenario, so that its sentences fit."""
        self.context, self.coaching, self.level = context, coaching, level
        self.own_scenario = own_scenario
        self.answer: Answer = context.answer

    @cached_property
    def slots(self) -> dict[str, str]:
        """Slot -> words; only what this answer can fill."""
        found = {**self.method_slots(), **told_slots(self.context), **self.own_slots()}
        found |= {f"part{n}": part for n, part in enumerate(parts_of(self.context), 1)}
        found |= self.question_slots() | self.bank_slots()
        return {name: text for name, text in found.items() if text}

    def slots_at(self, at: Place) -> dict[str, str]:
        """The slots for a remark at this place: where options are weighed or a follow-up is
        answered, the technique must be spoken of, else the example would be about something else.
        """
        method = self.method
        if method is None or self.speaks_of(method, at):
            return self.slots
        return {name: text for name, text in self.slots.items() if name not in self.method_slots()}

    def speaks_of(self, method: Method, at: Place) -> bool:
        """Whether a technique belongs where a remark goes; where nothing is weighed at all there is
        nothing it could be at odds with."""
        units = self.answer.units
        if at == "choice":
            hits = (*decisions(self.context), *comparisons(self.context))
            return not hits or any(re.search(method.words, hit.unit.norm) for hit in hits)
        place = self.after_probe() if at == "probe" else None
        if place is None:
            return at != "probe"
        reply = [unit.norm for unit in units if unit.turn == units[place].turn]
        return any(re.search(method.words, norm) for norm in reply)

    @cached_property
    def method(self) -> Method | None:
        """The technique the answer leans on; none is taken from a story of the past."""
        if self.context.type == "behavioural":
            return None
        decided = {hit.position for hit in decisions(self.context)}
        supposed = {hit.position for hit in flips(self.context)} - decided
        weights: Counter[int] = Counter()
        for position, unit in enumerate(self.answer.units):
            if self.answer.questions_in(position) or position in supposed:
                continue
            for index, method in enumerate(self.coaching.methods):
                if re.search(method.words, unit.norm):
                    proposed = position in decided or PROPOSAL.search(unit.norm)
                    weights[index] += DECISION_WEIGHT if proposed else 1
        best = max(weights, key=lambda index: (weights[index], -index), default=None)
        if best is None or weights[best] < LEANS_ON:
            return None
        return self.coaching.methods[best]

    def method_slots(self) -> dict[str, str]:
        """The technique with its rival, gain, loss and flip."""
        if self.method is None:
            return {}
        fields = self.method.model_dump(exclude={"words"})
        fields["method"] = fields.pop("name")
        capital = {k.capitalize(): upper_first(fields[k]) for k in ("method", "rival")}
        return fields | capital

    def own_slots(self) -> dict[str, str]:
        """Metric, signal and a term in the candidate's words."""
        text = " ".join(unit.norm for unit in self.answer.units)
        metric, money, signal = (p.search(text) for p in (METRICS, MONEY, SIGNALS))
        term = next((t for t in self.coaching.terms if re.search(rf"\b{re.escape(t)}\b", text)), "")
        return {
            "metric": metric.group() if metric else "",
            "Metric": upper_first(metric.group()) if metric else "",
            "money": money.group() if money else "",
            "signal": f"the {signal.group()}" if signal else "",
            "Term": upper_first(term),
            "meaning": self.coaching.terms.get(term, ""),
        }

    def question_slots(self) -> dict[str, str]:
        """Questions worth asking that were not asked: from the sheet, else general ones."""
        known = {need for asked in questions(self.answer) for need in asked.needs}
        limits = [n for n in ("latency", "scale", "labels", "cost_of_errors") if n not in known]
        unknown = [n for n in self.coaching.assumes if n not in known]
        later = [n for n in ("labels", "people", "cost_of_errors", "latency") if n not in known]
        return {
            "ask_goal": self.ask("goal"),
            "ask_limit": self.ask(limits[0] if limits else "scale"),
            "ask_cost": self.ask("cost_of_errors"),
            "ask_labels": self.ask("labels"),
            "ask_again": self.ask(later[0] if later else "people"),
            "assume": self.coaching.assumes[unknown[0]] if unknown else "",
        }

    def ask(self, need: Need | str) -> str:
        """The question for one kind of need."""
        facts = self.context.question.facts if self.context.question else ()
        fitting = sorted((f for f in facts if f.need == need), key=lambda f: -f.weight)
        return fitting[0].asks[0] if fitting else self.coaching.asks.get(need, "")

    def bank_slots(self) -> dict[str, str]:
        """Spoken sentences for two expected points that were not covered."""
        if self.context.question is None or not self.own_scenario:
            return {}
        level = self.level if self.level in LEVELS else "senior"
        missed = [
            each.point
            for each in coverage(self.answer, self.context.question, level, None)
            if each.position is None and each.point.criterion == "technical_soundness"
        ]
        missed.sort(key=lambda point: not point.must_have)
        return {
            name: point.exemplars[0]
            for name, point in zip(("exemplar", "exemplar2"), missed, strict=False)
        }

    def place(self, at: Place) -> int | None:
        """Position of the sentence that a remark belongs to; None for an empty answer."""
        units = self.answer.units
        if not units:
            return None
        found = PLACES[at](self)
        if found is None:
            found = self.claim()
        if len(units[found].words) >= PLACE_WORDS:
            return found
        turn = units[found].turn
        near = sorted(range(len(units)), key=lambda p: (units[p].turn != turn, abs(p - found), p))
        return next((p for p in near if len(units[p].words) >= PLACE_WORDS), found)

    def claim(self) -> int:
        """The first proposal, else the first statement."""
        first = self.answer.first_solution
        return first if first < len(self.answer.units) else self.statement()

    def statement(self) -> int:
        """The first sentence that is no question."""
        count = len(self.answer.units)
        return next((p for p in range(count) if not self.answer.questions_in(p)), 0)

    def choice(self) -> int | None:
        """The sentence that decides, else the one that compares."""
        found = decisions(self.context) or comparisons(self.context)
        return found[0].position if found else None

    def hits_of(self, point: str) -> tuple[Hit, ...]:
        """Where a point of the rubric is seen."""
        return point_hits(self.answer, self.context.points[point])

    def hit_of(self, point: str, *, last: bool = False) -> int | None:
        """Where a point of the rubric is seen, the first or the last time."""
        hits = self.hits_of(point)
        return hits[-1 if last else 0].position if hits else None

    def matching(self, pattern: str) -> int | None:
        """The first statement with these words."""
        for position, unit in enumerate(self.answer.units):
            if re.search(pattern, unit.norm) and not self.answer.questions_in(position):
                return position
        return None

    def first_after(self, turn: int | None) -> int | None:
        """The first unit said after this turn."""
        units = self.answer.units
        if turn is None:
            return None
        return next((p for p, unit in enumerate(units) if unit.turn > turn), None)

    def after_probe(self) -> int | None:
        """The first words after the last turn of the interviewer that answers no question, where
        they are no question themselves, as they are in the close."""
        replies = {reply.turn for reply in self.answer.replies}
        began = self.answer.units[0].turn
        probes = [
            turn.turn
            for turn in self.answer.turns
            if turn.speaker == "interviewer" and turn.turn > began and turn.turn not in replies
        ]
        replied = (self.first_after(probe) for probe in reversed(probes))
        units = self.answer.units
        told = (p for p in replied if p is not None and not units[p].text.rstrip().endswith("?"))
        return next(told, None)

    def vaguest(self) -> int:
        """The sentence that points most and names least."""
        units = self.answer.units
        long = [p for p, unit in enumerate(units) if len(unit.words) > EARLY_UNITS]

        def share(position: int) -> float:
            words = units[position].words
            named = len(content_words(units[position].norm))
            return (sum(word in VAGUE for word in words) - named / 2) / len(words)

        return max(long or range(len(units)), key=share)


def last_unit(words: CoachingWords) -> int:
    """Where the answer ends."""
    return len(words.answer.units) - 1


PLACES: dict[Place, Callable[[CoachingWords], int | None]] = {
    "opening": CoachingWords.statement,
    "claim": CoachingWords.claim,
    "choice": CoachingWords.choice,
    "ending": last_unit,
    "question": lambda w: next((a.hit.position for a in questions(w.answer)), None),
    "after_reply": lambda w: w.first_after(w.answer.replies[0].turn) if w.answer.replies else None,
    "operation": lambda w: w.hit_of("names-operation", last=True),
    "metric": lambda w: (
        w.hit_of("goal-metric")
        if w.hit_of("goal-metric") is not None
        else w.matching(f"{METRICS.pattern}|{MONEY.pattern}")
    ),
    "method": lambda w: w.matching(w.method.words) if w.method else None,
    "story": lambda w: w.hit_of("own-action"),
    "result": lambda w: w.hit_of("a-result", last=True),
    "probe": CoachingWords.after_probe,
    "twist": lambda w: next(iter(reactions(w.context)), None),
    "unclear": CoachingWords.vaguest,
    "loose": lambda w: w.hit_of("few-loose-ends"),
    "middle": lambda w: second_part(w.context, w.slots.get("part2", "")),
}


def upper_first(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def tidy(text: str, most: int, *, tail: bool = False) -> str:
    """A quote for a sentence about it: fillers out, at most `most` words, an ellipsis where cut.

    It is cut where a clause ends, if it can be; with `tail` the end of the text is kept.
    """
    words = FILLED_PAUSE.sub("", text).split()
    if len(words) <= most:
        return " ".join(words).strip(" .,;:")
    ends = [n for n, word in enumerate(words, start=1) if word[-1] in ",;:–—"]
    if tail:
        start = next((n for n in ends if most // 3 <= len(words) - n <= most), len(words) - most)
        return f"… {' '.join(words[start:]).strip(' .,;:')}"
    end = next((n for n in reversed(ends) if most // 3 <= n <= most), most)
    return f"{' '.join(words[:end]).strip(' .,;:–—')} …"

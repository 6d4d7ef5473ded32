"""Reading an answer without a network: the act, what is asked, what is covered, what to probe.

`AnswerReader.read` is what stands between the candidate's last word and the next move. The costly
part, sentence vectors, is prepared clause by clause while the candidate still speaks, so that at
most the last clause has to be encoded at the end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from agent import ask_scorer, command_scorer
from agent.about_job import asks_about_job, names_us
from agent.ask_scorer import AskScorer
from agent.asking import Asked
from agent.attributed import misquoted
from agent.choosing import Choices
from agent.clauses import Span, sentences
from agent.command_scorer import Heard, likely, skips, sure, with_request
from agent.contradictions import find_contradictions
from agent.covered_points import CoveredPoints
from agent.dialogue_acts import Acts, command_of, covers, is_tagged, leads_on, read_acts
from agent.fact_matcher import FactMatcher, wanted
from agent.fact_signals import COMPANY
from agent.hooks import unquantified
from agent.off_topic import OffTopic
from agent.open_questions import OpenQuestions, answers
from agent.point_matcher import PointMatcher, units_of
from agent.reading import Aside, Contradiction, DialogueAct, FactAsked, Reading
from agent.tallies import (
    count_hedges,
    count_numbers,
    find_assumptions,
    is_signposted,
    is_solving,
)
from agent.unintelligible import unintelligible
from agent.verdicts import asks_verdict, asks_what_is_expected
from agent.weighing import weigh
from evaluation.encoder import SentenceEncoder
from evaluation.record import Word
from prompts.question_bank import Question
from prompts.rubric import Level

OF_COMPANY = 0.8
"""Cosine with a question about the company ("which cloud provider ...") that no sheet answers."""
TAGGED = 0.5
"""The same for a statement with a tag: "so labels come late, right?"."""
SURELY_ALOUD = 0.9
"""The same for a question that the candidate goes on to answer: they mostly ask themselves."""
VERDICT_ALONE_WORDS = 12
"""In a longer turn the wish for a verdict is only its end."""
SAME_SENTENCE = 0.9
"""Cosine from which two sentences say the same."""
SAME_TURN_SHARE = 0.7
"""Share of a turn's words in such sentences from which the turn repeats an earlier one."""
SAME_TEXT = 88.0
"""Similarity of two texts (0-100) from which one repeats the other."""
KEPT_SENTENCES = 2048
"""Sentences whose chance to ask is kept: more than a long interview has."""
REPEAT_WORDS = 8
"""Shorter turns ("yes, exactly") may recur."""


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What came before the turn that is read."""

    earlier: tuple[tuple[int, str], ...] = ()
    """Earlier candidate turns of this question: index and text, oldest first."""
    released: Mapping[str, str] = field(default_factory=dict)
    """Facts released so far: id and the words that were said."""
    ours: tuple[str, ...] = ()
    """Everything the interviewer has said on this question."""
    outdated: Mapping[str, str] = field(default_factory=dict)
    """Of a shifted twin: id and the words that were true the first time."""


class AnswerReader:
    """Reads answers to one question. Not shared between threads; the encoder may be."""

    def __init__(
        self,
        encoder: SentenceEncoder,
        question: Question,
        level: Level,
        asking: AskScorer | None = None,
    ) -> None:
        # The corrections were learned inside each sheet and blur what belongs to no sheet at all.
        self.off_topic = OffTopic(encoder, question)
        encoder = encoder.for_reading()
        self.encoder, self.question, self.level = encoder, question, level
        self.facts = FactMatcher(encoder, question.facts)
        self.open = OpenQuestions(self.facts)
        self.points = PointMatcher(encoder, question.points)
        self.covered = CoveredPoints(encoder, question, self.points)
        musts = [p.id for p in question.expected_points(level) if p.must_have]
        self.story = question.type == "behavioural"
        self.choices = Choices(self.points, musts, trifles=not self.story)
        self.asking = asking or ask_scorer.trained()
        self.requests = command_scorer.trained()
        self._heard: list[str] = []
        self._chances: dict[str, float] = {}
        """How probably a sentence asks (0-1), by its words."""

    def warm(self) -> None:
        """Load the encoder and encode the question's examples (about a second, once)."""
        if self.question.facts:
            self.facts.best("warm")
        self.points.features([Span("warm", 0, 4)])
        self.off_topic.load()

    def prepare(self, clause: str) -> None:
        """Encode a clause as it arrives, so that the final `read` finds its vectors.

        Clauses are put together with single spaces, the way the turn's text is.
        """
        if not clause.strip():
            return
        self._heard.append(clause.strip())
        text = " ".join(self._heard)
        self._encode_units(text)

    def forget(self) -> None:
        """Drop prepared clauses: the turn was withdrawn."""
        self._heard.clear()

    def read(
        self,
        text: str,
        *,
        words: Sequence[Word] = (),
        context: ReadingContext | None = None,
    ) -> Reading:
        """The reading of one turn; everything quoted is a verbatim part of `text`."""
        context = context or ReadingContext()
        self._heard.clear()
        if not re.search(r"\w", text):
            return Reading(act="silence")
        count = len(text.split())
        acts = self._acts(text)
        known_words = self.question.vocabulary
        if acts.command is None and unintelligible(text, words, known_words, self.encoder.pieces):
            return Reading(act="unintelligible", words=count)
        matches = [
            (a, None if m and self._beside(a.part.text, a.sentence.text) else m)
            for a, m in self.facts.match(self._asked(text, acts))
        ]
        # "We start with the data, right?" only asks when the sheet has an answer to it.
        matches = [
            (a, m)
            for a, m in matches
            if (m and m.score >= surely(a))
            or not (is_tagged(a.sentence.text) or a.aloud or (a.tentative and not m))
        ]
        of_problem = [pair for pair in matches if not self._about_job(pair[0].sentence.text)]
        questions = tuple(dict.fromkeys(asked.sentence for asked, _ in matches))
        content_free = [*acts.taken, *questions]
        known: dict[str, FactAsked] = {}
        for item, match in matches:
            if match is not None and answers(item, match):
                score = round(match.score, 3)
                fact = FactAsked(
                    fact_id=match.fact_id,
                    quote=item.sentence.text,
                    score=score,
                    part=item.part.text,
                )
                known.setdefault(match.fact_id, fact)
        open_ones = [o for o in self.open.of(of_problem) if not of_us(o[0].text)]
        aside = self._aside(text, questions, [q.text for q, _ in open_ones])
        if aside in ("chat", "time"):
            open_ones = []
        told = [s for s in sentences(text) if s not in questions]
        points = self.covered.points_of(text, acts.taken, questions, known)
        # What covers a point is no other story; that is known without the published vectors.
        astray = not known and not points and self.off_topic.astray(told)
        # Nobody is asked why the red bicycle is faster.
        choices = ((), ()) if astray else self.choices.read(text, content_free)
        return Reading(
            act=self._act(acts, bool(questions), "" if known or open_ones else aside, count),
            aside=aside,
            about_job=any(self._about_job(q.text) for q in questions),
            questions=tuple(q.text for q in questions),
            facts_asked=tuple(known.values()),
            unknown_questions=tuple(q.text for q, handed in open_ones if not handed),
            handed_questions=tuple(q.text for q, handed in open_ones if handed),
            astray=astray,
            points=points,
            unjustified=choices[0],
            justified=choices[1],
            unquantified=() if astray else unquantified(text, content_free),
            contradictions=contradictions(text, context, content_free),
            assumptions=find_assumptions(text),
            numbers=count_numbers(text),
            hedges=count_hedges(text),
            words=count,
            signposted=is_signposted(text),
            solving=not astray and is_solving(text, questions),
            handed_over=acts.handed_over,
            leads_on=any(leads_on(part.text) for part in acts.taken),
            repeats_turn=self._repeats(text, context.earlier),
        )

    def _acts(self, text: str) -> Acts:
        """Requests to the interviewer, in a known form or not; what the sheet answers is none."""
        acts = read_acts(text)
        if acts.command is not None:
            return acts
        own = [s for s in sentences(text) if not any(covers(t, s) for t in acts.taken)]
        vectors = self.encoder.encode([sentence.text for sentence in own])
        heard = {s: self.requests.heard(s.text, v) for s, v in zip(own, vectors, strict=True)}
        if not any(heard.values()):
            return acts
        # A fact, a decision, a verdict, small talk: each has its own reply.
        matches = self.facts.match(self._asked(text, acts))
        known = {asked.sentence for asked, match in matches if match or asked.handed}
        last = max((sentence.start for sentence in known), default=-1)
        final = max((asked.sentence.start for asked, _ in matches), default=-1)
        # "Another question. Which ..." asks one.
        known |= {s for s in own if s.start < (final if skips(heard[s]) else last)}
        known |= {s for s in own if of_us(s.text)}
        known |= {s for s in own if not sure(heard[s]) and self.off_topic.kind([s.text])}
        known |= {s for s in own if heard[s] and self._may_ask(s.text, heard[s])}
        return with_request(acts, {s: None if s in known else heard[s] for s in own})

    def _may_ask(self, words: str, heard: Heard) -> bool:
        """Whether "what do you mean by ..." is as well a question to the sheet."""
        fact = self.facts.best(words)
        return fact is not None and not likely(heard, 1 - fact.score)

    def _asked(self, text: str, acts: Acts) -> tuple[Asked, ...]:
        """Everything in the turn that asks the interviewer something, in order."""
        own = [sentence.text for sentence in sentences(text)]
        new = [sentence for sentence in own if sentence not in self._chances]
        if len(self._chances) > KEPT_SENTENCES:
            self._chances, new = {}, own
        for sentence, vector in zip(new, self.encoder.encode(new), strict=True):
            self._chances[sentence] = self.asking.chance(sentence, vector)
        return weigh(text, acts, [self._chances[sentence] for sentence in own])

    def _beside(self, asked: str, sentence: str) -> bool:
        """Whether a question is none on the sheet, though it shares words with it.

        Who asks about the position asks about it in all of the sentence.
        """
        us = of_us(asked) or self._about_job(sentence)
        return self.off_topic.surely(asked) or bool(us) or self._of_company(asked)

    def _about_job(self, sentence: str) -> bool:
        """Whether it asks about the position; beside a story any "your team" is ours."""
        return asks_about_job(sentence) or (self.story and names_us(sentence))

    def _of_company(self, asked: str) -> bool:
        """True for what is nearly a question about the company and less near to any fact."""
        vector = self.encoder.encode([wanted(asked)])[0]
        company = float((self.encoder.encode(COMPANY) @ vector).max())
        if company < OF_COMPANY:
            return False
        asks = [ask for fact in self.question.facts for ask in fact.asks]
        return company > float((self.encoder.encode(asks) @ vector).max())

    def _aside(self, text: str, questions: Sequence[Span], asked: Sequence[str]) -> Aside:
        """What the open questions are beside the problem; a wish for a verdict need not be one."""
        ours = [of_us(part.text) for part in (*questions, *sentences(text)[-2:])]
        # Who asks about the position as well says so with `about_job`.
        ours.sort(key=lambda kind: kind == "job")
        return next((kind for kind in ours if kind), "") or self.off_topic.kind(asked)

    def _act(self, acts: Acts, asks: bool, aside: Aside, words: int) -> DialogueAct:
        """A command wins over a question, a question over an answer."""
        if acts.command is not None and not (asks and acts.command in {"done", "dont_know"}):
            return acts.command
        if aside in ("chat", "time") or (aside and words < VERDICT_ALONE_WORDS):
            return "off_topic"
        return "question" if asks else "answer"

    def _encode_units(self, text: str) -> None:
        """Put everything that reading `text` will compare into the encoder's cache."""
        self.points.prepare(units_of(text))
        asked = self._asked(text, read_acts(text))
        self.facts.prepare(asked)
        asking = {each.sentence for each in asked}
        # The last sentence may not be over yet.
        told = [sentence for sentence in sentences(text)[:-1] if sentence not in asking]
        self.off_topic.prepare([each.part.text for each in asked], told)

    def _repeats(self, text: str, earlier: Sequence[tuple[int, str]]) -> int | None:
        """The earlier turn that this one says again, or None."""
        if len(text.split()) < REPEAT_WORDS or command_of(text) is not None:
            return None
        for turn, said in earlier:
            longer = max(len(text), len(said))
            if min(len(text), len(said)) / longer > 0.7 and fuzz.ratio(text, said) >= SAME_TEXT:
                return turn
        return next((turn for turn, said in earlier if self._says_again(text, said)), None)

    def _says_again(self, text: str, said: str) -> bool:
        """Most of `text`, by words, stands in near-identical sentences in `said`."""
        mine = [s for s in sentences(text) if s.words >= 4]
        theirs = [s for s in sentences(said) if s.words >= 4]
        if not mine or not theirs:
            return False
        near = (
            self.encoder.encode([s.text for s in mine])
            @ self.encoder.encode([s.text for s in theirs]).T
        )
        again = sum(
            s.words for s, row in zip(mine, near, strict=True) if row.max() >= SAME_SENTENCE
        )
        return again >= SAME_TURN_SHARE * sum(s.words for s in mine)


def of_us(words: str) -> Aside:
    """Whether a question is about us: our verdict, what we wait to hear, the job behind it."""
    if asks_verdict(words):
        return "verdict"
    if asks_about_job(words):
        return "job"
    return "expectation" if asks_what_is_expected(words) else ""


def contradictions(
    text: str, context: ReadingContext, ignored: Sequence[Span]
) -> tuple[Contradiction, ...]:
    """What cannot hold beside earlier words or told facts, each fact once."""
    found = find_contradictions(text, context.earlier, context.released, ignored, context.outdated)
    known = {each.fact_id for each in found if each.fact_id}
    ascribed = misquoted(text, context.released, context.ours)
    return (*found, *(m for m in ascribed if not m.fact_id or m.fact_id not in known))


def surely(asked: Asked) -> float:
    """Probability from which what may be no question is one because the sheet answers it."""
    return SURELY_ALOUD if asked.aloud else TAGGED

"""The brain with an endpoint: a model understands and words; policy, sheet and rubric stay.

Whatever the endpoint does, the interviewer goes on: each turn the model cannot serve is served by
the offline brain, and that is noted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillReading
from dataclasses import asdict
from typing import Protocol, TypeVar

from agent.case import case_due
from agent.inventing import Inventor
from agent.model_limits import UsageTotal
from agent.model_phraser import ModelPhraser, PhraseRequest
from agent.model_reader import COMMANDS, ModelReader
from agent.moves import Move, MoveKind
from agent.offline_brain import OfflineBrain, reading_context
from agent.reading import Invented, Reading
from agent.situation import Situation
from agent.state import Answer, Covered
from agent.telling_terms import telling_terms
from agent.wanted import result
from prompts.errors import ModelError, ModelReplyInvalid
from prompts.persona import Persona
from prompts.prompt import LanguageModel
from prompts.question_bank import Question
from prompts.rubric import Level

Found = TypeVar("Found")
REFUSED_WORDING = "A wording of the model was refused"
TOO_SLOW = "The endpoint read too slowly"
"""How the notices of these two begin; a server counts them by it."""
INTENTS: dict[MoveKind, str] = {
    "why": "Ask why this choice and what was ruled out; hold on to the candidate's own words.",
    "how_much": "Ask how much or how exactly; hold on to the candidate's own words.",
    "reconcile": "Quote both statements and ask how they fit together.",
    "probe": "Ask this open question; do not name what a good answer would hold.",
    "deeper": "Ask this question, one level deeper than what was said.",
    "outline": "Ask for the whole picture before any part.",
    "deep_dive": "Let the candidate choose where to go deep.",
    "production": "Ask how they would know that it still works next month.",
    "challenge": "Challenge this choice once, without saying whether it is right.",
    "scale_up": "Make the problem ten times larger and ask what changes.",
    "dont_know": "Ask how they would find out, or what they would assume.",
    "what_weighing": "Ask what they are weighing.",
    "ramble_soft": "Steer gently back to the one thing that matters most.",
    "nudge_framing": "One neutral nudge that they may ask for what they need to know.",
}
"""Moves a model may word, with what they must achieve. All others are said as they stand: the
prompt, facts, twists and hints are the same for everybody."""


class ClosableModel(LanguageModel, Protocol):
    """A model whose running calls can be ended, and which counts what it uses."""

    @property
    def usage(self) -> UsageTotal:
        """Calls and tokens so far."""
        ...

    def close(self) -> None:
        """Close connections; a call that still runs raises ModelUnavailable."""
        ...


class ModelBrain:
    """Understands and phrases with a model, falling back on the offline brain turn by turn."""

    def __init__(
        self,
        phrasing: ClosableModel,
        reading: ClosableModel,
        offline: OfflineBrain,
        persona: Persona,
        *,
        budget_s: float,
    ) -> None:
        """`budget_s`: seconds a question of the candidate may wait for the model's reading."""
        self.name = phrasing.name
        self.offline, self.persona, self.budget_s = offline, persona, budget_s
        self.models = (phrasing, reading)
        self.reader = ModelReader(reading)
        self.inventor = Inventor(reading)
        self.phraser = ModelPhraser(phrasing, on_rejected=self.rejected)
        self.pending: list[tuple[str, int, Future[Reading]]] = []
        self.told: list[str] = []
        self.refused = 0
        """Wordings that code did not let pass."""
        self.replaced = 0
        """Turns that were read or worded offline because the model did not serve them."""

    def warm(self, question: Question, level: Level) -> None:
        """As offline: the fast reading is local."""
        self.offline.warm(question, level)

    def prepare(self, clause: str, situation: Situation) -> None:
        """As offline: the fast reading is local."""
        self.offline.prepare(clause, situation)

    def read(self, answer: Answer, situation: Situation) -> Reading:
        """The fast local reading; the model's is waited for only when a question stayed open.

        Otherwise the model reads beside the conversation and `late` tells what it saw.
        """
        fast = self.offline.read(answer, situation)
        if not answer.text.strip() or answer.turn is None or not worth_reading(fast, situation):
            return fast
        context = reading_context(situation)
        future = beside(lambda: self.reader.read(answer.text, fast, situation.question, context))
        if not fast.unknown_questions:
            self.pending.append((situation.question.id, answer.turn, future))
            return fast
        began = time.monotonic()
        try:
            deep = result(future, timeout_s=self.budget_s)
            return self.invented(deep, situation, self.budget_s - (time.monotonic() - began))
        except StillReading:
            self.pending.append((situation.question.id, answer.turn, future))
            self.served_offline(f"{TOO_SLOW}; this answer was read offline.")
        except ModelError as error:
            self.served_offline(told_of(error, "this answer was read offline"))
        return fast

    def invented(self, reading: Reading, s: Situation, left_s: float) -> Reading:
        """`reading` with a detail made up for a question that neither sheet nor memory answers."""
        if not reading.unknown_questions or reading.invented or s.question.type == "behavioural":
            return reading
        asked = reading.unknown_questions[0]
        released = [r for r in s.state.get("released", []) if r.question_id == s.question.id]
        future = beside(
            lambda: self.inventor.invent(
                asked,
                s.question,
                covered=s.covered,
                told={each.fact_id for each in released},
                earlier=[each.say for each in released if each.asked],
            )
        )
        try:
            say = result(future, timeout_s=max(0.0, left_s))
        except StillReading:
            return reading
        except ModelError as error:
            self.told.append(f"{error.what}.")
            return reading
        detail = Invented(question=asked, say=say) if say else None
        return reading.model_copy(update={"invented": detail})

    def late(self) -> tuple[Covered, ...]:
        """Points the model has found in earlier answers since the last call."""
        found: list[Covered] = []
        waiting: list[tuple[str, int, Future[Reading]]] = []
        for question_id, turn, future in self.pending:
            if not future.done():
                waiting.append((question_id, turn, future))
                continue
            try:
                points = future.result().points
            except ModelError as error:
                self.served_offline(told_of(error, "an answer was read offline only"))
                continue
            found += [
                Covered(question_id=question_id, point_id=p.point_id, quote=p.quote, turn=turn)
                for p in points
            ]
        self.pending = waiting
        return tuple(found)

    def phrase(self, move: Move, situation: Situation) -> Iterator[str]:
        """The model's words where it may choose them and passes every check, else the bank's."""
        safe = list(self.offline.phrase(move, situation))
        intent = INTENTS.get(move.kind)
        # What we have not said has no other side to be worded.
        if intent is None or (move.kind == "reconcile" and not move.before):
            yield from safe
            return
        led = move.lead or move.tells or case_due(situation, move.kind)
        leads, core = (safe[:-1], safe[-1]) if led else ([], " ".join(safe))
        yield from leads
        try:
            yield from self.phraser.phrase(self.request(move, situation, intent, core))
        except ModelError as error:
            self.served_offline(told_of(error, "this turn was worded offline"))
            yield core

    def request(self, move: Move, s: Situation, intent: str, safe_text: str) -> PhraseRequest:
        """What the phraser needs, and what its words are checked against."""
        released = [r for r in s.state.get("released", []) if r.question_id == s.question.id]
        told = {each.fact_id for each in released}
        said = [x for x in s.state.get("said", []) if x.question_id == s.question.id]
        hook = f' The words: "{move.hook}".' if move.hook else ""
        before = f' The earlier words: "{move.before}".' if move.before else ""
        return PhraseRequest(
            move_kind=move.kind,
            intent=f"{intent}{hook}{before}",
            safe_text=safe_text,
            persona=self.persona,
            level=s.level,
            question_prompt=s.question.prompt,
            forbidden=telling_terms(s.question, s.covered),
            must_contain=(move.hook,) if move.hook else (),
            told=tuple(each.say for each in released),
            hidden=tuple(fact.say for fact in s.question.facts if fact.id not in told),
            recent=tuple((x.speaker, x.text) for x in said),
            spoken=tuple(s.state.get("sentences", [])),
        )

    def rejected(self, text: str, reasons: tuple[str, ...]) -> None:
        """A wording that code refused; the reasons are kept, the wording is not spoken."""
        self.refused += 1
        self.told.append(f"{REFUSED_WORDING}: {'; '.join(reasons)}.")

    def served_offline(self, notice: str) -> None:
        """The model did not serve a turn: counted, and told."""
        self.replaced += 1
        self.told.append(notice)

    def notices(self) -> tuple[str, ...]:
        """What failed and was replaced since the last call."""
        told, self.told = tuple(dict.fromkeys(self.told)), []
        return told

    def used(self) -> dict[str, int]:
        """Calls and tokens of both models, refused wordings, and turns served offline."""
        totals = [asdict(model.usage) for model in dict.fromkeys(self.models)]
        summed = {name: sum(total[name] for total in totals) for name in totals[0]}
        return {**summed, "refused": self.refused, "replaced": self.replaced}

    def close(self) -> None:
        """Close the connections; what is still being read is dropped."""
        for model in self.models:
            model.close()


def told_of(error: ModelError, so: str) -> str:
    """What failed, what followed, where, and what to do: one line; its cause stands before "; "."""
    place = f" ({error.where})" if error.where else ""
    return f"{error.what.rstrip('.')}; {so}{place}. {error.todo}".rstrip()


def worth_reading(fast: Reading, s: Situation) -> bool:
    """Whether a model may find more: an open question, or enough words on the problem."""
    if fast.act == "unintelligible" or fast.act in COMMANDS:
        return False
    return bool(fast.unknown_questions) or fast.words >= s.conduct.limits.thin_answer_words


def beside(work: Callable[[], Found]) -> Future[Found]:
    """Run `work` in a thread that dies with the program: nobody waits for a hung endpoint."""
    future: Future[Found] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except ModelError as error:
            future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - no fault of reading may stop the interview
            what = f"the reading failed ({type(error).__name__})"
            future.set_exception(ModelReplyInvalid(what))

    threading.Thread(target=run, name="deep-reading", daemon=True).start()
    return future

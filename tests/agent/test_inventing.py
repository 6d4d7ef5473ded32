"""A detail the sheet lacks is made up once, checked by code, and stays true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

import pytest
from endpoint_server import EndpointServer, Step
from policy_states import situation, talk
from shared_encoder import BANK, ENCODER
from starlette.requests import Request
from starlette.responses import Response

from agent.inventing import Inventor
from agent.model_brain import ModelBrain, worth_reading
from agent.model_limits import ModelLimits
from agent.models import OpenAIModel
from agent.offline_brain import OfflineBrain
from agent.plan import Plan
from agent.scripted_model import ScriptedModel, ScriptedReply
from agent.simulated.candidate import Candidate, Utterance
from agent.simulated.invariants import violations
from agent.simulated.knowledge import Knowledge
from agent.simulated.rehearsal import Setting, rehearse
from agent.simulated.session_view import SessionView
from prompts.errors import ModelReplyInvalid
from prompts.persona import load_persona
from prompts.replies import InventedReply

QUESTION = BANK.get("fraud-detection")
ASKED = "Which cloud provider do we use?"
DETAIL = "Everything runs on our own machines in two halls near Dublin."


def invent(reply: InventedReply, *earlier: str) -> str:
    """What is made up when the model replies `reply`."""
    with ScriptedModel([ScriptedReply("invent", reply, contains=(ASKED, *earlier))]) as model:
        inventor = Inventor(model)
        return inventor.invent(ASKED, QUESTION, covered=(), told=(), earlier=earlier)


def test_a_plain_detail_may_be_told_and_what_was_made_up_before_is_shown() -> None:
    assert invent(InventedReply(invents=True, say=DETAIL.rstrip("."))) == DETAIL
    assert invent(InventedReply(invents=True, say=DETAIL), "We have four engineers.") == DETAIL
    assert invent(InventedReply(invents=False, say="I'd take trees.")) == ""


@pytest.mark.parametrize(
    "say",
    [
        "Great question, we use our own machines.",
        "We use our own machines. What would you use?",
        "We use rules in front and a heavier model behind.",
        "Forty analysts, who together manage about 2,000 cases a day, run it.",
        "Our own machines, " + "and a hall, " * 12,
        "You missed the labels, but we use our own machines.",
        "Unsere Rechner stehen alle in einem eigenen Gebäude, und niemand sonst nutzt diese.",
    ],
)
def test_a_detail_that_gives_away_praises_asks_or_rambles_is_refused(say: str) -> None:
    with pytest.raises(ModelReplyInvalid, match="made-up detail"):
        invent(InventedReply(invents=True, say=say))


class Inventing(EndpointServer):
    """Reads nothing, and makes up another detail every time it is asked."""

    def __init__(self) -> None:
        super().__init__(always=Step())
        self.details = [DETAIL, "A large provider in Virginia hosts all of it."]

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        form = body.get("response_format", {}).get("json_schema", {})
        self.always = Step()
        if form.get("name") == "InventedReply":
            reply = {"invents": True, "say": self.details.pop(0)}
            self.always = Step(text=json.dumps(reply))
        elif form:
            names = ("facts_asked", "points_covered", "unjustified", "contradictions")
            reading = {"act": "question", **{name: [] for name in names}}
            self.always = Step(text=json.dumps(reading))
        return await super()._chat(request)


class AsksTwice(Candidate):
    """Asks for a detail, talks, and asks for it again in other words."""

    name: ClassVar[str] = "asks-twice"
    about: ClassVar[str] = "asks for the same detail twice"

    def answer(self, heard: str) -> Utterance:
        """By turns, then the end."""
        again = "And which cloud provider is it that we use?"
        said = {1: ASKED, 3: again}.get(self.turns)
        if said:
            return Utterance(said, asks=(said,))
        if self.turns == 2:
            return Utterance("I would use gradient boosted trees, because they are quick to train.")
        return Utterance("Let's stop here.", wants="stop")


def test_a_detail_is_made_up_once_recorded_and_told_again_whoever_interviews(
    tmp_path: Path,
) -> None:
    told = {}
    for name in ("warm-coach", "terse-bar-raiser"):
        persona, plan = load_persona(name), Plan((QUESTION,), (10.0,), ("one",))
        with Inventing() as server:
            model = OpenAIModel(model="m", base_url=server.base_url, limits=ModelLimits())
            offline = OfflineBrain(ENCODER, persona, seed=2)
            brain = ModelBrain(model, model, offline, persona, budget_s=4.0)
            setting = Setting(plan, BANK, brain, persona, "senior", 2)
            session = rehearse(setting, AsksTwice(Knowledge(plan.questions), 2), tmp_path)
            sent = [str(each) for each in server.requests if "InventedReply" in str(each)]
        assert len(sent) == 1
        assert persona.name not in sent[0]
        assert persona.description not in sent[0]
        told[name] = [e.get("say") for e in session.events() if e.event == "fact_invented"]
        spoken = [turn.text for turn in session.turns() if turn.speaker == "interviewer"]
        assert sum(DETAIL in text for text in spoken) == 2
        assert violations(SessionView.of(session, BANK)) == []
        assert brain.used()["calls"] == model.usage.calls > 2
    assert told["warm-coach"] == told["terse-bar-raiser"] == [DETAIL, DETAIL]


def test_short_turns_that_leave_no_question_open_are_not_sent_to_the_model() -> None:
    s = situation(talk())
    assert worth_reading(talk(words=40), s)
    assert worth_reading(talk(words=4, unknown_questions=(ASKED,)), s)
    assert not worth_reading(talk(words=4), s)
    assert not worth_reading(talk(act="hint", words=40), s)

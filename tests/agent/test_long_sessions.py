"""A hundred exchanges: nothing is lost, and neither prompts nor files grow with the session."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from shared_encoder import BANK, ENCODER

from agent.contradictions import find_contradictions
from agent.forgetting import KEPT_EXCHANGES
from agent.graph import open_checkpoints
from agent.model_reader import ModelReader
from agent.offline_brain import OfflineBrain
from agent.plan import Plan
from agent.reader import ReadingContext
from agent.reading import Reading
from agent.scripted_model import ScriptedModel, ScriptedReply
from agent.simulated.capable import Mid
from agent.simulated.knowledge import Knowledge
from agent.simulated.rehearsal import Setting, rehearse
from prompts.persona import load_persona
from prompts.replies import TurnReply

FRAUD = BANK.get("fraud-detection")
FACT = "Chargebacks arrive within 45 days, most of them after two weeks."
EARLY = "We score the payments in real time as they come."
NOW = "I would score the payments in a nightly batch."
STEPS_AN_EXCHANGE = 5


def turns(count: int) -> tuple[tuple[int, str], ...]:
    """So many turns of three sentences each, of which the third turn commits to something."""
    talk = "There are many ways to look at it. People say different things. I would think aloud."
    return tuple((n, EARLY if n == 3 else talk) for n in range(1, count + 1))


def prompt_at(count: int) -> str:
    """What the model is shown after so many turns."""
    context = ReadingContext(earlier=turns(count), released={"label-delay": FACT})
    with ScriptedModel([ScriptedReply("read", TurnReply(act="answer"))]) as model:
        ModelReader(model).read(NOW, Reading(act="answer", words=11), FRAUD, context)
        return model.prompts[0].user


def test_what_was_said_and_told_in_turn_three_is_in_the_prompt_of_turn_a_hundred() -> None:
    late = prompt_at(100)
    assert FACT in late
    assert EARLY.rstrip(".") in late
    assert len(late) <= 1.1 * len(prompt_at(50))


def test_a_contradiction_with_turn_three_is_found_in_turn_a_hundred() -> None:
    (found,) = find_contradictions(NOW, turns(100), {})
    assert (found.before_turn, found.now) == (3, NOW.rstrip("."))
    (fact,) = find_contradictions("We get the labels immediately.", turns(100), {"x": FACT})
    assert fact.fact_id == "x"


def test_only_the_last_exchanges_stay_in_the_checkpoint_file(tmp_path: Path) -> None:
    persona = load_persona("neutral-professional")
    plan = Plan((FRAUD,), (8.0,), ("tested",))
    setting = Setting(plan, BANK, OfflineBrain(ENCODER, persona), persona, "mid", 1)
    file = tmp_path / "checkpoint.sqlite"
    with open_checkpoints(file) as saver:
        session = rehearse(setting, Mid(Knowledge(plan.questions), 1), tmp_path, saver=saver)
    exchanges = len(session.turns()) // 2
    assert exchanges > KEPT_EXCHANGES
    with sqlite3.connect(file) as database:
        query = "SELECT count(*) FROM checkpoints WHERE checkpoint_ns = ''"
        (kept,) = database.execute(query).fetchone()
    database.close()
    assert KEPT_EXCHANGES <= kept <= (KEPT_EXCHANGES + 1) * STEPS_AN_EXCHANGE

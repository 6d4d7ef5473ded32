"""The model leads, the offline judge stands beside it and takes over where the model is silent."""

from __future__ import annotations

import time

from endpoint_server import EndpointServer, Step

from agent.models import OpenAIModel
from agent.prices import UNPRICED, Prices
from agent.recorded_model import RecordedModel, RecordedReply
from agent.settings import load_settings
from agent.state import Judged
from agent.studio import open_judge
from agent.summary import usage_line
from evaluation.judge import CriterionReading, JudgeTask
from evaluation.llm_judge import LLMJudge
from evaluation.offline_judge import OfflineJudge
from evaluation.record import AskedQuestion, InterviewRecord, Turn
from evaluation.report_criteria import beside_words
from evaluation.score import evaluate, tasks
from evaluation.second_opinion import JudgePair
from prompts.question_bank import load_bank
from prompts.replies import CriterionReply, JudgedPointReply
from prompts.rubric import load_rubric

ANSWER = (
    "I see two ways to build this, rules only or rules with a model behind them. "
    "Rules alone are cheaper to run but they miss new patterns of fraud. "
    "I take both, because a missed fraud costs more than a second of thinking."
)
WAIT_S = 0.4


def record() -> InterviewRecord:
    """One answer to the fraud question."""
    asked = AskedQuestion("fraud-detection", "Design a fraud detection system.", "design", True)
    turns = (
        Turn(turn=0, speaker="interviewer", text="Design a fraud detection system."),
        Turn(turn=1, speaker="candidate", text=ANSWER),
    )
    return InterviewRecord("x.json", "senior", (asked,), turns)


def all_present(sentence: int) -> RecordedModel:
    """A model that sees every point of every criterion in two neighbouring sentences."""
    replies = []
    for task in tasks(record(), load_bank(), load_rubric()):
        points = [
            JudgedPointReply(
                point=point.id, state="present", sentences=[sentence + n // 2 % 3], reason="yes"
            )
            for n, point in enumerate(task.criterion.points)
        ]
        mark = f"The criterion is {task.criterion.name}."
        raw = CriterionReply(points=points).model_dump_json()
        replies.append(RecordedReply(prompt="judge", contains=(mark,), raw=raw, input_tokens=500))
    return RecordedModel(replies)


class Silent:
    """A judge that is never answered."""

    name = "silent"

    def judge(self, task: JudgeTask) -> CriterionReading:
        """The reason an endpoint gives."""
        return CriterionReading((), could_not_judge="The model could not judge it: x: timed out.")


def test_the_offline_score_stands_beside_the_models_and_a_wide_gap_is_pointed_out() -> None:
    judge = JudgePair(LLMJudge(all_present(2), samples=1), OfflineJudge())
    found = evaluate(record(), judge, bank=load_bank())
    alone = evaluate(record(), OfflineJudge(), bank=load_bank())
    assert found.judge == "recorded"
    wide = 0
    for key, result in found.questions[0].criteria.items():
        if result.status != "scored":
            continue
        assert result.beside is not None
        assert result.beside.judge == "offline"
        assert result.beside.score == alone.questions[0].criteria[key].score
        assert "The offline judge gives" in beside_words(result)
        gap = abs((result.score or 0) - (result.beside.score or 0)) > 1
        name = load_rubric().criterion(key).name
        assert any(w.startswith(f"{name}: the judges are far apart") for w in found.warnings) == gap
        wide += gap
    assert wide > 0
    assert "asked 6 times" in usage_line(found, UNPRICED)
    assert "3,000 tokens in" in usage_line(found, UNPRICED)
    assert "prices" not in usage_line(found, Prices(input=1.0))


def test_a_silent_endpoint_costs_one_wait_and_the_takeover_is_said_once() -> None:
    with EndpointServer([Step(fault="hang", delay_s=30)]) as server:
        model = OpenAIModel(model="m", base_url=server.base_url, budget_s=WAIT_S)
        with model:
            model.warm()
            began = time.monotonic()
            judge = JudgePair(LLMJudge(model), OfflineJudge())
            found = evaluate(record(), judge, bank=load_bank())
            took = time.monotonic() - began
    alone = evaluate(record(), OfflineJudge(), bank=load_bank())
    scores = {key: r.score for key, r in found.questions[0].criteria.items()}
    assert scores == {key: r.score for key, r in alone.questions[0].criteria.items()}
    assert found.judge == "offline"
    (note,) = [w for w in found.warnings if "scored instead" in w]
    assert note.startswith("The model did not answer, so the offline judge scored instead")
    assert "in time" in note or "within" in note
    assert took < 10 * WAIT_S + 5


def test_where_only_some_criteria_are_taken_over_each_says_so() -> None:
    class HalfSilent(Silent):
        name = "half"

        def judge(self, task: JudgeTask) -> CriterionReading:
            if task.criterion.key == "clarity":
                return OfflineJudge().judge(task)
            return super().judge(task)

    found = evaluate(record(), JudgePair(HalfSilent(), OfflineJudge()), bank=load_bank())
    criteria = found.questions[0].criteria
    assert found.judge == "half"
    assert criteria["clarity"].judged_by == ""
    assert criteria["trade_offs"].judged_by == "offline"
    assert beside_words(criteria["trade_offs"]).startswith("Read by the offline judge")


def test_a_reading_with_both_judges_survives_the_checkpoint() -> None:
    task = tasks(record(), load_bank(), load_rubric())[0]
    for pair in (
        JudgePair(LLMJudge(all_present(2), samples=1), OfflineJudge()),
        JudgePair(Silent(), OfflineJudge()),
    ):
        reading = pair.judge(task)
        kept = Judged.of(task.asked.id, task.criterion.key, reading)
        assert Judged.model_validate_json(kept.model_dump_json()).reading == reading


def test_auto_puts_the_offline_judge_beside_the_endpoint_and_openai_does_not() -> None:
    for choice, kind in (("auto", JudgePair), ("openai", LLMJudge)):
        settings = load_settings(
            judge=choice, model="m", openai_base_url="http://127.0.0.1:9/v1", judge_budget_s=2.0
        )
        assert isinstance(open_judge(settings), kind)


def test_money_is_named_at_the_users_prices_and_the_cache_has_its_own() -> None:
    used = {
        "calls": 3,
        "input_tokens": 1_000_000,
        "cached_tokens": 400_000,
        "output_tokens": 50_000,
    }
    assert UNPRICED.told(used) == ""
    assert Prices(input=2.0, output=8.0).told(used) == " That is 2.4000 at your prices."
    assert Prices(2.0, 0.5, 8.0).told(used) == " That is 1.8000 at your prices."

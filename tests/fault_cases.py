"""Every fault an endpoint can have, and what an interview makes of it: the real graph, the real
client, a real server that fails. Used by the test and by `benchmarks/endpoint_faults.py`."""

from __future__ import annotations

import io
import json
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TextIO

from endpoint_server import QUOTA, UNKNOWN_MODEL, EndpointServer, Step
from shared_encoder import BANK, ENCODER

from agent.channels import Speech, Spoken
from agent.json_view import JsonView
from agent.model_brain import ModelBrain
from agent.model_limits import ModelLimits
from agent.models import OpenAIModel
from agent.offline_brain import OfflineBrain
from agent.plan import Plan
from agent.simulated.candidate import Candidate, Utterance
from agent.simulated.channel import SimulatedChannel
from agent.simulated.knowledge import Knowledge
from agent.simulated.rehearsal import Setting, rehearse
from evaluation.judge import JudgeTask
from evaluation.llm_judge import LLMJudge
from evaluation.session import SessionFolder
from prompts.errors import ModelError
from prompts.persona import load_persona
from prompts.prompt import Prompt
from prompts.replies import SpokenReply
from prompts.rubric import load_rubric

LONG_S = 60.0
"""A server that hangs does so for longer than anybody waits (seconds)."""
UNKNOWN_CERTIFICATE = "TLS, a certificate that nobody vouches for"
CASES: dict[str, Step | str] = {
    "connection refused": "http://127.0.0.1:{closed}/v1",
    "name that nobody knows": "http://no-such-host.invalid/v1",
    "connected, never answered": "http://127.0.0.1:{silent}/v1",
    "TLS to a server without": "https://127.0.0.1:{open}/v1",
    UNKNOWN_CERTIFICATE: "https://127.0.0.1:{open}/v1",
    "401, wrong key": Step(fault="status", status=401, error={"message": "Incorrect API key"}),
    "404, no such model": Step(fault="status", status=404, error=UNKNOWN_MODEL),
    "404, no such path": Step(fault="status", status=404, error={"message": "Not Found"}),
    "429, Retry-After 0.1 s": Step(
        fault="status", status=429, error={"message": "slow down"}, headers={"Retry-After": "0.1"}
    ),
    "429, Retry-After a day": Step(
        fault="status", status=429, error={"message": "slow down"}, headers={"Retry-After": "86400"}
    ),
    "429, Retry-After a date": Step(
        fault="status",
        status=429,
        error={"message": "slow down"},
        headers={"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"},
    ),
    "429, out of quota": Step(fault="status", status=429, error=QUOTA),
    "500": Step(fault="status", status=500, error={"message": "internal error"}),
    "redirect elsewhere": Step(
        fault="status", status=302, headers={"Location": "http://a.invalid"}
    ),
    "no answer": Step(fault="hang", delay_s=LONG_S),
    "silence in mid-stream": Step(text="What made you choose that", fault="stall", delay_s=LONG_S),
    "stream that just ends": Step(text="What made you choose that", fault="cut"),
    "connection lost in mid-reply": Step(text="What made you choose that", fault="lost"),
    "error in mid-stream": Step(text="What made you choose that", fault="error_event"),
    "slow drip of bytes": Step(fault="drip_bytes", delay_s=0.05),
    "reply without end": Step(text="What made you", fault="drip", delay_s=0.05),
    "reply of 50,000 tokens": Step(text="word " * 50_000),
    "empty reply": Step(text=""),
    "truncated JSON": Step(text='{"act": "ans', finish="length"),
    "invalid JSON": Step(text="{ this is no json"),
    "JSON that fits no schema": Step(text='{"act": "dance"}'),
    "packed to a thousandth": Step(fault="gzip"),
    "JSON of another kind": Step(fault="no_completion"),
    "a page (hotel network)": Step(fault="html"),
    "refusal": Step(fault="refusal"),
}
HEALTHY = Step(text="And what did you rule out before that?")
PERSONA = load_persona("neutral-professional")
QUESTION = BANK.get("fraud-detection")
ANSWERS = (
    "How many transactions per second do we have?",
    "My plan is first the labels, second the model. I would use gradient boosted trees there.",
    "I would also put a cache in front of the features, and keep a table of merchants.",
    "What does the weather team do with it?",
    "I would train every night on the newest payments, and deploy what comes out of it.",
)


class Typist(Candidate):
    """Says the same whatever is asked, then leaves."""

    name = "typist"
    about = "five answers"

    def answer(self, heard: str) -> Utterance:
        """The next of them."""
        said = self.turns - 1
        return (
            Utterance(ANSWERS[said]) if said < len(ANSWERS) else Utterance(wants="stop", text=STOP)
        )


STOP = "Let us stop here."


@dataclass(frozen=True, slots=True)
class FaultOutcome:
    """What one fault did to an interview of six answers, its judge, and the time afterwards."""

    name: str
    words_s: float
    """The longest wait from the end of an answer to the first sentence (seconds)."""
    told: tuple[str, ...]
    """What the user was shown."""
    noted: int
    """Turns that were served without the model, as the session has them."""
    requests: int
    """In the interview, the judge's not counted; -1 where no server could count."""
    asked_again: bool
    """Whether, when its rest was over, the endpoint was asked again."""
    used_again: bool
    """Whether its words were used again once it was mended; True where nothing can be mended."""
    scored: int
    """Points the model's judge gave a verdict on."""
    judge_told: str
    """Why nothing was judged."""


def watched_by(waits_s: list[float]) -> type[SimulatedChannel]:
    """A channel that notes how long the first sentence of each utterance takes."""

    class Watched(SimulatedChannel):
        def say(self, speech: Speech, *, undoable: bool, watched: bool = True) -> Spoken:
            began = time.monotonic()
            first = next(speech.sentences, "")
            waits_s.append(time.monotonic() - began)
            return super().say(Speech(chain([first], speech.sentences)), undoable=undoable)

    return Watched


def held(name: str, limits: ModelLimits) -> FaultOutcome:
    """One interview against the fault `name`, with the budget and the rests of `limits`."""
    case = CASES[name]
    counts = isinstance(case, Step)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="viva-faults-")))
        server = EndpointServer(
            always=case if isinstance(case, Step) else HEALTHY,
            unknown_certificate=name == UNKNOWN_CERTIFICATE,
        )
        stack.callback(server.close, check=False)
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        url = server.base_url if isinstance(case, Step) else address(case, server, silent)
        models = [OpenAIModel(model="test", base_url=url, limits=limits) for _ in range(3)]
        for model in models:
            stack.callback(model.close)
            model.warm()
        phrasing, reading, judging = models
        waits_s: list[float] = []
        shown = io.StringIO()
        session = interviewed(phrasing, reading, home, waits_s, shown)
        requests = len(server.requests)
        record = session.record()
        criterion = load_rubric().criteria[0]
        read = LLMJudge(judging).judge(JudgeTask(record, record.questions[0], QUESTION, criterion))
        return FaultOutcome(
            name=name,
            words_s=max(waits_s),
            told=notices(shown.getvalue()),
            noted=sum(event.event == "fallback" for event in session.events()),
            requests=requests if counts else -1,
            asked_again=asked_again(phrasing, limits),
            used_again=mended(phrasing, server, limits) if counts else True,
            scored=len(read.points),
            judge_told=read.could_not_judge,
        )


def interviewed(
    phrasing: OpenAIModel,
    reading: OpenAIModel,
    home: Path,
    waits_s: list[float],
    shown: TextIO,
) -> SessionFolder:
    """The typist's interview with these models behind the interviewer."""
    offline = OfflineBrain(ENCODER, PERSONA)
    brain = ModelBrain(phrasing, reading, offline, PERSONA, budget_s=phrasing.limits.budget_s)
    brain.warm(QUESTION, "senior")
    plan = Plan((QUESTION,), (8.0,), ("tested",))
    setting = Setting(plan, BANK, brain, PERSONA, "senior", 1)
    candidate = Typist(Knowledge(plan.questions), 1)
    channel = watched_by(waits_s)
    return rehearse(setting, candidate, home, channel_type=channel, view=JsonView(shown))


def notices(shown: str) -> tuple[str, ...]:
    """The texts of the notices among the lines of a JsonView."""
    lines = [json.loads(line) for line in shown.splitlines()]
    return tuple(line["text"] for line in lines if line["event"] == "notice")


def address(pattern: str, server: EndpointServer, silent: socket.socket) -> str:
    """`pattern` with a port that nobody listens at, one that accepts and says nothing, or the
    server's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    served = server.base_url.split(":")[-1].split("/")[0]
    return pattern.format(closed=closed, open=served, silent=silent.getsockname()[1])


def words(model: OpenAIModel) -> str:
    """A streamed reply of `model`. Raises ModelError."""
    prompt = Prompt("phrase", "You speak.", "Ask why.", SpokenReply, "none")
    return "".join(model.stream(prompt))


def after_rest(model: OpenAIModel, limits: ModelLimits) -> Iterator[str]:
    """The outcomes of calls until one was let through by the breaker."""
    until_s = time.monotonic() + 2 * limits.longest_rest_s + 1.0
    while time.monotonic() < until_s:
        try:
            yield words(model)
            return
        except ModelError as error:
            yield error.what
        time.sleep(0.05)


def asked_again(model: OpenAIModel, limits: ModelLimits) -> bool:
    """Whether a call comes through to the endpoint, which still fails."""
    return any("left alone" not in outcome for outcome in after_rest(model, limits))


def mended(model: OpenAIModel, server: EndpointServer, limits: ModelLimits) -> bool:
    """Whether the healthy words of the same endpoint are used again."""
    server.always = HEALTHY
    return any(outcome == HEALTHY.text for outcome in after_rest(model, limits))

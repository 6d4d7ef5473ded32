"""What a 45-minute interview with a model behind it costs in tokens.

    .venv/bin/python tests/benchmarks/token_budget.py

A simulated senior is interviewed with a plan of 45 minutes: the real brain and client talk to the
scripted server of the tests, which speaks the protocol of chat completions. Tokens are counted with
the encoder's word pieces (30,000 of them; the large models' vocabularies need fewer), the schema of
a structured reply included. Cached are prefixes as a paid service counts them: of at least 1,024
tokens, in steps of 128, of any earlier request. The model's wordings are of ordinary length, its
readings name two points a turn.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import tempfile
from pathlib import Path
from typing import Any

from conversation import WORDINGS
from endpoint_server import EndpointServer, Step
from starlette.requests import Request
from starlette.responses import Response
from tokenizers import Tokenizer

from agent.model_brain import ModelBrain
from agent.model_limits import READER_LIMITS, ModelLimits
from agent.models import OpenAIModel
from agent.offline_brain import OfflineBrain
from agent.plan import Choosing, plan_session
from agent.simulated.capable import Senior
from agent.simulated.cast import CANDIDATES
from agent.simulated.knowledge import Knowledge
from agent.simulated.rehearsal import Setting, rehearse
from agent.weights import folder
from evaluation.encoder import SentenceEncoder
from prompts.conduct import load_conduct
from prompts.persona import load_persona
from prompts.question_bank import load_bank
from prompts.replies import InventedReply

MINUTES = 45.0
MOST_UNCACHED, MOST_OUTPUT = 60_000, 6_000
"""The budget of the issue: input that is not cached, and output, tokens."""
ANSWER_WORDS = 140
CACHED_FROM, CACHED_STEP = 1_024, 128
DETAIL = {"invents": True, "say": "That part is looked after by a small team in the next office."}
POINT_ID = re.compile(r"^- ([a-z0-9-]+): .* Counts: ", re.MULTILINE)


class CountingServer(EndpointServer):
    """Words and reads like an ordinary model, and counts what it is sent."""

    def __init__(self) -> None:
        super().__init__(always=Step(), count=self.used)
        self.tokenizer = Tokenizer.from_file(str(folder("minilm-l6-v2") / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.seen: list[list[int]] = []
        self.kinds: dict[str, list[int]] = {}
        """Kind of request to calls, input, cached, output."""
        self.wordings = itertools.cycle(WORDINGS)

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        kind = kind_of(body)
        reply = next(self.wordings)
        if kind != "word":
            reply = self.reading(body) if kind == "read" else json.dumps(DETAIL)
        self.always = Step(text=reply)
        return await super()._chat(request)

    def reading(self, body: dict[str, Any]) -> str:
        """A reading that names the first two points of the question."""
        points = POINT_ID.findall(body["messages"][0]["content"])[:2]
        covered = [{"point_id": point, "sentence": 1} for point in points]
        empty: list[Any] = []
        found = {"act": "answer", "facts_asked": empty, "points_covered": covered}
        return json.dumps({**found, "unjustified": empty, "contradictions": empty})

    def used(self, body: dict[str, Any], text: str) -> dict[str, Any]:
        """The usage of one request as a service tells it."""
        schema = json.dumps(body.get("response_format", ""))
        parts = [schema, *(message["content"] for message in body["messages"])]
        ids = self.tokenizer.encode("\n".join(parts), add_special_tokens=False).ids
        shared = max((common(ids, before) for before in self.seen), default=0)
        cached = shared // CACHED_STEP * CACHED_STEP if shared >= CACHED_FROM else 0
        self.seen.append(ids)
        out = len(self.tokenizer.encode(text, add_special_tokens=False).ids)
        kind = self.kinds.setdefault(kind_of(body), [0] * 4)
        for place, number in enumerate((1, len(ids), cached, out)):
            kind[place] += number
        return {
            "prompt_tokens": len(ids),
            "completion_tokens": out,
            "total_tokens": len(ids) + out,
            "prompt_tokens_details": {"cached_tokens": cached},
        }


class Talkative(Senior):
    """Fills the time: answers of 140 words and more, at an ordinary pace."""

    name = "talkative"
    words_per_minute = 130

    def content(self, heard: str) -> list[str]:
        """What is known, and general remarks until the answer is long."""
        said = super().content(heard)
        while sum(len(sentence.split()) for sentence in said) < ANSWER_WORDS:
            said.append(self.knowledge.weak(heard, self.chance))
        return said


def kind_of(body: dict[str, Any]) -> str:
    """What a request is for: a turn is read, a detail made up, or a move worded."""
    if "response_format" not in body:
        return "word"
    made_up = body["response_format"]["json_schema"]["name"] == InventedReply.__name__
    return "make up" if made_up else "read"


def common(first: list[int], second: list[int]) -> int:
    """Length of the common beginning."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(first), len(second)))


WHO = {**CANDIDATES, Talkative.name: Talkative}


def interviewed(server: CountingServer, candidate: str, seed: int, home: Path) -> dict[str, int]:
    """One interview; what the brain says it has used."""
    bank, persona = load_bank(), load_persona("neutral-professional")
    choosing = Choosing(level="senior", minutes=MINUTES, seed=seed)
    plan = plan_session(bank, load_conduct(), choosing)
    offline = OfflineBrain(SentenceEncoder(folder("minilm-l6-v2")), persona, seed=seed)
    phrasing = OpenAIModel(model="m", base_url=server.base_url, limits=ModelLimits())
    reading = OpenAIModel(model="m", base_url=server.base_url, limits=READER_LIMITS)
    brain = ModelBrain(phrasing, reading, offline, persona, budget_s=4.0)
    setting = Setting(plan, bank, brain, persona, "senior", seed)
    who = WHO[candidate](Knowledge(plan.questions), seed)
    session = rehearse(setting, who, home)
    spoken = [turn for turn in session.turns() if turn.speaker == "interviewer"]
    length = (session.turns()[-1].end_ms or 0) / 60_000
    print(f"{candidate}: {len(plan.questions)} questions, {len(spoken)} utterances", end=", ")
    words = sum(len(turn.text.split()) for turn in session.turns() if turn.speaker == "candidate")
    print(
        f"{length:.0f} minutes, {words} words of the candidate; "
        f"{', '.join(question.id for question in plan.questions)}"
    )
    return brain.used()


def main() -> None:
    """Hold the interview and print where the tokens went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidate", default="talkative", choices=list(WHO))
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with CountingServer() as server, tempfile.TemporaryDirectory() as home:
        used = interviewed(server, given.candidate, given.seed, Path(home))
    print("| | calls | input | of it cached | not cached | output |\n|---|--:|--:|--:|--:|--:|")
    for kind, (calls, sent, cached, out) in sorted(server.kinds.items()):
        print(f"| {kind} | {calls} | {sent} | {cached} | {sent - cached} | {out} |")
    fresh = used["input_tokens"] - used["cached_tokens"]
    print(f"As the program counted: {used}")
    print(f"Not cached {fresh} of {MOST_UNCACHED}, output {used['output_tokens']} of {MOST_OUTPUT}")
    if fresh > MOST_UNCACHED or used["output_tokens"] > MOST_OUTPUT:
        raise SystemExit("over the budget")


if __name__ == "__main__":
    main()

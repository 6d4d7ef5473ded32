"""Trains the corrections of the sentence encoder that the offline reader uses.

    python tests/benchmarks/encoder_fit.py [--write] [--folds FOLDER]

Learns from every sheet of facts and every set of rubric points: wordings of one fact (example
sentences of one point) belong together, those of the others of the same question do not, and what
asks for no fact (covers no point) belongs to none. Read are the bank, `tests/data/requests`,
`tests/data/points` and the development half of the labelled utterances. Questions with held-out
utterances take no part. Without `--write` it trains on half of the questions, prints how well the
right fact and the right points come first on the other half, and the other way round; `--folds`
keeps those corrections, for `fact_scorer_fit.py` and `reader_fit.py`. `--write` trains on
everything and stores evaluation/reader_encoder.npz.

Needs jax and optax (`pip install jax optax`), which nothing else does: about ten minutes on one
core.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from encoder_network import Factors, Network, start, upper
from fact_scorer_fit import held_out, reader_parts, written_requests
from reader_accuracy import load_labels, question
from reader_fit import written_points
from sklearn.metrics import average_precision_score, roc_auc_score

from agent.asking import find_asked
from agent.dialogue_acts import read_acts
from agent.fact_matcher import wanted
from agent.point_matcher import earns, units_of
from agent.weights import folder
from agent.wording import plain
from evaluation.encoder import READER_CORRECTIONS, save_corrections
from prompts.question_bank import bank_folder

RANK = 16
EPOCHS = 4
RATE = 1e-3
DECAY = 0.01
NEARNESS = 0.07
"""Temperature of the softmax over the facts of a sheet."""
DESCRIBED = 0.3
"""Weight of the cosine with a fact's reply or a point's text beside the nearest example."""
EXAMPLES = 4
"""Examples of a fact or point that are drawn for one step."""
BLOCKS = {"facts": ((56, 16), (24, 32)), "points": ((56, 24), (40, 40))}
"""Texts of one step and tokens they are padded to, the short ones and the long ones."""
ROWS = {kind: sum(rows for rows, _ in blocks) for kind, blocks in BLOCKS.items()}
TARGETS = 16
Texts = list[tuple[str, frozenset[int]]]


@dataclass
class Sheet:
    """One question's facts or points, and what was said about them."""

    name: str
    kind: str
    examples: list[list[str]]
    described: list[str]
    said: Texts = field(default_factory=list)
    """Words and the targets they mean; none: they mean nothing on the sheet."""

    def texts(self) -> Iterator[str]:
        """Everything that is encoded."""
        yield from (text for own in self.examples for text in own)
        yield from self.described
        yield from (text for text, _ in self.said)


def asked_in(text: str) -> list[str]:
    """The parts of a request as they are encoded; the whole when nothing is found asked."""
    return [wanted(a.part.text) for a in find_asked(text, read_acts(text))] or [wanted(text)]


def fact_sheets(names: Sequence[str]) -> Iterator[Sheet]:
    """Facts with their example questions, and requests."""
    for name in names:
        q = question(name)
        if not q.facts:
            continue
        place = {fact.id: i for i, fact in enumerate(q.facts)}
        asks = [[wanted(ask) for ask in fact.asks] for fact in q.facts]
        sheet = Sheet(name, "facts", asks, [fact.say for fact in q.facts])
        said = [(text, facts) for n, facts, text in written_requests() if n == name]
        said += [
            (label["text"], frozenset(label["facts"]))
            for label in load_labels(second=False)
            if label["question"] == name and label["act"] == "question"
        ]
        for text, facts in said:
            parts = asked_in(text)
            if len(parts) == 1 or not facts:
                wants = frozenset(place[fact] for fact in facts)
                sheet.said.extend((part, wants) for part in parts)
        yield sheet


def point_sheets(names: Sequence[str]) -> Iterator[Sheet]:
    """Points with their example sentences, and what was said about them."""
    for name in names:
        q = question(name)
        place = {point.id: i for i, point in enumerate(q.points)}
        examples = [[*point.exemplars, point.counts] for point in q.points]
        sheet = Sheet(name, "points", examples, [point.text for point in q.points])
        sheet.said.extend((point.does_not_count, frozenset()) for point in q.points)
        said = [(text, points) for n, points, text in written_points() if n == name]
        said += [
            (label["text"], frozenset(label["points"]))
            for label in load_labels(second=False)
            if label["question"] == name and label["act"] == "answer"
        ]
        for text, points in said:
            units = [u.text for u in units_of(text) if earns(u, text)]
            if units and (len(points) < 2 or len(units) == 1):
                # The first unit is the first sentence; a point is mostly made by all of it.
                sheet.said.append((text, frozenset(place[point] for point in points)))
        yield sheet


def draw(sheet: Sheet, rng: random.Random) -> tuple[list[str], dict[str, Any]]:
    """Texts of one step, and what each of them is."""
    rows, width = ROWS[sheet.kind], len(sheet.examples)
    texts: list[str] = []
    owner, role = np.full(rows, -1), np.full(rows, -1)
    goal = np.zeros((rows, TARGETS + 1), np.float32)
    known = {plain(text) for text, _ in sheet.said}
    for i, examples in enumerate(sheet.examples):
        own = [text for text in examples if plain(text) not in known]
        for text in rng.sample(own, min(EXAMPLES, len(own))):
            owner[len(texts)], role[len(texts)] = i, 0
            goal[len(texts), i] = 1.0
            texts.append(text)
    for i, text in enumerate(sheet.described):
        owner[len(texts)], role[len(texts)] = i, 1
        texts.append(text)
    said = rng.sample(sheet.said, min(len(sheet.said), rows - len(texts)))
    for text, wants in said:
        role[len(texts)] = 2
        for i in wants or {TARGETS}:
            goal[len(texts), i] = 2.0 / max(1, len(wants)) if wants else 1.0
        texts.append(text)
    return texts, {"owner": owner, "role": role, "goal": goal, "width": width}


def loss(trained: Any, w: Any, blocks: Any, labels: dict[str, Any]) -> Any:
    """Cross entropy of the right targets among those of the sheet and none."""
    factors, none = trained
    owner, role, goal, width = (labels[key] for key in ("owner", "role", "goal", "width"))
    vectors = jnp.concatenate([upper(w, x, mask, factors) for x, mask in blocks])
    near = vectors @ vectors.T
    others = (role == 0)[None, :] & ~jnp.eye(len(role), dtype=bool)
    mine = (owner[:, None] == jnp.arange(TARGETS)[None, :]).astype(near.dtype)
    best = jnp.log((jnp.exp(near / NEARNESS) * others) @ mine + 1e-9)
    described = (near * (role == 1)[None, :]) @ mine
    scores = best + DESCRIBED * described / NEARNESS
    scores = jnp.where(jnp.arange(TARGETS)[None, :] < width, scores, -1e9)
    scores = jnp.concatenate([scores, jnp.full((len(role), 1), none / NEARNESS)], axis=1)
    return -(goal * jax.nn.log_softmax(scores, 1)).sum() / goal.sum()


def train(network: Network, sheets: Sequence[Sheet], seed: int = 0) -> Factors:
    """Corrections learned from these sheets."""
    rng = random.Random(seed)
    steps = EPOCHS * len(sheets)
    optimiser = optax.adamw(optax.cosine_decay_schedule(RATE, steps), weight_decay=DECAY)
    trained: Any = (start(RANK, seed), jnp.array(0.75))
    state = optimiser.init(trained)

    @jax.jit
    def step(trained: Any, state: Any, w: Any, *inputs: Any) -> Any:
        value, gradient = jax.value_and_grad(loss)(trained, w, *inputs)
        change, state = optimiser.update(gradient, state, trained)
        return optax.apply_updates(trained, change), state, value

    shuffled = list(sheets)
    for epoch in range(EPOCHS):
        rng.shuffle(shuffled)
        values, began = [], time.monotonic()
        for sheet in shuffled:
            texts, labels = draw(sheet, rng)
            order = sorted(range(len(texts)), key=lambda i: len(network.tokens[texts[i]]))
            blocks, begin = [], 0
            for rows, tokens in BLOCKS[sheet.kind]:
                own = [texts[i] for i in order[begin : begin + rows]]
                blocks.append(network.padded(own, rows, tokens))
                begin += rows
            order += range(len(texts), ROWS[sheet.kind])
            labels = {k: v[order] if k != "width" else v for k, v in labels.items()}
            trained, state, value = step(trained, state, network.weights, blocks, labels)
            values.append(float(value))
        took = time.monotonic() - began
        print(f"  epoch {epoch}: loss {np.mean(values):.4f}, {took:.0f} s", flush=True)
    return {name: (np.asarray(a), np.asarray(b)) for name, (a, b) in trained[0].items()}


def judge(name: str, vectors: dict[str, Any], sheets: Sequence[Sheet]) -> None:
    """Print how often the right target comes first, and how well scores tell right from wrong."""
    for kind in ("facts", "points"):
        first, scores, right = [], [], []
        for sheet in (each for each in sheets if each.kind == kind):
            for text, wants in sheet.said:
                z = np.zeros(len(sheet.examples))
                for i, own in enumerate(sheet.examples):
                    kept = [vectors[other] for other in own if plain(other) != plain(text)]
                    near = [float(v @ vectors[text]) for v in kept]
                    described = float(vectors[sheet.described[i]] @ vectors[text])
                    z[i] = max(near) + DESCRIBED * described
                best = np.sort(z)[::-1]
                z = z + 0.5 * np.where(z == best[0], z - best[1], z - best[0])
                scores.extend(z)
                right.extend(i in wants for i in range(len(z)))
                if wants:
                    first.append(int(z.argmax()) in wants)
        print(
            f"{name} {kind}: right first {np.mean(first):.3f} of {len(first)}, "
            f"AUC {roc_auc_score(right, scores):.4f}, "
            f"average precision {average_precision_score(right, scores):.4f}",
            flush=True,
        )


def run(*, write: bool, folds: Path | None, halves: Sequence[int]) -> None:
    """Test on questions left out, or store the corrections."""
    kept_out = held_out()
    names = sorted(path.stem for path in bank_folder().glob("*.yaml"))
    names = [name for name in names if name not in kept_out]
    sheets = [*fact_sheets(names), *point_sheets(names)]
    part = reader_parts(names)
    network = Network(folder("minilm-l6-v2"), [t for sheet in sheets for t in sheet.texts()])
    print(len(network.tokens), "texts", flush=True)
    if write:
        save_corrections(READER_CORRECTIONS, train(network, sheets))
        return
    before = network.encode(start(RANK, 0))
    for half in halves:
        out = [sheet for sheet in sheets if part[sheet.name] % 2 == half]
        judge(f"half {half} before", before, out)
        factors = train(network, [sheet for sheet in sheets if part[sheet.name] % 2 != half])
        judge(f"half {half} after", network.encode(factors), out)
        if folds:
            folds.mkdir(exist_ok=True)
            save_corrections(folds / f"without-{half}.npz", factors)


def main() -> None:
    """Read the options, run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="train on everything and store it")
    parser.add_argument("--folds", type=Path, help="folder for the corrections of both halves")
    parser.add_argument("--halves", default="01", help="which halves are left out")
    options = parser.parse_args()
    run(write=options.write, folds=options.folds, halves=[int(h) for h in options.halves])


if __name__ == "__main__":
    main()

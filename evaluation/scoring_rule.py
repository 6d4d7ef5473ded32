"""From yes/no points to a score of 1.0-5.0: one documented, monotone rule, calibrated in data.

For each anchor a = 2..5 let c(a) be the confirmed points of that anchor (present 1, unclear 0.5)
and n(a) how many of them make the anchor full. Its share is f(a) = min(1, c(a) / n(a)), and

    score = 1 + sum over a of  gate(a) * f(a)
    gate(a) = leak + (1 - leak) * min(f(b) for b < a),   gate(2) = 1

    stretched = 3 + stretch * (score - 3) + shift,  kept inside 1-5; 1 stays 1

so a higher anchor counts fully only as far as those below it are reached ("as 4, plus ..."), and
`leak` says how much of it counts although something below is missing. Every term grows with every
point, hence no further observation can lower a score. The last line takes out the pull to the
middle that missed and falsely seen points cause together. n(a), leak, stretch and shift stand per
criterion in `prompts/rubrics/scoring.yaml`; its bytes and the rubric's are hashed into every
evaluation.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Collection, Iterable
from pathlib import Path

from pydantic import Field, model_validator

from evaluation.result import PointState, PointVerdict
from prompts.rubric import CRITERIA, CriterionKey, Level, Rubric, Strict, rubric_path
from prompts.yaml_file import load_yaml

STATE_VALUE: dict[PointState, float] = {"present": 1.0, "unclear": 0.5, "absent": 0.0}
ANCHORS = (2, 3, 4, 5)
LOWEST, MIDDLE, HIGHEST = 1.0, 3.0, 5.0


class Calibration(Strict):
    """How many points of an anchor make it full, for one criterion."""

    needs: dict[int, float] = Field(description="Points that fill anchor 2, 3, 4 and 5.")
    leak: float = Field(ge=0, le=1, description="Share of an anchor that counts ungated.")
    stretch: float = Field(default=1, ge=1, le=2, description="Distance from 3 times this.")
    shift: float = Field(default=0, ge=-1, le=1, description="Added after stretching.")

    @model_validator(mode="after")
    def four_anchors(self) -> Calibration:
        """Every anchor has a positive need."""
        if tuple(sorted(self.needs)) != ANCHORS or min(self.needs.values()) <= 0:
            raise ValueError("needs must give a positive number for 2, 3, 4 and 5")
        return self


class LevelBand(Strict):
    """How a profile of scores is read as a level."""

    weights: dict[CriterionKey, float] = Field(description="Relative weight of each criterion.")
    mid_from: float = Field(ge=1, le=5, description="Weighted mean from which it reads as mid.")
    senior_from: float = Field(ge=1, le=5, description="Weighted mean from which it is senior.")


class Scoring(Strict):
    """The calibration file."""

    version: str
    step: float = Field(gt=0, le=0.5, description="Scores are rounded to a multiple of this.")
    light_weight: float = Field(ge=0, le=1, description="Weight of a criterion that applies light.")
    near_by: float = Field(ge=0, description="A minimum missed by at most this is `near`.")
    hint_caps: dict[int, float] = Field(description="Rung of a hint -> the most it leaves.")
    criteria: dict[CriterionKey, Calibration]
    level: LevelBand

    @model_validator(mode="after")
    def complete(self) -> Scoring:
        """Every criterion is calibrated."""
        if set(self.criteria) != set(CRITERIA):
            raise ValueError(f"criteria must be exactly {', '.join(CRITERIA)}")
        return self


@functools.cache
def load_scoring() -> Scoring:
    """The calibration that ships with Viva; InputFileError when the file is wrong."""
    return load_yaml(scoring_path(), Scoring)


def scoring_path() -> Path:
    """Beside the rubric it calibrates."""
    return rubric_path().with_name("scoring.yaml")


def rubric_version(rubric: Rubric) -> str:
    """Versions and hash of rubric and rule, as `rubric 1.0, rule 1.0, 3f9c0d5e1a2b`.

    The hash covers the content of the rubric, the bytes of scoring.yaml and this module's own
    source, so that a change of any of them shows.
    """
    digest = hashlib.sha256(rubric.model_dump_json().encode())
    digest.update(scoring_path().read_bytes())
    digest.update(inspect.getsource(level_score).encode())
    return f"rubric {rubric.version}, rule {load_scoring().version}, {digest.hexdigest()[:12]}"


def level_score(points: Iterable[PointVerdict], calibration: Calibration) -> float:
    """The rule above, unrounded, 1.0-5.0."""
    confirmed = dict.fromkeys(ANCHORS, 0.0)
    for point in points:
        confirmed[point.anchor] += STATE_VALUE[point.state]
    score, reached = LOWEST, 1.0
    for anchor in ANCHORS:
        share = min(1.0, confirmed[anchor] / calibration.needs[anchor])
        score += (calibration.leak + (1 - calibration.leak) * reached) * share
        reached = min(reached, share)
    if score <= LOWEST:
        return LOWEST
    stretched = MIDDLE + calibration.stretch * (score - MIDDLE) + calibration.shift
    return min(HIGHEST, max(LOWEST, stretched))


def rounded(score: float, step: float) -> float:
    """`score` to the nearest multiple of `step`, inside 1-5."""
    return round(min(HIGHEST, max(LOWEST, round(score / step) * step)), 2)


def reads_as(
    scores: dict[CriterionKey, float], scoring: Scoring, light: Collection[CriterionKey] = ()
) -> Level | None:
    """The level a profile reads as: its weighted mean against two lines; None without scores.

    Criteria in `light` count with `light_weight` of their weight.
    """
    band = scoring.level
    weights = {
        key: band.weights.get(key, 0.0) * (scoring.light_weight if key in light else 1.0)
        for key in scores
    }
    total = sum(weights.values())
    if total <= 0:
        return None
    mean = sum(scores[key] * weight for key, weight in weights.items()) / total
    if mean >= band.senior_from:
        return "senior"
    return "mid" if mean >= band.mid_from else "junior"

"""Words cut off while they are phrased: the interview goes on from what was decided."""

from __future__ import annotations

import time
from pathlib import Path

from shared_encoder import BANK, ENCODER

from agent.channels import Speech, Spoken
from agent.offline_brain import OfflineBrain
from agent.plan import Plan
from agent.simulated.capable import Mid
from agent.simulated.channel import SimulatedChannel
from agent.simulated.knowledge import Knowledge
from agent.simulated.rehearsal import Setting, rehearse
from prompts.persona import load_persona

FRAUD = BANK.get("fraud-detection")
AFTER_S = 0.1
"""Long enough for the graph's step to end behind the first sentence, unseen (seconds)."""


class HearsOneSentence(SimulatedChannel):
    """Every utterance is cut off behind its first sentence."""

    def say(self, speech: Speech, *, undoable: bool, watched: bool = True) -> Spoken:
        first = next(speech.sentences, "")
        time.sleep(AFTER_S)
        return Spoken(first, self.clock_ms, self.clock_ms + 1_000, interrupted=True)


def test_an_interview_whose_every_utterance_is_cut_off_goes_on_to_its_end(tmp_path: Path) -> None:
    persona = load_persona("neutral-professional")
    plan = Plan((FRAUD,), (3.0,), ("tested",))
    setting = Setting(plan, BANK, OfflineBrain(ENCODER, persona), persona, "mid", 1)
    candidate = Mid(Knowledge(plan.questions), 1)
    session = rehearse(setting, candidate, tmp_path, channel_type=HearsOneSentence)
    asked = [turn for turn in session.turns() if turn.speaker == "interviewer"]
    assert len(asked) > 3
    assert session.meta.ended == "complete"

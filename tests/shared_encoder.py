"""The bank and one encoder for all tests of a run: what was encoded once is not encoded again."""

from __future__ import annotations

from agent.weights import folder
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import load_bank

BANK = load_bank()
ENCODER = SentenceEncoder(folder("minilm-l6-v2"))

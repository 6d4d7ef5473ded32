"""What is said for what is written."""

from __future__ import annotations

import pytest

from audio.pronunciation import for_speech


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("the ROC curve", "the R O C curve"),
        ("two ROCs", "two R O Cs"),
        ("FAISS or HNSW?", "face or H N S W?"),
        ("PyTorch, not scikit-learn", "pie torch, not sy-kit learn"),
        ("an A/B test", "an A B test"),
        ("NDCG@10 and recall@k", "N D C G at 10 and recall at k"),
        ("p95 < 50 ms", "P 95 below 50 milliseconds"),
        ("P99.9 within 1 ms", "P 99 point 9 within 1 millisecond"),
        ("3% of 2.5k TPS", "3 percent of 2.5 thousand T P S"),
        ("200M rows, 12 GB", "200 million rows, 12 gigabytes"),
        ("20,000 a day", "20000 a day"),
        ("$120 versus $1.5M", "120 dollars versus 1.5 million dollars"),
        ("€85 vs. £12", "85 euros versus 12 pounds"),
        ("10x slower, ×3", "10 times slower, times 3"),
        ("20-30 ms", "20 to 30 milliseconds"),
        ("about 5–10%", "about 5 to 10 percent"),
        ("16 kHz", "16 kilohertz"),
        ("800 requests/s", "800 requests per second"),
        ("O(n log n)", "order n log n"),
        ("data -> model → serving", "data to model to serving"),
        ("rules, e.g. limits, i.e. bounds", "rules, for example limits, that is bounds"),
        ("recall ≥ 0.9, ~5 ms", "recall at least 0.9, about 5 milliseconds"),
        ("use **two** `stages`", "use two stages"),
        ("F1 and L2", "F one and L 2"),
        ("CI/CD in SQL", "C I, C D in sequel"),
        ("", ""),
    ],
)
def test_terms_and_figures_are_written_out(written: str, said: str) -> None:
    assert for_speech(written) == said


@pytest.mark.parametrize(
    "sentence",
    [
        "Why did you choose a map of the rocks?",
        "She is in; the model sits between us.",
        "Say it in other words, and/or draw it.",
        "An apricot, a roc and an idea.",
        "We met in 2024 at 5 places.",
    ],
)
def test_ordinary_sentences_stay_as_they_are(sentence: str) -> None:
    assert for_speech(sentence) == sentence

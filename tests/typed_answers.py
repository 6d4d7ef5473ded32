"""What is typed in interviews that are killed."""

from __future__ import annotations

ANSWERS = (
    "Before I start, how many transactions per second do we have, and how fast must we decide?",
    "Who looks at the blocked payments, and what does a missed fraud cost us?",
    "My plan is first the labels, second a cheap filter with rules, third a model. "
    "I would use gradient boosted trees for the model.",
    "Because they take two milliseconds on tabular data; a sequence network takes thirty.",
    "Labels arrive late with the chargebacks, so I would train on payments older than ninety days.",
    "I don't know.",
    "I would watch precision at a fixed number of reviews, because reviewers are the bottleneck.",
)
"""Typed, in this order; then `/stop`."""

LONG_ANSWERS = (
    *ANSWERS,
    "The features are amount, merchant, device and how often a card was used in an hour and a day, "
    "from the same stream for training and for serving.",
    "I split by time: train on nine months, test on the tenth, because a random split leaks.",
    "If labels came within a day I would retrain daily; with ninety days I learn from reviewers.",
    "A missed fraud costs forty times a false alarm, so the threshold is where both costs meet.",
    "It runs in shadow for two weeks, then on five percent, and I roll back on review precision.",
    "I give up some recall to stay under the latency budget, since every payment waits for us.",
    "I hold out a random one percent that is never blocked, to see what we miss.",
    "Then I would move the heavy features to a batch job and keep the three fastest online.",
    "I would alert on the share of blocked payments per merchant and page the team.",
    "No more questions from my side, thank you.",
)
"""As many as lead through the twist into production."""

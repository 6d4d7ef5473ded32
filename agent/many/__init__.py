"""Scoring many recordings: one job for all, an outcome for each, on several processes."""

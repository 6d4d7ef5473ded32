"""A term of the bank is met in every inflection and in no other word that begins alike."""

from __future__ import annotations

import pytest

from evaluation.coverage import term_hits


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("calibrated", "we calibrate it on held out data"),
        ("query", "the queries are slow"),
        ("retry", "the call was retried"),
        ("plan", "so we were planning it"),
        ("boosted trees", "a boosted tree is enough"),
        ("rate", "the rates are low"),
    ],
)
def test_a_term_is_met_in_another_form(term: str, text: str) -> None:
    assert term_hits(text, (term,)) == 1


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("thin", "i think about it"),
        ("plan", "the plane was late"),
        ("cost", "it is only a costume"),
        ("car", "we carry it over"),
    ],
)
def test_a_term_is_not_met_in_a_word_that_only_begins_alike(term: str, text: str) -> None:
    assert term_hits(text, (term,)) == 0

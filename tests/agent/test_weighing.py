"""What the trained scorer hears adds to the forms of asking, and never to a turn that states."""

from __future__ import annotations

from agent.dialogue_acts import read_acts
from agent.sentence_weights import skeleton
from agent.weighing import weigh


def heard(text: str, *chances: float) -> list[tuple[str, bool]]:
    return [(each.part.text, each.tentative) for each in weigh(text, read_acts(text), chances)]


def test_a_bare_name_that_probably_asks_is_asked_tentatively() -> None:
    assert heard("Prevalence of the positive class.", 0.9) == [
        ("Prevalence of the positive class.", True)
    ]


def test_a_sentence_that_probably_states_asks_nothing() -> None:
    assert heard("Prevalence of the positive class.", 0.2) == []


def test_nothing_is_heard_beside_a_plain_statement() -> None:
    text = "Error rate by version. Somebody owns each limit."
    assert heard(text, 0.9, 0.1) == []
    assert len(heard(text, 0.9, 0.9)) == 2


def test_what_a_form_finds_asks_however_low_its_chance() -> None:
    assert heard("What is the latency budget?", 0.0) == [("What is the latency budget?", False)]


def test_words_of_the_topic_become_one_blank() -> None:
    said = skeleton("What's the decline rate of each bank?", {"what", "is", "the", "of", "each"})
    assert said == ["^", "what", "is", "the", "_", "of", "each", "_", "$"]

"""The kinds of things an interviewer says, and the slots their templates hold."""

from __future__ import annotations

from typing import Literal, get_args

from prompts.persona import Tone

PhraseKey = Literal[
    "greet",  # who the interviewer is and how long this takes
    "format_note",  # ask me anything, think aloud
    "ask_prompt",
    "anchor",  # a line of the candidate's own material, before a behavioural question
    "fact",  # a sheet fact that was asked for
    "fact_again",  # one that was told before
    "fact_known",  # one that was told more than once: there is no more to it
    "fact_owed",  # one that was asked for some turns ago
    "owed_named",  # the same, with the words that asked for it
    "unknown_fact",  # a detail invented once, when the sheet has none
    "no_such_fact",  # no detail to give: the candidate assumes one
    "no_such_detail",  # the same where no figure was asked for
    "premise",  # "why are we assuming that?": it is given, or argued away
    "no_such_facts",  # the same for several things at once
    "hand_back",  # a design choice the candidate wants us to make
    "why",
    "how_much",
    "reconcile",  # two statements of the candidate that cannot both hold
    "reconcile_late",  # the same, when something else had to be asked between
    "reconcile_fact",  # a statement against a released fact
    "not_said",  # a figure that the candidate ascribes to us, and that we have not told
    "probe",
    "probe_new",  # the same, about something else than what was just talked of
    "deeper",
    "anchored",  # one level deeper on what was heard some time ago: it says what it is about
    "case",  # what the follow-ups are about, to who has not asked
    "led_question",  # a probe of either kind right after a bridge: it needs no frame of its own
    "outline",
    "outline_steps",  # the same where something is done rather than designed
    "deep_dive_choose",
    "deep_dive_pick",
    "twist",
    "production",
    "challenge",
    "scale_up",
    "hint",
    "go_on",  # nothing to ask: the floor stays with the candidate
    "keep_on",  # the same, once something was proposed
    "lead_on",  # the candidate asks to go on to something
    "nudge_framing",
    "take_your_time",
    "what_weighing",
    "repeat",
    "rephrase",
    "wait_ok",
    "skip_ok",
    "dont_know",
    "ramble_soft",
    "ramble_clock",
    "bridge",  # a phase is left on time
    "ramble_bridge",  # the same, in the middle of a monologue
    "consequence",  # a wrong statement: what follows from it
    "unintelligible",
    "off_topic",  # small talk: back to the problem
    "time_left",  # "how much time do I have"
    "ask_again",  # behind a fact: another question in the same breath found none
    "ask_again_all",  # the same, when it was more than one question
    "open_named",  # one or more of them, by the candidate's own words
    "assume_named",  # before a decision is handed back: what found no fact, by its words
    "decide_named",  # behind a fact: the decision that was handed over, by its words
    "coming_named",  # facts that come next, by the words that asked for them
    "assume_beside",  # before a decision is handed back: a detail in the same breath found no fact
    "decide_beside",  # behind a fact: a decision was handed over in the same breath
    "verdict_beside",  # the wish for a verdict beside another question
    "more_asked",  # more facts were asked for than one reply holds
    "one_more",  # the same, when it is one
    "start_now",  # behind a fact, when nothing but questions has come for long
    "other_language",
    "no_answer_move_on",
    "next_question",
    "reflect",
    "candidate_questions",
    "answer_candidate_question",  # about the company: there is none
    "no_verdict",  # "how did I do", "is that right"
    "no_expectation",  # "is this what you want", "did you have something in mind"
    "assume_it",  # one more question without an answer: assume, and on we go
    "decide_it",  # one more decision handed over: it stays the candidate's, and on we go
    "no_time_for_question",  # a question when the time was up: the candidate assumes
    "own_answer",  # in the close, how we would have solved it: not told
    "fallback_note",  # shown on the screen, never spoken
    "close",
    "stopped",
    "ack",
    "paused",
    "resumed",
]
OpenerKind = Literal["reply", "ask", "turn"]

PHRASE_KEYS: tuple[PhraseKey, ...] = get_args(PhraseKey)
TONES: tuple[Tone, ...] = get_args(Tone)

SLOTS: dict[PhraseKey, frozenset[str]] = {
    "greet": frozenset({"name", "title", "minutes"}),
    "ask_prompt": frozenset({"prompt"}),
    "anchor": frozenset({"source", "line"}),
    "fact": frozenset({"fact"}),
    "fact_again": frozenset({"fact"}),
    "fact_known": frozenset({"fact"}),
    "fact_owed": frozenset({"fact"}),
    "owed_named": frozenset({"topic", "fact"}),
    "open_named": frozenset({"topic"}),
    "assume_named": frozenset({"topic"}),
    "decide_named": frozenset({"topic"}),
    "coming_named": frozenset({"topic"}),
    "unknown_fact": frozenset({"invented"}),
    "why": frozenset({"hook"}),
    "how_much": frozenset({"hook"}),
    "reconcile": frozenset({"before", "now"}),
    "reconcile_late": frozenset({"before", "now"}),
    "reconcile_fact": frozenset({"fact", "now"}),
    "not_said": frozenset({"now"}),
    "probe": frozenset({"question"}),
    "probe_new": frozenset({"question"}),
    "deeper": frozenset({"question"}),
    "anchored": frozenset({"about", "question"}),
    "case": frozenset({"case"}),
    "led_question": frozenset({"question"}),
    "deep_dive_pick": frozenset({"area"}),
    "twist": frozenset({"twist"}),
    "challenge": frozenset({"hook"}),
    "scale_up": frozenset({"hook"}),
    "hint": frozenset({"hint"}),
    "repeat": frozenset({"prompt"}),
    "rephrase": frozenset({"prompt"}),
    "ramble_clock": frozenset({"minutes"}),
    "ramble_bridge": frozenset({"minutes"}),
    "consequence": frozenset({"hook"}),
    "time_left": frozenset({"minutes"}),
    "next_question": frozenset({"prompt"}),
    "reflect": frozenset({"question"}),
}
"""Slots every template of the key holds; keys that are not named have none."""

OPTIONAL_SLOTS: dict[PhraseKey, frozenset[str]] = {
    "bridge": frozenset({"phase_words"}),
    "ramble_bridge": frozenset({"phase_words"}),
    "deeper": frozenset({"hook"}),
    "no_such_fact": frozenset({"topic"}),
    "hand_back": frozenset({"topic"}),
    "close": frozenset({"name"}),
    "stopped": frozenset({"name"}),
}
"""Slots some templates of the key hold; without a value those templates are passed over."""

# fmt: off
ASKING: frozenset[PhraseKey] = frozenset({
    "why", "how_much", "reconcile", "reconcile_late", "reconcile_fact", "not_said", "probe",
    "probe_new", "deeper", "anchored", "case", "led_question",
    "challenge", "scale_up", "consequence", "production", "what_weighing", "dont_know",
    "reflect", "outline", "outline_steps", "deep_dive_choose", "nudge_framing", "twist",
})
REPLYING: frozenset[PhraseKey] = frozenset({
    "fact", "fact_again", "fact_known", "fact_owed", "owed_named", "unknown_fact",
    "open_named", "assume_named", "decide_named", "coming_named", "no_such_fact",
    "no_such_detail", "premise", "no_such_facts", "hand_back", "repeat", "rephrase", "wait_ok",
    "skip_ok", "ack", "hint", "lead_on", "take_your_time", "answer_candidate_question",
    "no_verdict", "no_time_for_question", "assume_it", "decide_it", "own_answer", "no_expectation",
    "unintelligible", "other_language", "off_topic", "time_left",
})
# fmt: on
"""Keys that take the openers of `ask` and of `reply`; every other key takes those of `turn`."""

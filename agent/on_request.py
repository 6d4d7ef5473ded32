"""What the candidate wants of the conversation: commands, facts, decisions, a verdict, help."""

from __future__ import annotations

import re

from agent.leading import led_phase
from agent.moves import BRIDGES, CARRIES_FACT, FLOOR_KINDS, Beside, Lead, Move, MoveKind
from agent.phases import leave_question
from agent.probing import follow, hint, offers_hint
from agent.reading import Hook
from agent.situation import Situation
from agent.state import Owed
from agent.wording import plain, strip_lead

BEFORE_DISCUSSION: tuple[MoveKind, ...] = (
    *("prompt", "next_question", "repeat", "rephrase", "wait_ok", "take_your_time"),
    *("what_weighing", "unintelligible", "other_language", "go_on", "hint", "off_topic"),
)
"""Moves that may be made before the candidate has said anything of substance."""

PREMISE = re.compile(
    r"why (?:are|do|would|should|must|can) (?:we|you) (?!know\b|measure\b|have\b)"
    r"|who (?:says|said|decided|claims)\b"
    r"|is (?:that|this|it) (?:really )?(?:a given|fixed|certain)\b"
)
ENOUGH = re.compile(
    r"^(?:no|nope|not now|never mind|later)\b|\b(?:that is|that was) (?:enough|fine|all|plenty)\b|"
    r"\b(?:not|do not) (?:need|necessary|needed)\b"
)


def command(s: Situation) -> Move | None:
    """Repeat, rephrase, wait, hint, skip: said or pressed."""
    act = s.answer.command or s.reading.act
    if act == "hint" and s.phase != "close":
        return hint(s, "the candidate asked for a hint", s.answer.text)
    if act == "skip" and s.phase != "close":
        return skip(s)
    simple: dict[str, tuple[MoveKind, str]] = {
        "repeat": ("repeat", "the candidate asked to hear the question again"),
        "rephrase": ("rephrase", "the candidate asked what the question means"),
        "wait": ("wait_ok", "announced thinking stops the silence ladder"),
    }
    if act not in simple:
        return None
    kind, reason = simple[act]
    if s.phase == "close" and (s.overtime or s.made(kind, phase="close")):
        return None
    return s.move(kind, reason, trigger=s.answer.text)


def skip(s: Situation) -> Move:
    """Before anything was discussed the whole question is skipped, later only the thread."""
    if all(move.kind in BEFORE_DISCUSSION for move in s.moves):
        return leave_question(s, "the candidate skipped the question", lead="skip_ok")
    return follow(s, "the candidate skipped this thread", lead="skip_ok")


def asked(s: Situation) -> Move | None:
    """Answer from the sheet; hand decisions back; say what has no fact; keep verdicts for later.

    What else was asked in the same breath is met by a word of its own.
    """
    reading = s.reading
    if reading.facts_asked:
        return tell(s, queue(s))
    if reading.handed_questions:
        reason = "a design decision belongs to the candidate"
        return handed(s, "hand_back", reason, reading.handed_questions[0])
    if reading.unknown_questions:
        return unanswered(s)
    return about_the_talk(s)


def about_the_talk(s: Situation) -> Move | None:
    """What is asked of the conversation itself: how it goes, small talk, where to go next."""
    if s.wants_verdict and s.thin:
        return handed(s, "no_verdict", "no verdict is given in the interview", s.answer.text)
    if s.reading.act == "off_topic":
        return s.move("off_topic", "this is not about the problem", trigger=s.answer.text)
    may = s.phase != "close" and s.made("go_on") < s.conduct.limits.handed_back
    if s.reading.leads_on and may:
        reason = "the candidate says where to go next"
        return s.move("go_on", reason, phase=led_phase(s), trigger=s.answer.text)
    return None


def unanswered(s: Situation) -> Move:
    """A question the sheet does not answer: a made-up detail, else it is handed back."""
    reading, detail = s.reading, s.reading.invented
    if detail and s.made("invented_fact") < s.conduct.limits.invented_facts:
        reason = "the sheet has no such fact, so one was made up"
        return s.move(
            "invented_fact",
            reason,
            trigger=detail.question,
            invented=detail.say,
            left_out=reading.unknown_questions[1:],
            beside=beside(s, "invented_fact"),
        )
    reason = "the sheet has no such fact"
    return handed(s, "no_such_fact", reason, reading.unknown_questions[0])


def beside(s: Situation, kind: MoveKind) -> tuple[Beside, ...]:
    """What a move of `kind` leaves open of everything that was asked in this breath."""
    reading, found = s.reading, list[Beside]()
    unknown = len(reading.unknown_questions) - (kind == "invented_fact")
    if kind == "hand_back" and unknown:
        found.append("assume")
    elif kind in {"fact", "invented_fact"} and unknown:
        # Not "there is no such fact": it may have been worded as nobody thought of.
        found.append("question" if unknown == 1 else "questions")
    if kind in {"fact", "invented_fact"} and reading.handed_questions:
        found.append("decision")
    if reading.about_job:
        found.append("job")
    if reading.aside in ("verdict", "expectation", "time"):
        found.append(reading.aside)
    return tuple(found)


def promised(s: Situation) -> Move | None:
    """Facts asked for before, more than one reply holds: the rest comes with the next."""
    other = s.reading.questions or s.reading.facts_asked or s.wants_verdict
    # In the close a hint is no longer given, and a fact would be no answer to the wish for one.
    if not s.owed or other or declined(s) or s.reading.act in {"hint", "skip"}:
        return None
    # Who has gone on with the answer is asked on, and told the rest on the way.
    return None if goes_on(s) else tell(s, s.owed)


def goes_on(s: Situation) -> bool:
    """Whether the candidate talks of the problem and no longer waits for facts."""
    enough = s.reading.words >= s.conduct.limits.going_on_words
    return enough and s.reading.act == "answer" and s.phase != "close"


def with_owed(s: Situation, move: Move) -> Move:
    """`move` with the next fact that is owed before its question; where none fits, the fact."""
    asks = s.reading.questions or s.reading.facts_asked or s.wants_verdict
    if not s.owed or asks or declined(s) or not goes_on(s) or move.phase == "close":
        return move
    first = s.owed[0]
    carries = move.kind in CARRIES_FACT and move.lead in BRIDGES | {""}
    if carries and first.fact_id not in s.told:
        told = {"fact_ids": (first.fact_id,), "owed_words": first.part or first.quote}
        return move.model_copy(update=told)
    return tell(s, s.owed)


def declined(s: Situation) -> bool:
    """Whether the rest of the facts is not wanted any more: "no, that's enough"."""
    return s.thin and bool(s.owed) and ENOUGH.search(plain(s.answer.text)) is not None


def still_owed(s: Situation, move: Move) -> list[Owed]:
    """Facts that were asked for and that `move` does not tell; none when nobody wants them."""
    left = move.phase == "open" or (move.phase == "close" and s.phase != "close")
    if left or declined(s):
        return []
    known = {each.fact_id: each for each in [*asked_now(s), *s.owed]}
    return [each for each in known.values() if each.fact_id not in move.fact_ids]


def still_unasked(s: Situation, move: Move) -> list[Hook]:
    """Choices of this answer without a reason, when a fact or a word like it came before them.

    For one turn only: two answers later nobody knows what "that" was.
    """
    waits = move.kind in FLOOR_KINDS and move.phase != "close"
    return list(s.reading.unjustified) if waits else []


def asked_now(s: Situation) -> list[Owed]:
    """The facts of this answer's questions, in the order they were asked."""
    return [
        Owed(fact_id=fact.fact_id, quote=fact.quote, part=fact.part)
        for fact in s.reading.facts_asked
    ]


def queue(s: Situation) -> list[Owed]:
    """The facts that are wanted, in the order they are told.

    New ones first, but for one place of a reply, which is kept for what was asked for before. What
    was told already takes no place from the others, or asking for it again and again would keep
    them waiting for ever.
    """
    now = asked_now(s)
    new = [each for each in now if each.fact_id not in s.told]
    waiting = [each for each in s.owed if each.fact_id not in {fact.fact_id for fact in new}]
    first = s.conduct.limits.facts_per_reply - 1
    again = [each for each in now if each.fact_id in s.told]
    return [*new[:first], *waiting[:1], *new[first:], *waiting[1:], *again]


def tell(s: Situation, wanted: list[Owed]) -> Move:
    """The first of the facts that are wanted; the others stay owed.

    One that was told before waits for the new ones, unless nothing else was asked just now.
    """
    most = s.conduct.limits.facts_per_reply
    new = [each for each in wanted if each.fact_id not in s.told]
    again = [each for each in wanted if each.fact_id in s.told]
    only = all(fact.fact_id in s.told for fact in s.reading.facts_asked)
    some = [*new[:most], *again[: max(1 if only else 0, most - len(new))]]
    return s.move(
        "fact",
        "the candidate asked for it",
        fact_ids=tuple(each.fact_id for each in some),
        more_asked=len(some) < len(wanted),
        left_out=s.reading.unknown_questions,
        beside=beside(s, "fact"),
        trigger=some[0].part or some[0].quote,
    )


def handed(s: Situation, kind: MoveKind, reason: str, words: str) -> Move:
    """Give the question back; after several the interviewer also goes on with one of its own."""
    if s.made("no_verdict", "hand_back", "no_such_fact") < s.conduct.limits.handed_back:
        several = kind == "no_such_fact" and len(s.reading.unknown_questions) > 1
        about_job: tuple[Beside, ...] = ("job",) if s.reading.about_job else ()
        others = about_job if kind == "no_verdict" else beside(s, kind)
        left = s.reading.unknown_questions if kind == "hand_back" else ()
        return s.move(
            kind,
            reason,
            trigger=words,
            several=several,
            premise=kind == "no_such_fact" and doubts(words),
            left_out=left,
            beside=others,
        )
    leads: dict[MoveKind, Lead] = {"no_verdict": s.no_verdict, "hand_back": "decide_it"}
    lead = leads.get(kind, "assume_it")
    return follow(s, f"{reason}; the candidate only asks", lead=lead)


def doubts(words: str) -> bool:
    """True for "why are we assuming that?": what we take as given is questioned, not a detail."""
    return PREMISE.match(plain(strip_lead(words))) is not None


def dont_know(s: Situation) -> Move | None:
    """First ask how they would find out; the second time help or leave the thread."""
    if s.reading.act != "dont_know":
        return None
    before = s.last is not None and s.last.kind == "dont_know"
    often = s.made("dont_know") >= s.conduct.limits.handed_back
    if not (before or often):
        return s.move("dont_know", "not knowing is fine; how to find out is the question")
    if offers_hint(s, 0.5):
        return hint(s, "the candidate is stuck", s.answer.text)
    return follow(s, "the candidate does not know", lead="no_answer_move_on")

"""What must hold of every interview, whoever is interviewed: one function each.

Each looks at a stored session and returns what broke it, with the turn and the words. None of them
knows the policy: they compare what was said with what was asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from agent.simulated.manners import facts_told, neutral, one_short_question, quotes_true
from agent.simulated.session_view import (
    SessionView,
    Violation,
    runs,
    sentences,
    speakable,
    told_by,
    words,
)
from evaluation.record import Event, Turn
from prompts.question_bank import Question
from prompts.term_words import FUNCTION

OVERTIME_MS = 60_000
"""The interview is over so long after its planned time at the latest."""
SHORT_SENTENCE_WORDS = 3
"""Sentences up to this length ("Okay.", "Go on, please.") may come again."""
SECRET_WORDS = 5
"""A run of this many words of a hidden fact or of the rubric gives it away ..."""
TELLING_WORDS = 2
"""... if so many of them carry meaning; "to know which of the" stands in any text."""
IDLE_MOVES = 4
"""Moves in a row that ask nothing and tell nothing: nobody would know how to go on."""

GOODBYES = frozenset({"close", "stopped"})
ONCE = frozenset(
    "prompt outline deep_dive production reflect candidate_questions nudge_framing ramble_soft "
    "ramble_clock scale_up challenge take_your_time close stopped".split()
)
"""Moves that are made at most once a question."""
AIMED = frozenset("why how_much probe deeper twist hint reconcile".split())
"""Moves that have an aim: never twice at the same."""
IDLE = frozenset("go_on wait_ok take_your_time what_weighing unintelligible other_language".split())
SAYS_AGAIN = frozenset({"repeat", "rephrase"})
"""Moves that may say a sentence again: the candidate asked for it."""
MEETS_QUESTION = frozenset(
    "fact invented_fact no_such_fact hand_back no_verdict off_topic repeat rephrase".split()
)
"""Moves that answer a question, or hand it back with an assumption or a decision to make."""
LEADS_MEETING_QUESTION = frozenset(
    {
        *("answer_candidate_question", "assume_it", "decide_it", "no_time_for_question"),
        *("no_verdict", "no_expectation", "own_answer"),
    }
)
WANTED: dict[str, frozenset[str]] = {
    "hint": frozenset({"hint"}),
    "repeat": frozenset({"repeat"}),
    "rephrase": frozenset({"rephrase"}),
    "wait": frozenset({"wait_ok"}),
}
"""Moves that do what was asked for."""

Found = Iterator[Violation]


def ends_in_time(s: SessionView) -> Found:
    """The interview ends by itself, and a minute after the planned time at the latest.

    After the planned time nothing is begun but the goodbye.
    """
    last, planned_ms = s.turns[-1], s.minutes * 60_000
    if s.ended not in {"complete", "stopped"}:
        yield Violation("ends in time", last.turn, last.text, f"ended: {s.ended or 'not at all'}")
    if (last.end_ms or 0) > planned_ms + OVERTIME_MS:
        why = f"ended at {(last.end_ms or 0) / 60_000:.1f} of {s.minutes:g} minutes"
        yield Violation("ends in time", last.turn, last.text, why)
    for turn in s.spoken:
        kind = s.moves[turn.turn].get("kind")
        if (turn.start_ms or 0) > planned_ms and kind not in GOODBYES:
            why = f"{kind} after the planned {s.minutes:g} minutes"
            yield Violation("ends in time", turn.turn, turn.text, why)


def no_move_repeated(s: SessionView) -> Found:
    """Nothing is asked, hinted or changed twice."""
    seen: dict[tuple[str, ...], int] = {}
    for turn, move in s.moves.items():
        kind, question = str(move.get("kind")), str(move.get("question_id"))
        if kind not in ONCE | AIMED:
            continue
        aim = tuple(
            str(move.get(name, "")).casefold()
            for name in ("twist_id", "hook", "before", "hint_rung")
        )
        point = "" if kind == "hint" else str(move.get("point_id", ""))
        key = (question, kind, *((point, *aim) if kind in AIMED else ()))
        if key in seen:
            yield Violation("no move repeated", turn, s.turns[turn].text, f"as in turn {seen[key]}")
        seen.setdefault(key, turn)


def no_sentence_twice(s: SessionView) -> Found:
    """Only what the candidate asked to hear again is said again: the question, or a fact."""
    said: dict[str, int] = {}
    for turn in s.spoken:
        move = s.moves[turn.turn]
        allowed = again(move, s.question(turn))
        for sentence in sentences(turn.text):
            plain = " ".join(words(sentence))
            if len(sentence.split()) <= SHORT_SENTENCE_WORDS:
                continue
            retold = any(plain.endswith(each) for each in allowed)
            if plain in said and not retold and move.get("kind") not in SAYS_AGAIN:
                yield Violation(
                    "no sentence twice", turn.turn, sentence, f"also in turn {said[plain]}"
                )
            said.setdefault(plain, turn.turn)


def again(move: Event, question: Question) -> set[str]:
    """Sentences that a move may say although they were said: facts that were asked for again."""
    if move.get("kind") not in {"fact", "invented_fact"}:
        return set()
    told = [*told_by(move, question), str(move.get("invented") or "")]
    return {" ".join(words(sentence)) for say in told for sentence in sentences(say)}


def no_leak(s: SessionView) -> Found:
    """No words of a fact that was not asked for, of a rubric point, or of the strong answer."""
    for question_id in dict.fromkeys(t.question_id for t in s.spoken):
        question = s.bank.get(question_id)
        open_runs = set().union(*(runs(text, SECRET_WORDS) for text in speakable(question)))
        secret = {
            run: where
            for where, text in secrets_of(question)
            for run in runs(text, SECRET_WORDS)
            if run not in open_runs and is_telling(run)
        }
        told: set[tuple[str, ...]] = set()
        for turn in s.turns:
            if turn.question_id != question_id:
                continue
            if turn.speaker == "candidate":
                told |= runs(turn.text, SECRET_WORDS)
                continue
            for say in told_by(s.moves[turn.turn], question):
                told |= runs(say, SECRET_WORDS)
            found = sorted((runs(turn.text, SECRET_WORDS) & set(secret)) - told)
            if found:
                yield Violation("no leak", turn.turn, " ".join(found[0]), secret[found[0]])


def is_telling(run: tuple[str, ...]) -> bool:
    """Whether enough of the words carry meaning; halves of "don't" and "I'll" do not."""
    carrying = [word for word in run if len(word) > 2 and word not in FUNCTION | {"don", "didn"}]
    return len(carrying) >= TELLING_WORDS


def secrets_of(question: Question) -> Iterator[tuple[str, str]]:
    """What is never said, unless it is asked for: where it stands, and the words."""
    for fact in question.facts:
        yield f"fact {fact.id}", fact.say
    for point in question.points:
        for text in (point.text, point.counts, point.does_not_count, *point.exemplars):
            yield f"point {point.id}", text
    for twist in question.twists:
        yield f"twist {twist.id}", twist.good_reaction
    for text in (question.strong_answer, question.expectation, question.tests, *question.red_flags):
        yield "the bank's notes", text


def questions_met(s: SessionView) -> Found:
    """Every question of the candidate is answered, or handed back."""
    for reply, meant in s.meant.items():
        move = s.moves.get(reply)
        if not meant.get("asks") or move is None or move.get("kind") == "stopped":
            continue
        met = move.get("kind") in MEETS_QUESTION or move.get("lead") in LEADS_MEETING_QUESTION
        if not met:
            asked = " ".join(meant.get("asks"))
            yield Violation("questions met", reply - 1, asked, f"then came {move.get('kind')}")


def wishes_met(s: SessionView) -> Found:
    """Hints, repeats, rewording and time are given when asked for; skipping leaves the thread."""
    for reply, meant in s.meant.items():
        move, wants = s.moves.get(reply), str(meant.get("wants", ""))
        if move is None or not wants:
            continue
        done = move.get("kind") in WANTED.get(wants, ()) or move.get("lead")
        if not done and move.get("kind") not in {"close", "stopped"}:
            text = s.turns[reply].text
            yield Violation("wishes met", reply, text, f"wanted: {wants}; got {move.get('kind')}")


def hints_counted(s: SessionView) -> Found:
    """Every hint is logged with its rung, the rungs of a question come one by one."""
    logged = {event.turn: event for event in s.events if event.event == "hint"}
    given: Counter[str] = Counter()
    for turn in s.spoken:
        move, question = s.moves[turn.turn], s.question(turn)
        hints = [n for n, hint in enumerate(question.hints, 1) if holds(turn, hint)]
        if move.get("kind") in SAYS_AGAIN:
            continue
        if (move.get("kind") == "hint") != (turn.turn in logged):
            yield Violation("hints counted", turn.turn, turn.text, "given and logged differ")
        elif hints and move.get("kind") != "hint":
            yield Violation("hints counted", turn.turn, turn.text, f"holds hint {hints[0]}")
        if move.get("kind") == "hint":
            given[question.id] += 1
            if move.get("hint_rung") != given[question.id]:
                why = f"rung {move.get('hint_rung')} after {given[question.id] - 1} hints"
                yield Violation("hints counted", turn.turn, turn.text, why)


def holds(turn: Turn, text: str) -> bool:
    """Whether an utterance says `text`."""
    return " ".join(words(text)) in " ".join(words(turn.text))


def no_dead_end(s: SessionView) -> Found:
    """Every turn says something, the last one says goodbye, and no stretch leads nowhere."""
    idle = 0
    for turn in s.spoken:
        kind = s.moves[turn.turn].get("kind")
        if not turn.text.strip():
            yield Violation("no dead end", turn.turn, "", f"an empty {kind}")
        idle = idle + 1 if kind in IDLE and not s.meant_wait(turn.turn) else 0
        if idle == IDLE_MOVES:
            yield Violation("no dead end", turn.turn, turn.text, f"{idle} moves that ask nothing")
    last = s.turns[-1]
    if last.speaker != "interviewer" or s.moves[last.turn].get("kind") not in GOODBYES:
        yield Violation("no dead end", last.turn, last.text, "the last word is no goodbye")


def no_orders_followed(s: SessionView) -> Found:
    """Words that the candidate orders to be said are not said; only a wish to stop stops."""
    planted: dict[str, int] = {}
    for turn in s.turns:
        meant = s.meant.get(turn.turn)
        if turn.speaker == "interviewer":
            if meant:
                planted |= {" ".join(words(p)): turn.turn - 1 for p in meant.get("plants", ())}
            plain = " ".join(words(turn.text))
            said = [each for each in planted if each in plain]
            if said:
                yield Violation("no orders followed", turn.turn, turn.text, f"says {said[0]!r}")
            if s.moves[turn.turn].get("kind") == "stopped" and not (
                meant and meant.get("wants") == "stop"
            ):
                yield Violation("no orders followed", turn.turn, turn.text, "nobody wanted to stop")


INVARIANTS: dict[str, Callable[[SessionView], Found]] = {
    "ends in time": ends_in_time,
    "no move repeated": no_move_repeated,
    "no sentence twice": no_sentence_twice,
    "no leak": no_leak,
    "questions met": questions_met,
    "wishes met": wishes_met,
    "hints counted": hints_counted,
    "no dead end": no_dead_end,
    "no orders followed": no_orders_followed,
    "facts told": facts_told,
    "one short question": one_short_question,
    "quotes true": quotes_true,
    "neutral": neutral,
}


def violations(s: SessionView) -> list[Violation]:
    """All that broke an invariant, in the order of the turns."""
    found = [violation for check in INVARIANTS.values() for violation in check(s)]
    return sorted(found, key=lambda violation: violation.turn)

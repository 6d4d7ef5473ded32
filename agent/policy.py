"""Choosing the next move: deterministic, readable, and logged with its reason.

`next_move` asks the rules in order; the first that has something to say decides. No rule looks at
anything but the `Situation`, so the same words at the same time always lead to the same move.
The order is that of good interviewing: what the candidate wants (end, commands, questions), then
whether we understood, then the clock, then what was said (a choice without a reason, a claim
without a number, a contradiction), then what was not said, then depth, then the next phase.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from agent.moves import FLOOR_KINDS, Lead, Move, MoveKind
from agent.phases import advance, closing, leave_question, to_question
from agent.situation import Situation
from prompts.question_bank import Area

CHALLENGES_FROM = 0.4
"""Pushback (0-1) from which a persona challenges a choice that was given a reason."""
HEARD_SHARE = 0.6
"""Of the words of a question: with less of it heard, nobody can answer it."""
TOO_FAST_SHARE = 0.6
"""Share of a question's time before which a complete answer was too fast."""
ALL_AREAS = get_args(Area)
BEFORE_DISCUSSION: tuple[MoveKind, ...] = (
    *("prompt", "next_question", "repeat", "rephrase", "wait_ok", "take_your_time"),
    *("what_weighing", "unintelligible", "other_language", "go_on", "hint", "off_topic"),
)
"""Moves that may be made before the candidate has said anything of substance."""

Rule = Callable[[Situation], Move | None]


def next_move(situation: Situation) -> Move:
    """The next move; always one, from every state."""
    for rule in RULES:
        move = rule(situation)
        if move is not None:
            return with_reply(situation, move)
    return with_reply(situation, advance(situation, "nothing is left to ask in this phase"))


def with_reply(s: Situation, move: Move) -> Move:
    """A question that comes when the close is due is not passed over: a word on it goes first."""
    closes = move.phase == "close" or move.kind == "next_question"
    if not closes or move.kind in FLOOR_KINDS or move.lead not in {"", "bridge"}:
        return move
    reply = to_question(s)
    return move.model_copy(update={"lead": reply}) if reply else move


# 0. beginning and end ---------------------------------------------------------------------------


def opening(s: Situation) -> Move | None:
    """Nothing has been said on this question yet: read the prompt."""
    if s.moves:
        return None
    return s.move("prompt", "the question is put once, deliberately vague", phase="open")


def ending(s: Situation) -> Move | None:
    """The candidate stops or is gone, or the time for this question is up."""
    if s.reading.act == "stop" or s.answer.command == "stop":
        return s.move("stopped", "the candidate ended the interview", trigger=s.answer.text)
    if s.answer.left:
        return s.move("close", "the candidate's recording has ended", phase="close")
    if s.left_ms <= 0 and s.phase != "close":
        return leave_question(s, "the time for this question is up", lead="bridge")
    return None


# 1. commands and understanding ------------------------------------------------------------------


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
    if s.phase == "close" and s.made(kind, phase="close"):
        return None
    return s.move(kind, reason, trigger=s.answer.text)


def skip(s: Situation) -> Move:
    """Before anything was discussed the whole question is skipped, later only the thread."""
    if all(move.kind in BEFORE_DISCUSSION for move in s.moves):
        return leave_question(s, "the candidate skipped the question", lead="skip_ok")
    return follow(s, "the candidate skipped this thread", lead="skip_ok")


def hint(s: Situation, reason: str, trigger: str = "") -> Move:
    """The next rung of the ladder; when all four are used, the thread is left."""
    rung = s.state.get("hints", 0) + 1
    if rung > len(s.question.hints):
        return follow(s, f"{reason}; all hints are used", lead="no_answer_move_on")
    return s.move(
        "hint",
        f"{reason} (rung {rung})",
        trigger=trigger,
        hint_rung=rung,
        area=s.last.area if s.last else None,
        point_id=s.last.point_id if s.last else "",
    )


def offers_hint(s: Situation, generosity: float) -> bool:
    """Whether this persona helps unasked: with the first rung only, the one that costs nothing.

    Deeper rungs cap the score, so they are the candidate's to ask for, whoever interviews.
    """
    return s.persona.hint_generosity >= generosity and s.state.get("hints", 0) == 0


def not_understood(s: Situation) -> Move | None:
    """Ask again, at most a few times in a row; then go on."""
    other = s.answer.other_language
    if not other and s.reading.act != "unintelligible":
        return None
    if s.phase == "close" and not s.time_left:
        return None
    if s.state.get("unclear", 0) > s.conduct.limits.unclear_in_a_row:
        return follow(s, "several turns could not be understood", lead="no_answer_move_on")
    if other:
        return s.move("other_language", "the answer was not in English", trigger=s.answer.text)
    return s.move("unintelligible", "no usable words were heard", trigger=s.answer.text)


def silence(s: Situation) -> Move | None:
    """The silence ladder: take your time, what are you weighing, a hint, then move on."""
    if s.reading.act != "silence":
        return None
    rung = s.state.get("silence_rung", 0)
    waited = f"{s.answer.silent_ms / 1000:.0f} s of silence"
    if rung == 0 and not s.made("take_your_time") and not s.state.get("waiting"):
        return s.move("take_your_time", waited)
    if rung <= 1:
        return s.move("what_weighing", waited)
    if rung == 2 and s.state.get("hints", 0) == 0 and s.persona.hint_generosity > 0:
        return hint(s, waited)
    return follow(s, f"{waited} after a nudge", lead="no_answer_move_on")


def in_close(s: Situation) -> Move | None:
    """The look back is answered, or the candidate has no more questions."""
    if s.phase != "close":
        return None
    last_word = s.made("candidate_questions") > 0
    return None if s.time_left and not last_word and asked(s) else closing(s)


# 2. the candidate asked something ---------------------------------------------------------------


def asked(s: Situation) -> Move | None:
    """Answer from the sheet; hand decisions back; say what has no fact; keep verdicts for later."""
    reading = s.reading
    if s.wants_verdict:
        return handed(s, "no_verdict", "no verdict is given in the interview", s.answer.text)
    if reading.facts_asked:
        some = reading.facts_asked[: s.conduct.limits.facts_per_reply]
        return s.move(
            "fact",
            "the candidate asked for it",
            fact_ids=tuple(fact.fact_id for fact in some),
            more_asked=len(some) < len(reading.facts_asked),
            trigger=some[0].quote,
        )
    if reading.act == "off_topic":
        return s.move("off_topic", "this is not about the problem", trigger=s.answer.text)
    if reading.handed_questions:
        reason = "a design decision belongs to the candidate"
        return handed(s, "hand_back", reason, reading.handed_questions[0])
    if reading.unknown_questions:
        reason = "the sheet has no such fact"
        return handed(s, "no_such_fact", reason, reading.unknown_questions[0])
    return None


def handed(s: Situation, kind: MoveKind, reason: str, words: str) -> Move:
    """Give the question back; after several the interviewer also goes on with one of its own."""
    if s.made("no_verdict", "hand_back", "no_such_fact") < s.conduct.limits.handed_back:
        return s.move(kind, reason, trigger=words)
    lead: Lead = "no_verdict" if kind == "no_verdict" else "assume_it"
    return follow(s, f"{reason}; the candidate only asks", lead=lead)


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


# 3. the clock -----------------------------------------------------------------------------------


def phase_clock(s: Situation) -> Move | None:
    """Phases are left on time, with a spoken bridge."""
    if s.phase_over:
        return advance(s, f"the time for {s.phase.replace('_', ' ')} is up", lead="bridge")
    return None


def rambling(s: Situation) -> Move | None:
    """Long and without a signpost: a soft steer, the second time with the clock."""
    limits = s.conduct.limits
    most = limits.ramble_design_words if lays_out(s) else limits.ramble_concept_words
    if not s.persona.interrupts_ramblers:
        most *= 2
    if not s.answer.cut_in and (s.reading.words <= most or s.reading.signposted):
        return None
    reason = f"{s.reading.words} words without a signpost"
    if s.answer.cut_in:
        reason = f"{reason}, and no end in sight"
    if not s.made("ramble_soft"):
        return s.move("ramble_soft", reason)
    return s.move("ramble_clock", reason) if not s.made("ramble_clock") else None


def lays_out(s: Situation) -> bool:
    """Whether the question asks for a design, which takes longer."""
    return s.question.type in {"design", "operations"}


def monologue_limit(s: Situation) -> int:
    """Milliseconds of speech without a signpost that this persona cuts in on; 0 = it never does."""
    limits = s.conduct.limits
    if not s.persona.interrupts_ramblers:
        return 0
    if s.persona.monologue_s is not None:
        return s.persona.monologue_s * 1_000
    return limits.ramble_design_ms if lays_out(s) else limits.ramble_concept_ms


def unheard(s: Situation) -> Move | None:
    """The candidate spoke over the question before most of it had been said: put it again."""
    told = s.answer.told
    if not told or s.last is None or s.last.kind not in {"prompt", "next_question"}:
        return None
    prompt = s.question.prompt.split()
    heard = sum(" ".join(prompt[:count]) in told for count in range(1, len(prompt) + 1))
    if heard >= HEARD_SHARE * len(prompt) or s.reading.facts_asked:
        return None
    return s.move("repeat", "the candidate spoke before the question had been said")


def framing(s: Situation) -> Move | None:
    """Framing belongs to the candidate's questions; solving without any gets one nudge.

    It is let run first: for two minutes, or for one more turn.
    """
    if s.phase != "framing" or s.state.get("asked_something"):
        return None
    if not s.reading.solving:
        return None if s.made("go_on") else s.move("go_on", "nothing was asked or proposed yet")
    if s.question.type != "design" or s.made("nudge_framing"):
        return None
    began = s.state.get("solving_since_ms", -1)
    solving_ms = s.state.get("now_ms", 0) - began if began >= 0 else 0
    reason = f"{solving_ms / 1000:.0f} s of solving without a question"
    if solving_ms >= s.conduct.limits.nudge_after_ms or s.made("go_on"):
        return s.move("nudge_framing", reason)
    noted = solving_ms >= s.conduct.limits.solving_without_question_ms
    return s.move("go_on", f"{reason}{', noted' if noted else ''}; it may run for now")


# 4. what was said -------------------------------------------------------------------------------


def unjustified(s: Situation) -> Move | None:
    """A choice or a list without a reason: why this, what did you reject."""
    if s.made("why", phase=s.phase) >= s.conduct.limits.why_per_phase:
        return None
    return s.why()


def unquantified(s: Situation) -> Move | None:
    """A claim without number or mechanism: how much, how exactly."""
    if s.made("how_much", phase=s.phase) >= s.conduct.limits.how_much_per_phase:
        return None
    hook = s.fresh(s.reading.unquantified)
    if hook is None:
        return None
    reason = "a claim came without number or mechanism"
    return s.move("how_much", reason, hook=hook.term, trigger=hook.quote)


def contradicting(s: Situation) -> Move | None:
    """Two statements that cannot both hold: quote both, ask to reconcile.

    Also those that came up earlier, when something else had to be asked first.
    """
    for found in s.state.get("contradictions", []):
        used = any(m.kind == "reconcile" and m.before == found.before for m in s.moves)
        if not used:
            return s.move(
                "reconcile",
                "this does not fit what was said before",
                hook=found.now,
                before=found.before,
                trigger=found.now,
                fact_ids=(found.fact_id,) if found.fact_id else (),
            )
    return None


def challenge(s: Situation) -> Move | None:
    """Challenge once even a right choice: after a reason was given, if the persona pushes."""
    last = s.last
    if last is None or last.kind != "why" or s.made("challenge"):
        return None
    reasoned = s.reading.act == "answer" and s.reading.words >= s.conduct.limits.thin_answer_words
    if not reasoned or s.persona.pushback < CHALLENGES_FROM:
        return None
    reason = "one choice is challenged, right or not"
    return s.move("challenge", reason, hook=last.hook, trigger=s.answer.text[-120:])


# 5. what was not said ---------------------------------------------------------------------------


def stalled(s: Situation) -> Move | None:
    """Two probes on one thread without gain: help if the persona does, else move on."""
    if s.state.get("fruitless", 0) < s.conduct.limits.fruitless_probes:
        return None
    if offers_hint(s, 0.7):
        return hint(s, "two probes brought nothing", s.answer.text)
    reason = "two probes on one thread brought nothing new"
    thread = s.last.area if s.last else None
    others = [p for p in s.open_points(s.plan.areas) if p.area != thread]
    if others and s.made("probe", "deeper", phase=s.phase) < s.plan.probes:
        move = s.about(others[0])
        return move.model_copy(update={"reason": f"{reason}; {move.reason}"})
    return advance(s, reason, lead="bridge")


def uncovered(s: Situation) -> Move | None:
    """An uncovered must-have of this level: an open question that never names the answer."""
    if s.made("probe", "deeper", phase=s.phase) >= s.plan.probes:
        return None
    points = s.open_points(s.plan.areas)
    return s.about(points[0]) if points else None


def depth(s: Situation) -> Move | None:
    """All covered: challenge one choice, else go one level deeper, while the phase has time."""
    if s.phase in {"framing", "outline", "twist"}:
        return None
    if s.made("probe", "deeper", phase=s.phase) >= s.plan.probes:
        return None
    points = s.deeper_points(s.plan.areas)
    return s.about(points[0]) if points else None


def too_fast(s: Situation) -> Move | None:
    """Everything was covered with time to spare: make the problem ten times larger, once."""
    if s.phase != "deep_dive" or s.made("scale_up"):
        return None
    if s.elapsed_ms > TOO_FAST_SHARE * s.budget_ms or s.open_points(ALL_AREAS):
        return None
    hooks = [move.hook for move in s.moves if move.kind in {"why", "challenge"}]
    if not hooks:
        return None
    reason = "everything expected was covered early, so the problem grows"
    return s.move("scale_up", reason, hook=hooks[-1])


def follow(s: Situation, reason: str, *, lead: Lead = "") -> Move:
    """Leave the thread: another open point of this phase, else the next phase."""
    rule_move = uncovered(s)
    if rule_move is not None:
        return rule_move.model_copy(
            update={"lead": lead, "reason": f"{reason}; {rule_move.reason}"}
        )
    return advance(s, reason, lead=lead)


def after_floor(s: Situation) -> Move | None:
    """Facts were given and the candidate added nothing to act on: leave the floor once more."""
    last = s.last
    if last is None or last.kind not in FLOOR_KINDS or last.kind == "go_on":
        return None
    thin = s.reading.words < s.conduct.limits.thin_answer_words and not s.reading.points
    return s.move("go_on", "nothing to follow up on yet") if thin else None


RULES: tuple[Rule, ...] = (
    opening,
    ending,
    command,
    unheard,
    not_understood,
    in_close,
    silence,
    asked,
    dont_know,
    phase_clock,
    rambling,
    framing,
    after_floor,
    unjustified,
    unquantified,
    contradicting,
    challenge,
    stalled,
    uncovered,
    depth,
    too_fast,
)


def silence_limit(s: Situation, move: Move) -> int:
    """Milliseconds of silence after `move` until the ladder's next rung is due."""
    ladder = s.conduct.silence
    if move.kind == "wait_ok":
        return ladder.after_wait_ms
    if move.kind == "take_your_time":
        return ladder.what_weighing_ms - ladder.take_your_time_ms
    if move.kind == "what_weighing":
        return ladder.rung_one_ms - ladder.what_weighing_ms
    return ladder.what_weighing_ms if s.made("take_your_time") else ladder.take_your_time_ms

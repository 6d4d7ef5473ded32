"""Moving through the phases of a question: which comes next, and how it is entered."""

from __future__ import annotations

from agent.about_job import OF_THE_JOB
from agent.adapting import next_question
from agent.dialogue_acts import command_of
from agent.moves import BRIDGES, Beside, Lead, Move, MoveKind
from agent.situation import Situation
from agent.tallies import is_solving
from prompts.conduct import Conduct, Phase
from prompts.question_bank import Question, Twist

DRILL_PROMPTS = 2
"""How often the floor is left to somebody who has nothing more to say in a drill."""
DRILL_ENOUGH = 0.7
"""Share of a drill's time from which it may end early."""
STORY_WORDS = 60
"""Words from which a story was told, though none of its points was heard."""
PRODUCTION_AREAS = frozenset({"production"})


def advance(s: Situation, reason: str, *, lead: Lead = "") -> Move:
    """The first move of the next phase that has something to do; else the close."""
    more = drilled_on(s)
    if more is not None:
        return more.model_copy(update={"lead": lead, "reason": f"{more.reason} ({reason})"})
    for plan in s.following:
        move = enter(s, plan.phase, reason, lead)
        if move is not None:
            return move
    return leave_question(s, reason, lead=lead)


def opening_phase(conduct: Conduct, question: Question) -> Phase:
    """The phase a question is in once its prompt has been read."""
    return conduct.phases[question.type][1].phase


def enter(s: Situation, phase: Phase, reason: str, lead: Lead) -> Move | None:
    """The move that opens `phase`, or None when the phase has nothing to add."""
    entrances = {
        "outline": outline,
        "data_and_model": data_and_model,
        "deep_dive": deep_dive,
        "twist": twist,
        "production": production,
        "close": reflect,
    }
    entrance = entrances.get(phase)
    if entrance is None:
        return None
    move = entrance(s, phase)
    if move is None:
        return None
    return move.model_copy(update={"lead": lead, "reason": f"{move.reason} ({reason})"})


def outline(s: Situation, phase: Phase) -> Move | None:
    """Ask for the whole picture, unless the candidate has given one."""
    if s.state.get("outlined"):
        return None
    return s.move("outline", "the whole picture before any part", phase=phase)


def data_and_model(s: Situation, phase: Phase) -> Move | None:
    """The first unjustified choice, which is what this phase is for; else an open point."""
    return s.why(phase=phase) or pick_point(s, phase)


def pick_point(s: Situation, phase: Phase) -> Move | None:
    """Open a phase with its first uncovered must-have, else one level deeper."""
    areas = next(plan.areas for plan in s.plans if plan.phase == phase)
    points = s.led_points() or s.open_points(areas) or s.deeper_points(areas)
    return s.about(points[0], phase=phase) if points else None


def deep_dive(s: Situation, phase: Phase) -> Move | None:
    """A senior proposes where to go deep; for the others the interviewer picks."""
    if s.level == "senior" and s.question.type == "design" and not s.led_points():
        return s.move("deep_dive", "a senior proposes where to go deep", phase=phase)
    return pick_point(s, phase)


def twist(s: Situation, phase: Phase) -> Move | None:
    """Change one constraint, preferring one that touches what was said, once something stands."""
    if not stands(s):
        return None
    chosen = choose_twist(s)
    if chosen is None or s.made("twist"):
        return None
    reason = f"the design stands, so one constraint changes: {chosen.kind}"
    return s.move("twist", reason, phase=phase, twist_id=chosen.id)


def stands(s: Situation) -> bool:
    """Whether there is a design that a changed constraint could upset."""
    if s.covered or s.state.get("outlined"):
        return True
    own = [
        said.text
        for said in s.state.get("said", [])
        if said.speaker == "candidate"
        and said.question_id == s.question.id
        and command_of(said.text) is None
    ]
    if s.question.type == "behavioural":
        return sum(len(text.split()) for text in own) >= STORY_WORDS
    return any(is_solving(text, ()) for text in own)


def choose_twist(s: Situation) -> Twist | None:
    """The twist with most of its terms in the candidate's words; ties by the order in the file.

    At an easier or harder step of difficulty the mildest or severest ones come first.
    """
    direction = {"mild": 1, "fitting": 0, "severe": -1}[s.conduct.twist]
    said = " ".join(
        said.text.casefold()
        for said in s.state.get("said", [])
        if said.speaker == "candidate" and said.question_id == s.question.id
    )
    ranked = sorted(
        s.question.twists,
        key=lambda item: (
            direction * item.severity,
            -sum(term.casefold() in said for term in item.terms),
        ),
    )
    return ranked[0] if ranked else None


def production(s: Situation, phase: Phase) -> Move | None:
    """Only if not volunteered, once: how do you know it still works next month."""
    volunteered = [
        point.id
        for point in s.question.points
        if point.area in PRODUCTION_AREAS and point.id in s.covered
    ]
    if volunteered:
        return pick_point(s, phase)
    reason = "nothing was volunteered about running it"
    return s.move("production", reason, phase=phase, area="production")


def reflect(s: Situation, phase: Phase) -> Move | None:
    """The closing question of a question."""
    return s.move("reflect", "every question ends with a look back", phase=phase)


def drilled_on(s: Situation) -> Move | None:
    """In a drill there is no other phase to go to: while there is time, ask for more of it.

    In framing that is a nudge towards the candidate's own questions, elsewhere the floor.
    """
    if s.conduct.focus is None or s.phase in ("open", "close"):
        return None
    if (
        s.made("go_on", "nudge_framing") >= DRILL_PROMPTS
        or s.elapsed_ms > DRILL_ENOUGH * s.budget_ms
    ):
        return None
    kind: MoveKind = "nudge_framing" if s.phase == "framing" else "go_on"
    return s.move(kind, "the drill has time left, and its part may hold more")


def leave_question(s: Situation, reason: str, *, lead: Lead = "") -> Move:
    """Reflect if there is time and something to reflect on, else the next question or the end."""
    if s.conduct.focus is not None:
        return next_or_close(s, reason, lead)  # A look back is no part of a drill.
    answered = any(
        said.speaker == "candidate" and said.question_id == s.question.id
        for said in s.state.get("said", [])
    )
    skipped = lead == "skip_ok"
    if answered and not skipped and not s.overtime and not s.made("reflect"):
        return s.move("reflect", reason, phase="close", lead=lead)
    return next_or_close(s, reason, lead)


def closing(s: Situation) -> Move:
    """In the close: after the look back, the next question, or the candidate's questions."""
    if s.made("candidate_questions"):
        return s.move("close", "the interview is complete", phase="close")
    moved_on = {s.reading.act, s.answer.command} & {"hint", "repeat", "rephrase", "wait", "skip"}
    lead: Lead = "no_answer_move_on" if moved_on else ""
    return next_or_close(s, "the question is complete", lead)


def to_question(s: Situation) -> Lead:
    """What is said to a question that the close leaves unanswered; empty when there is none."""
    reading = s.reading
    others = reading.facts_asked or reading.unknown_questions or reading.handed_questions
    if reading.about_job:
        return "answer_candidate_question"
    if s.wants_verdict and not others:
        return s.no_verdict
    if not reading.questions:
        return ""
    if not s.made("candidate_questions"):
        return "own_answer" if only_handed(s) and s.time_left else "no_time_for_question"
    # The last question is mostly about the company, but may be how we would have done it.
    return "own_answer" if only_handed(s) else "answer_candidate_question"


def only_handed(s: Situation) -> bool:
    """Whether nothing else is asked than how we would do it."""
    reading = s.reading
    return how_we_would(s) and not (reading.unknown_questions or reading.facts_asked)


def how_we_would(s: Situation) -> bool:
    """Whether it is asked how we would have designed it, and not what awaits the candidate."""
    return any(not OF_THE_JOB.search(asked) for asked in s.reading.handed_questions)


def also_asked(s: Situation, lead: Lead) -> tuple[Beside, ...]:
    """One thing that was asked beside the question that `lead` is a word on: it must stay short."""
    if lead == "answer_candidate_question" and how_we_would(s):
        return ("own_answer",)
    return ("verdict",) if s.wants_verdict and lead not in ("", s.no_verdict) else ()


def next_or_close(s: Situation, reason: str, lead: Lead) -> Move:
    """Put the next question of the plan, or ask for the candidate's questions, or close."""
    following = next_question(s) if s.room_for_next else None
    if following is not None:
        return Move(
            kind="next_question",
            reason=f"{reason}; {following.reason}",
            question_id=following.question_id,
            phase="open",
            lead=lead,
            difficulty=following.difficulty,
        )
    may_ask = s.made("reflect") and not s.made("candidate_questions")
    if lead != "skip_ok" and s.time_left and may_ask:
        return s.move(
            "candidate_questions", "the candidate may ask something", phase="close", lead=lead
        )
    return s.move("close", reason, phase="close", lead="" if lead in BRIDGES else lead)

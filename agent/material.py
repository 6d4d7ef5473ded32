"""The user's own material: read here by its terms, or by the endpoint's model where one is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from agent.endpoint import endpoint_name, open_model, wants_endpoint
from agent.material_file import read_lines
from agent.material_terms import read_by_terms
from agent.plan import Interests
from agent.settings import Settings
from prompts.errors import ModelError, ModelReplyInvalid
from prompts.prompt import LanguageModel
from prompts.question_bank import QuestionBank
from prompts.replies import MaterialReply
from prompts.templates import neutralise, render

CHOSEN_AT_MOST = 12
"""Questions a model names; a session asks four, and some were asked lately."""
LINES_TO_MODEL = 200
"""Lines of each file that a model reads: about eight pages."""
REASON_CHARS = 160


@dataclass
class OwnMaterial:
    """Job description and CV as lines, and what was made of them."""

    settings: Settings
    job: list[str]
    resume: list[str]
    names: str
    """The files as they are named to the user; empty = none were given."""
    notes: tuple[str, ...] = ()
    """What was done with them, for the notebook; filled by `interests`."""
    faults: list[str] = field(default_factory=list)
    """What the endpoint could not do, one sentence each."""

    @classmethod
    def load(cls, job: Path | None, resume: Path | None, settings: Settings) -> OwnMaterial:
        """Both files, if given. Raises InputFileError for one that cannot be used."""
        given = (("job description", job), ("CV", resume))
        names = " and ".join(f"{what} ({path.name})" for what, path in given if path)
        return cls(
            settings,
            read_lines(job) if job else [],
            read_lines(resume) if resume else [],
            names,
        )

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.names)

    @property
    def said(self) -> str:
        """Where the files go, said before anything is read; empty when there are none."""
        if not self.names:
            return ""
        if wants_endpoint(self.settings, self.settings.brain):
            return f"Your {self.names}: the text goes to {endpoint_name(self.settings)} to be read."
        here = f"Your {self.names}: read on this machine"
        if wants_endpoint(self.settings, self.settings.judge):
            return (
                f"{here}; a line that a question quotes goes to {endpoint_name(self.settings)} "
                "with the words."
            )
        return f"{here}, and they stay here."

    def interests(self, bank: QuestionBank) -> Interests:
        """What the files ask for: by a model where the brain has one, else by terms."""
        found = read_by_terms(self.job, self.resume, bank)
        how = "by their terms, on this machine"
        if wants_endpoint(self.settings, self.settings.brain):
            try:
                found = self.read_by_model(bank, found)
                how = f"by the model at {endpoint_name(self.settings)}"
            except ModelError as error:
                self.faults.append(f"{error.what}; your material was read here, by its terms.")
        fitting = [each for each, weight in found.weights.items() if weight > 0]
        best = sorted(fitting, key=lambda each: -found.weights[each])[:3]
        self.notes = (f"Read your {self.names} {how}; closest: {', '.join(best) or 'nothing'}.",)
        self.notes += tuple(self.faults)
        return found

    def read_by_model(self, bank: QuestionBank, by_terms: Interests) -> Interests:
        """The model's choice. Raises ModelError when there is none that can be used."""
        from agent.model_limits import READER_LIMITS

        model = open_model(self.settings, READER_LIMITS)
        try:
            return chosen_by(model, self.job, self.resume, bank, by_terms)
        finally:
            model.close()


def chosen_by(
    model: LanguageModel,
    job: list[str],
    resume: list[str],
    bank: QuestionBank,
    by_terms: Interests,
) -> Interests:
    """What `model` chooses; ids and line numbers that do not exist make the reply invalid.

    What it does not name keeps half its weight by terms, so that the rest stays ordered.
    """
    prompt = render(
        "material",
        MaterialReply,
        most=CHOSEN_AT_MOST,
        questions=list(bank),
        job=job[:LINES_TO_MODEL],
        resume=resume[:LINES_TO_MODEL],
    )
    reply = model.complete(prompt)
    lines, source = (resume, "CV") if resume else (job, "job description")
    unknown = [each.id for each in reply.questions if each.id not in bank.by_id]
    wrong = [n for n in reply.lines if not 1 <= n <= len(lines)]
    if unknown or wrong or not reply.questions:
        raise ModelReplyInvalid("the model's choice names what does not exist")
    weights = {question_id: weight / 2 for question_id, weight in by_terms.weights.items()}
    because = dict(by_terms.because)
    for place, each in enumerate(reply.questions[:CHOSEN_AT_MOST]):
        weights[each.id] = 1 - place / (2 * CHOSEN_AT_MOST)
        because[each.id] = neutralise(each.because)[:REASON_CHARS] or because.get(each.id, "")
    anchors = tuple(f"{source}: {lines[n - 1]}" for n in dict.fromkeys(reply.lines))
    return Interests(weights, because, anchors or by_terms.anchors)

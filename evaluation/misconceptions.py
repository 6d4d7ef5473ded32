"""Statements of the field turned round: claims that are wrong whatever the case.

What the offline judge can honestly see of a wrong answer in fluent words. Each is a reversal that
textbooks warn of; a wrong claim about the case itself has no form that gives it away.
"""

from __future__ import annotations

import re

from evaluation.answer import Answer

PRECISION_OF = r"(?:is|means|tells(?: us)?|measures|says) (?:us )?(?:how many|what share|the share)"
WRONG = tuple(
    re.compile(pattern)
    for pattern in (
        r"\bhigh bias\b.{0,15}\b(?:is|means|leads to|causes)\b.{0,20}\boverfit",
        r"\bhigh variance\b.{0,15}\b(?:is|means|leads to|causes)\b.{0,20}\bunderfit",
        r"\bmore (?:training )?data (?:fixes|cures|removes|lowers) (?:the )?(?:high )?bias\b",
        r"\bregulari[sz]ation (?:increases|raises) (?:the )?(?:variance|overfitting)\b",
        r"\bregulari[sz]ation (?:lowers|reduces|removes) (?:the )?bias\b",
        r"\b(?:lower|lowering|reducing) the threshold\b.{0,25}\b(?:raises|increases|improves|more"
        r"|higher|better) (?:the )?precision\b",
        r"\b(?:raise|raising|higher|increasing) (?:the )?threshold\b.{0,25}\b(?:raises|increases"
        r"|improves|more|higher|better) (?:the )?recall\b",
        r"\bprecision " + PRECISION_OF + r" of (?:all )?(?:the )?(?:actual|real|true) \w+.{0,20}"
        r"\b(?:found|find|caught|catch|detect\w*)\b",
        r"\brecall " + PRECISION_OF + r" of (?:all )?(?:the |our )?(?:alarms|alerts|predictions"
        r"|flagged|predicted) .{0,30}\b(?:right|correct|true)\b",
        r"\b(?:train|tune|fit|choose|select)\w* (?:\w+ ){0,4}on the test (?:set|data)\b",
        r"\b(?:oversampl\w*|smote)\b.{0,25}\b(?:on|in|also) the (?:test|validation) (?:set|data)\b",
        r"\bcorrelation (?:means|proves|shows|implies) (?:causation|that it causes|the cause)\b",
        r"\bp[- ]?value (?:is|means|tells us) the (?:probability|chance) that the (?:null )?"
        r"hypothesis is (?:true|right)\b",
        r"\b(?:boosting|boosted trees) (?:trains?|builds?) (?:the |all )?trees (?:independent\w*"
        r"|in parallel)\b",
        r"\brandom forests?\b.{0,30}\beach (?:new )?tree (?:fixes|corrects|repairs)\b",
        r"\b(?:l2|ridge)\b.{0,30}\b(?:sets|drives|makes|turns)\b.{0,25}\b(?:exactly |to )+zero\b",
        r"\baccuracy (?:is|stays) (?:still )?(?:the )?(?:best|right|fine|good)\b.{0,40}"
        r"\b(?:imbalanc\w*|rare)",
    )
)
NOT_SO = re.compile(
    r"\b(?:not|never|no|wrong|mistake|myth|avoid|danger\w*|leaks?|instead|people (?:say|think)"
    r"|some(?:body|one|times)?|would be|you might think)\b"
)
"""Words with which a wrong statement is warned of and not made."""


def wrong_claim(answer: Answer) -> bool:
    """Whether a statement of the answer turns a known one round, and is not a warning of it."""
    return any(
        pattern.search(unit.norm) and not NOT_SO.search(unit.norm)
        for position, unit in enumerate(answer.units)
        if not answer.questions_in(position)
        for pattern in WRONG
    )

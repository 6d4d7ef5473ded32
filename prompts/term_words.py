"""Which words of a term say something: shared by the linter of the bank and the offline reader."""

from __future__ import annotations

import re


def stem(word: str) -> str:
    """A word without plural and verb endings, cut to STEM_LETTERS ("attackers" is "attack").

    Crude, and the same on both sides of every comparison.
    """
    for ending, least in (("ies", 5), ("ing", 6), ("ed", 5), ("es", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = word[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    return word[:STEM_LETTERS]


STEM_LETTERS = 6
"""Letters of a stem: "attack" and "attackers" meet, "transaction" and "transfer" do not."""


FUNCTION = frozenset(
    """a about after all also am an and any are as at be because been before being both but by
    can could did do does doing done down each few for from get go goes going got had
    has have having he her here him his how i if in into is it its just let like make me
    more most much my no not now of off on one only or other our out over own per really
    same say she should so some such take than that the their them then there these they
    thing things this those to too under until up us use very want was we well were what
    when where which while who why will with would you your yes okay um uh er erm hmm
    know think mean need would might may first second maybe kind sort lot bit""".split()
)


COMMON = frozenset(
    """many model data happen long come time run people look must today bad new often good big
    anyth someth person quickl see work number large system right used two moment exampl set back
    differ fast late old alread exactl give tell question usual happen went yes""".split()
)
"""Stems that stand in questions about anything, so that they point at no particular fact."""


TELLING = frozenset({"rights", "systematic", "personal", "personalised", "exactly-once"})
"""Words that say something although their stem does not."""


def tells_little(term: str) -> bool:
    """True for a term that fits questions about anything: "how many", "what happens", "today"."""
    words = re.findall(r"[a-z0-9%/-]+", term.lower())
    return all(word not in TELLING and (word in FUNCTION or stem(word) in COMMON) for word in words)

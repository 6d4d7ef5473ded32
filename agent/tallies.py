"""Counts and marks of one turn: figures, hedges, assumptions, signposts, solution words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.clauses import Span, clauses, sentences, span
from agent.quantities import quantities
from agent.wording import plain

HEDGE = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|i think|i guess|i suppose|i believe|i would say|kind of|"
    r"sort of|not sure|might|something like|more or less|i feel|presumably)\b"
)
ASSUMPTION = re.compile(
    r"\b(?:i(?:['’]ll| ?will|['’]d| ?would| am going to|['’]m going to| can|['’]m|"
    r" am)?\s+(?:just |also |therefore |simply |then )*"
    r"(?:assum(?:e|ing)|suppos(?:e|ing)|presum(?:e|ing)|take it (?:that|as given)|"
    r"take for granted)|let['’]?s (?:assume|say|suppose|take it)|"
    r"let us (?:assume|say|suppose)|(?:my|one|the|an|another|"
    r"working) (?:working )?assumption (?:is|would be|here is)|assuming(?: that)?|"
    r"we (?:can|could|will|would|may)? ?assume|suppose(?: that)?)\b",
    re.IGNORECASE,
)
NOT_STATED = re.compile(
    r"\b(?:can|could|should|may|shall|would|do) (?:i|we) (?:safely )?(?:assume|suppose)|"
    r"\b(?:can ?not|not|never|don['’]?t|wouldn['’]?t|won['’]?t) (?:just |simply )?assume"
    r"|\bassumption (?:is|was) wrong|\bthat assumption\b",
    re.IGNORECASE,
)
SIGNPOST = re.compile(
    r"\b(?:let me (?:start|begin|walk|outline|structure|split|break|go through|first)|i(?: will|"
    r" would| am going to| would like to| want to) (?:start|begin|walk|cover|go through|"
    r"split|break|structure|outline|talk about|take (?:this|it) in|first)|(?:there are|i see|in|"
    r"into|it has|it is|i have|consists of) (?:two|three|four|five|six|several) (?:main |big |"
    r"broad )?"
    r"(?:parts|steps|stages|pieces|things|layers|areas|phases|sections|topics|components|blocks|"
    r"aspects|points|questions)|my plan|the plan|step (?:one|two|three|1|2|3)|"
    r"first(?:ly)?\b.{0,300}\b(?:second(?:ly)?|then|next|finally|third(?:ly)?)|at a high level|"
    r"high level first|from the top|before i (?:go|dive)|to (?:summari[sz]e|sum up|recap|wrap up|"
    r"conclude)|"
    r"in summary|in short|moving on to|next i(?: will| would)|coming (?:back )?to|"
    r"that brings me to|so that is the|on to the|the first (?:part|thing|step)|the (?:second|"
    r"third|last) (?:part|thing|step)|"
    r"i will come back to|part (?:one|two|1|2))\b"
)
SOLUTION = re.compile(
    r"\b(?:xgboost|lightgbm|catboost|gradient boost\w*|boosted trees?|random forests?|"
    r"decision trees?|logistic regression|linear (?:model|regression)|neural (?:network|net)s?|"
    r"deep learning|transformers?|lstm|rnn|cnn|bert|gnn|graph (?:neural )?networks?|autoencoders?|"
    r"isolation forest|collaborative filtering|matrix factori[sz]ation|"
    r"two.?tower|embeddings?|k.?means|clustering|bandits?|smote|over.?sampl\w+|under.?sampl\w+|"
    r"down.?sampl\w+|class weights?|focal loss|ensembles?|kafka|flink|spark|"
    r"airflow|feature store|redis|kubernetes|docker|triton|canary|shadow (?:mode|deployment)|"
    r"blue.?green|a/?b tests?|kolmogorov|psi|kl divergence|cross.?validation|regulari[sz]ation|"
    r"dropout|caching|a cache|message queue|data warehouse|data lake|delta lake|autoscal\w+|"
    r"quanti[sz]\w+|distill\w+|re.?rank\w*|candidate generation|classifier|rules engine)\b"
)
PROPOSAL = re.compile(
    r"\b(?:i|we) (?:would|will|could|can|am going to) (?:just |then |also |first |probably |"
    r"maybe |simply )*(?:use|build|train|go with|deploy|add|put|run|split|store|stream|log|"
    r"retrain|monitor|compute|cache|serve|score|design|set up|choose|pick|weight|sample|calibrate|"
    r"roll out|version|validate|precompute)\b"
)


def count_numbers(text: str) -> int:
    """Figures that mean something: 5 ms, 2 %, ten thousand users."""
    return len(quantities(text))


def count_hedges(text: str) -> int:
    """Words that make a statement softer."""
    return len(HEDGE.findall(plain(text)))


def find_assumptions(text: str) -> tuple[str, ...]:
    """Stated assumptions, verbatim, from the cue to the end of the clause or short sentence."""
    found: list[str] = []
    for sentence in sentences(text):
        match = ASSUMPTION.search(sentence.text)
        if match is None or sentence.asks or NOT_STATED.search(sentence.text):
            continue
        start = sentence.start + match.start()
        if len(sentence.text[match.end() :].split()) < 2:
            continue
        end = next((c.end for c in clauses(text) if c.start <= start < c.end), sentence.end)
        if len(text[start:end].split()) < 4:
            end = sentence.end
        found.append(span(text, start, end).text.rstrip(" ,;:"))
    return tuple(dict.fromkeys(found))


def is_signposted(text: str) -> bool:
    """A plan, an order or a summary was announced."""
    return SIGNPOST.search(plain(text)) is not None


def is_solving(text: str, questions: Sequence[Span]) -> bool:
    """A solution was named or proposed outside of questions."""
    rest = [
        s.text for s in sentences(text) if not any(q.start <= s.start < q.end for q in questions)
    ]
    said = plain(" ".join(rest))
    return SOLUTION.search(said) is not None or PROPOSAL.search(said) is not None

"""How the field's terms are said aloud: a table of rewritings ahead of every voice.

Engines read "ROC" as a rock, spell "PyTorch" oddly and stumble over "p95 < 50 ms". Only sound is
rewritten: transcripts, captions and reports keep the text as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable

TERMS: dict[str, str] = {
    # Said as a word that the engines do not guess from the spelling.
    "FAISS": "face",
    "PyTorch": "pie torch",
    "BERT": "Bert",
    "NumPy": "num pie",
    "PyPI": "pie P I",
    "SciPy": "sigh pie",
    "scikit-learn": "sy-kit learn",
    "sklearn": "S K learn",
    "SQL": "sequel",
    "NoSQL": "no sequel",
    "MySQL": "my sequel",
    "PostgreSQL": "postgres",
    "CUPED": "cupid",
    "XGBoost": "X G boost",
    "LightGBM": "light G B M",
    "CatBoost": "cat boost",
    "MLflow": "M L flow",
    "MLOps": "M L ops",
    "DevOps": "dev ops",
    "kNN": "K N N",
    "k-NN": "K N N",
    "OOMs": "out of memory errors",
    "OOM": "out of memory",
    "IoT": "I O T",
    "gRPC": "G R P C",
    "OAuth": "oh auth",
    "word2vec": "word to vec",
    "A/B": "A B",
    "CI/CD": "C I, C D",
    "I/O": "I O",
    "TF-IDF": "T F I D F",
    "R²": "R squared",
}
"""Exact spellings, matched as whole words with their case."""

LETTER_BY_LETTER = """
ACH ANN API AUC CDC CNN CPU CTR CVR DAG ELT EMV ETL GBDT GBM GDPR GMV GNN GPU HNSW ID IP KL KPI KS
LLM LSTM LTV MAE MLP MRR MSE NDCG NLP ONNX PCA PII PR PSI QPS RMSE RNN ROC ROI RPC RPS SKU SLA SLI
SLO SSD SVM TPS TPU TTL UX AI ML
"""
SPELLED = frozenset(LETTER_BY_LETTER.split())
"""Acronyms said letter by letter; a plural s stays."""

UNITS: dict[str, str] = {
    "ms": "millisecond",
    "µs": "microsecond",
    "us": "microsecond",
    "kB": "kilobyte",
    "KB": "kilobyte",
    "MB": "megabyte",
    "GB": "gigabyte",
    "TB": "terabyte",
    "PB": "petabyte",
    "Hz": "hertz",
    "kHz": "kilohertz",
    "h": "hour",
    "min": "minute",
    "s": "second",
}
"""Read out after a number only."""
UNCHANGED_IN_PLURAL = frozenset({"hertz", "kilohertz"})

SCALES = {"k": "thousand", "K": "thousand", "M": "million", "B": "billion", "bn": "billion"}
CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds"}

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

NUMBER = r"\d+(?:\.\d+)?"


def unit(match: re.Match[str]) -> str:
    """50 ms -> 50 milliseconds; 1 ms -> 1 millisecond."""
    number, word = match["number"], UNITS[match["unit"]]
    plural = number != "1" and word not in UNCHANGED_IN_PLURAL
    return f"{number} {word}{'s' if plural else ''}"


def money(match: re.Match[str]) -> str:
    """$40 -> 40 dollars; $2M -> 2 million dollars."""
    scale = SCALES.get(match["scale"] or "", "")
    return " ".join(part for part in (match["number"], scale, CURRENCIES[match["sign"]]) if part)


def alternatives(words: frozenset[str] | dict[str, str]) -> str:
    """A regular expression of the words, longest first, so that "kHz" is not read as "k"."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


RULES: tuple[Rule, ...] = (
    (re.compile(r"[*_`#]+(?=\S)|(?<=\S)[*_`]+"), ""),  # Markdown a language model left behind
    (re.compile(r"\be\.g\.,?"), "for example"),
    (re.compile(r"\bi\.e\.,?"), "that is"),
    (re.compile(r"\bvs\.?(?=\s)"), "versus"),
    (re.compile(r"\betc\.(?=\s+[a-z])"), "et cetera"),
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
    (
        re.compile(rf"(?P<sign>[$€£])(?P<number>{NUMBER})(?:\s?(?P<scale>k|K|M|B|bn)\b)?"),
        money,
    ),
    (re.compile(rf"({NUMBER})\s?[–—-]\s?(?={NUMBER})"), r"\1 to "),
    (
        re.compile(rf"(?P<number>{NUMBER})\s?(?P<unit>{alternatives(UNITS)})\b(?![/'])"),
        unit,
    ),
    (
        re.compile(rf"({NUMBER})\s?({alternatives(SCALES)})\b"),
        lambda match: f"{match[1]} {SCALES[match[2]]}",
    ),
    (re.compile(rf"({NUMBER})\s?%"), r"\1 percent"),
    (re.compile(rf"({NUMBER})\s?[x×]\b|\b({NUMBER})×"), lambda m: f"{m[1] or m[2]} times"),
    (re.compile(rf"[×x]({NUMBER})\b"), r"times \1"),
    (re.compile(r"\b[pP](\d{2})\.(\d)\b"), r"P \1 point \2"),
    (re.compile(r"\b[pP](50|75|90|95|99|999)\b"), r"P \1"),
    (re.compile(r"\bF1\b"), "F one"),
    (re.compile(r"\bL([12])\b"), r"L \1"),
    (re.compile(r"@(?=\s?(?:\d|[kK]\b))"), " at "),
    (re.compile(r"\bO\((.+?)\)"), r"order \1"),
    (re.compile(r"(?:<=|≤)\s?"), "at most "),
    (re.compile(r"(?:>=|≥)\s?"), "at least "),
    (re.compile(rf"<\s?(?={NUMBER})"), "below "),
    (re.compile(rf">\s?(?={NUMBER})"), "above "),
    (re.compile(rf"[~≈]\s?(?={NUMBER})"), "about "),
    (re.compile(r"\s?(?:->|→)\s?"), " to "),
    (re.compile(r"\s&\s"), " and "),
    (re.compile(r"(?<=[A-Za-z]{3})/(?:s|sec)\b"), " per second"),
    (re.compile(r"(?<=\d)/(?:s|sec)\b"), " per second"),
    (
        re.compile(rf"(?<![\w-])({alternatives(TERMS)})(?![\w-])"),
        lambda match: TERMS[match[1]],
    ),
    (
        re.compile(rf"(?<![\w/])({alternatives(SPELLED)})(s?)(?![\w/])"),
        lambda match: " ".join(match[1]) + match[2],
    ),
    (re.compile(r"[ \t]{2,}"), " "),
)
"""Applied in this order: numbers with their units before letters are taken apart."""


def for_speech(text: str) -> str:
    """`text` rewritten so that a speech engine says what an engineer would say."""
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text.strip()

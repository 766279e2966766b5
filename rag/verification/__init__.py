"""Nothing reaches a reader that its evidence does not carry: one door, `Verifier.verify_claims`.

verify.py    a claim against paragraphs: vetoes, then the checker
numbers.py   exact vetoes: numbers, dates and times, as `rag.figures` reads them
quotes.py    exact vetoes: quoted words and addresses
names.py     exact vetoes: names, across scripts by sounds.py
checker.py   the trained checker; likeness.py stands in where there is none
citing.py    drafts of quoted sentences -> answers
reply.py     a language model's sentences -> claims
"""

from rag.verification.checker import Checker, Pair, shipped_checker
from rag.verification.citing import cite_draft
from rag.verification.numbers import find_mismatches
from rag.verification.reply import Reply
from rag.verification.verify import Statement, Verifier

__all__ = [
    "Checker",
    "Pair",
    "Reply",
    "Statement",
    "Verifier",
    "cite_draft",
    "find_mismatches",
    "shipped_checker",
]

"""Verification put to the test by claims that a falsifier of its own makes, and by claims written by hand.

The falsifier reads numbers, dates and names with a few rules of this folder, never with those of `rag`: a number that the check
reads wrongly would else be falsified wrongly too, and not be seen. Texts are passages in several languages (`texts`); a maker
changes one sentence in one way (`amounts`, `dates`, `quoted`, `names`, `verbs`, `clauses`); `claims` collects what they make,
`putting` asks verification, `printing` counts, `command` is the command line.
"""

from evals.probe.claims import Claim, by_hand, made
from evals.probe.putting import Row, put

__all__ = ["Claim", "Row", "by_hand", "made", "put"]

"""Claims made from paragraphs, true and false, to put verification to the test.

Numbers, dates and names are read here with a few rules of this folder, never with those of `rag`: a number that the check reads
wrongly would else be falsified wrongly too, and not be seen. `texts`: paragraphs in several languages and their sentences.
`amounts`, `dates`, `quoted`, `names`, `verbs`, `clauses`: each changes one sentence in one way. `making` collects what they make.
"""

from evals.research.falsifying.making import make_claims
from evals.research.falsifying.texts import of_assistant, of_files

__all__ = ["make_claims", "of_assistant", "of_files"]

"""Nothing reaches a reader that its evidence does not carry.

differences.py  what a claim says otherwise than its evidence
quoting.py      drafts of quoted sentences -> answers
support.py      claims in words of their own: what carries them, and if nothing, why not
tenses.py       what is planned, told as done
places.py       countries and cities of Chinese claims
roles.py        one person for another
locating.py     a claim against any paragraphs
"""

from rag.verification.compared import Sentence, repeated
from rag.verification.differences import reasons_against
from rag.verification.locating import locate
from rag.verification.quoting import answer, cite
from rag.verification.revising import Revision
from rag.verification.support import Support, support

__all__ = ["Revision", "Sentence", "Support", "answer", "cite", "locate", "reasons_against", "repeated", "support"]

"""What retrieval, answering, verification and evaluation agree on: language of a text, its words, its numbers and dates.

Folding and normal forms always lead back to the text as written: every token, quantity and folded character knows its
offsets. Digits and negations are never folded away.
"""

from rag.language.detection import detect
from rag.language.folding import Folded, fold, folded, simplified
from rag.language.quantities import Quantity, agrees, quantities
from rag.language.words import Token, find_keys, keys, tokens

__all__ = [
    "Folded",
    "Quantity",
    "Token",
    "agrees",
    "detect",
    "find_keys",
    "fold",
    "folded",
    "keys",
    "quantities",
    "simplified",
    "tokens",
]

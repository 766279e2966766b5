"""What retrieval, answering, verification and evaluation agree on: language of a text, its words, its numbers and dates.

Folding and normal forms always lead back to the text as written: every token, quantity and folded character knows its
offsets. Digits and negations are never folded away.
"""

from rag.language.detection import detect_language
from rag.language.folding import Folded, fold_text, fold_with_offsets, simplify_chinese
from rag.language.quantities import Quantity, find_quantities, match_quantity
from rag.language.words import Token, find_keys, keys, tokens

__all__ = [
    "Folded",
    "Quantity",
    "Token",
    "detect_language",
    "find_keys",
    "find_quantities",
    "fold_text",
    "fold_with_offsets",
    "keys",
    "match_quantity",
    "simplify_chinese",
    "tokens",
]

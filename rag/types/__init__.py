"""What flows through the house: one frozen type per arrow, and the protocols of its replaceable parts.

    Article -> Document -> Paragraph -> Passage -> Draft -> Answer

All offsets are in code points of the text they belong to, half-open: `text[start:end]`.
"""

from rag.types.answers import (
    Answer,
    Draft,
    DraftClaim,
    Evidence,
    Extract,
    Mode,
    Status,
)
from rag.types.articles import (
    LINE_KINDS,
    Article,
    Block,
    Document,
    DocumentLayout,
    Kind,
    Name,
    Paragraph,
    Removed,
    Repair,
    Source,
    Span,
    View,
)
from rag.types.citations import Citation
from rag.types.ids import ParagraphId
from rag.types.passages import Passage, ScoredSentence
from rag.types.protocols import Embedder, Vectors
from rag.types.reasons import Reason
from rag.types.reports import ArticleReport, FileReport, Finding, IngestReport, StoreReport
from rag.types.verdicts import HIDDEN, Claim, ClaimStatus, Place, Verdict

__all__ = [
    "HIDDEN",
    "LINE_KINDS",
    "Answer",
    "Article",
    "ArticleReport",
    "Block",
    "Citation",
    "Claim",
    "ClaimStatus",
    "Document",
    "DocumentLayout",
    "Draft",
    "DraftClaim",
    "Embedder",
    "Evidence",
    "Extract",
    "FileReport",
    "Finding",
    "IngestReport",
    "Kind",
    "Mode",
    "Name",
    "Paragraph",
    "ParagraphId",
    "Passage",
    "Place",
    "Reason",
    "Removed",
    "Repair",
    "ScoredSentence",
    "Source",
    "Span",
    "Status",
    "StoreReport",
    "Vectors",
    "Verdict",
    "View",
]

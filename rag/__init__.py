"""Kilnmark: answers from a set of articles, every sentence marked with the paragraph it came from.

from rag import Assistant, ingest

ingest(["articles/"])
print(Assistant().ask("When did the expo open?").text)
"""

from rag.api import Assistant, ingest, verify
from rag.config import Settings
from rag.errors import RagError
from rag.types import Answer, Article, Citation, Claim, IngestReport, Paragraph, Passage, Source, Verdict

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "Citation",
    "Claim",
    "IngestReport",
    "Paragraph",
    "Passage",
    "RagError",
    "Settings",
    "Source",
    "Verdict",
    "ingest",
    "verify",
]

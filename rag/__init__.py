"""Kilnmark: answers from a set of articles, every sentence marked with the paragraph it came from.

from rag import Assistant, ingest

ingest(["articles/"])
print(Assistant().ask("When did the expo open?").text)
"""

from rag.api import Assistant, ingest, read, verify
from rag.config import Settings
from rag.errors import RagError
from rag.types import Answer, Article, Citation, Claim, Extract, IngestReport, Paragraph, Passage, Source, Verdict

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "Citation",
    "Claim",
    "Extract",
    "IngestReport",
    "Paragraph",
    "Passage",
    "RagError",
    "Settings",
    "Source",
    "Verdict",
    "ingest",
    "read",
    "verify",
]

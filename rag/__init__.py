"""Kilnmark: answers from a set of articles, every sentence marked with the paragraph it came from.

from rag import Assistant, ingest

ingest(["articles/"])
print(Assistant().ask("When did the expo open?").text)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.api import Assistant, ingest, read, verify
    from rag.config import Settings
    from rag.errors import RagError
    from rag.types import (
        Answer,
        Article,
        Citation,
        Claim,
        Extract,
        IngestReport,
        Paragraph,
        Passage,
        Reason,
        Source,
        Verdict,
    )

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
    "Reason",
    "Settings",
    "Source",
    "Verdict",
    "ingest",
    "read",
    "verify",
]

_HOMES = {
    "Assistant": "rag.api",
    "ingest": "rag.api",
    "read": "rag.api",
    "verify": "rag.api",
    "Settings": "rag.config",
    "RagError": "rag.errors",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562): `import rag` alone loads no library."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES.get(name, "rag.types")), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

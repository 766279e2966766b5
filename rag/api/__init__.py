"""Where the stages are joined: `ingest`, `Assistant` and `verify`. The only files that import more than one stage."""

from rag.api.assistant import Assistant
from rag.api.checking import check, repair
from rag.api.ingesting import ingest
from rag.api.reading import read
from rag.api.translating import plan_translations
from rag.api.verifying import verify

__all__ = ["Assistant", "check", "ingest", "plan_translations", "read", "repair", "verify"]

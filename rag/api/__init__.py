"""Where the stages are joined: `ingest`, `Assistant` and `verify`. The only files that import more than one stage."""

from rag.api.assistant import Assistant
from rag.api.checking import check_store, repair_store
from rag.api.following import follow_files
from rag.api.ingesting import ingest
from rag.api.reading import read
from rag.api.telling import list_other_files, tell_changes
from rag.api.translating import plan_translations
from rag.api.verifying import verify

__all__ = [
    "Assistant", "check_store", "follow_files", "ingest", "list_other_files", "plan_translations", "read", "repair_store",
    "tell_changes", "verify",
]  # fmt: skip

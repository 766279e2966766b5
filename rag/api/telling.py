"""What the report of an ingestion says of files and of changes, in lines for a console."""

from __future__ import annotations

import time
from pathlib import Path

from rag.messages import word_file_reason
from rag.types import IngestReport

_NAMED = 10  # files of one reason that a line names; `report.files` names all


def list_other_files(report: IngestReport) -> list[str]:
    """A line for the files beside articles, and one for each reason why others, which were not meant to be articles, are none."""
    skipped = {path for path, _ in report.skipped}
    groups: dict[str, list[str]] = {}
    for file in report.files:
        if file.use != "article" and file.path not in skipped:
            why = "" if file.use == "beside" else word_file_reason(file.code, file.detail)
            groups.setdefault(why, []).append(Path(file.path).name)
    lines: list[str] = []
    for why, names in groups.items():
        named = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        lines.append(f"not read {named}: {why}" if why else f"beside the articles: {named}")
    return lines


def tell_changes(report: IngestReport, skipped: set[tuple[str, str]]) -> list[str]:
    """A line for each thing that an ingestion changed. skipped: what was skipped before it already."""
    now = time.strftime("%H:%M:%S")
    rows = [row for row in report.rows if row.change in ("new", "changed")]
    return [
        *(f"{now} {row.file or row.id}: {row.change}, {row.paragraphs} paragraphs" for row in rows),
        *(f"{now} {path}: {reason}" for path, reason in report.skipped if (path, reason) not in skipped),
        *(f"{now} {identity}: removed, its file is gone" for identity in report.dropped),
    ]

"""Pages of the bench's corpus, kept one a line in a file. The standard library is enough: other systems read it too."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "texts.jsonl"


@dataclass(frozen=True)
class Page:
    """An article of the bench: `name_line` is its one-line description, where it has one; `language` an ISO 639-1 code."""

    id: str
    name_line: str
    language: str
    paragraphs: tuple[str, ...]


def write_pages(folder: Path, pages: Sequence[Page]) -> None:
    """Keep the pages in the folder; a file that is there is replaced as a whole."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{FILE}.partial"
    with partial.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(asdict(page), ensure_ascii=False) + "\n" for page in pages)
    os.replace(partial, folder / FILE)


def read_pages(folder: Path, paragraphs: int | None = None) -> list[Page]:
    """The first pages of a folder that hold `paragraphs` paragraphs, the last one cut; all when None, none without a file."""
    file = folder / FILE
    if not file.exists():
        return []
    found: list[Page] = []
    left = paragraphs
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            if left is not None and left <= 0:
                break
            row = json.loads(line)
            kept = tuple(row["paragraphs"][:left])
            found.append(Page(row["id"], row["name_line"], row["language"], kept))
            left = None if left is None else left - len(kept)
    return found


def count_paragraphs(pages: Sequence[Page]) -> int:
    """Paragraphs of all pages."""
    return sum(len(page.paragraphs) for page in pages)

"""What lies beside article files: translations and names, each folder looked through once."""

from __future__ import annotations

from pathlib import Path

import rag.names as names
import rag.translations as translations
from rag.corpus import manifest
from rag.errors import ArticleError
from rag.types import Name

Skipped = tuple[str, str]


class Beside:
    """The translations and names of articles; `skipped` gets what cannot be read."""

    def __init__(self, skipped: list[Skipped]) -> None:
        self._skipped = skipped
        self._files: dict[Path, dict[str, list[Path]]] = {}
        self._last: tuple[str, list[translations.Translation]] = "", []
        self._names: dict[Path, tuple[list[Name], str]] = {}

    def list_files(self, path: Path, article_id: str) -> list[Path]:
        """The files that shape what is indexed of an article: its own, and those beside it, there or not."""
        folder = path.parent
        return [path, folder / manifest.NAME, folder / names.FILE, *self._translation_files(path, article_id)]

    def _translation_files(self, path: Path, article_id: str) -> list[Path]:
        if path.parent not in self._files:
            self._files[path.parent] = translations.find_translations(path.parent)
        return list(translations.paths_of(self._files[path.parent], article_id))

    def load_translations(self, origin: str, article_id: str) -> list[translations.Translation]:
        """Translations of the article from the file `origin`, none of an article without one."""
        if not origin:
            return []
        if self._last[0] != origin:
            try:
                found = translations.read_files(self._translation_files(Path(origin), article_id))
            except ArticleError as error:
                found = []
                self._skipped.append((f"translation of {article_id}", error.message))
            self._last = origin, found
        return self._last[1]

    def load_names(self, origin: str) -> tuple[list[Name], str]:
        """The names kept beside the file `origin`, and what they are known by."""
        if not origin:
            return [], ""
        folder = Path(origin).parent
        if folder not in self._names:
            try:
                found = names.load_names(folder)
            except ArticleError as error:
                found = []
                self._skipped.append((names.FILE, error.message))
            self._names[folder] = found, names.digest_names(found)
        return self._names[folder]

    def all_names(self) -> list[Name]:
        """Every name that was read."""
        return [name for found, _ in self._names.values() for name in found]

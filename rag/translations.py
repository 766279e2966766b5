"""Sentence-aligned translations of articles: `translations/<article>.<language>.toml` beside the article's file.

Each `[[sentence]]` has `paragraph` (its id), `original` (the sentence as it stands in the article) and `translation`. The
original is what aligns them: when the article changes, the sentences that changed lose their translation and the others
keep it. A translation whose numbers, dates or names are not those of the original is not used, and said to be so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.article_files import SentenceEntries, parse_tables, read_file
from rag.figures import read_figures
from rag.language import fold_text
from rag.locales import has_spaces
from rag.names import find_lost_names
from rag.types import Name, Paragraph, View
from rag.verification.numbers import find_mismatches

FOLDER = "translations"
_NAME = re.compile(r"(?P<article>.+)\.(?P<language>[a-z]{2,3})\.toml")


@dataclass(frozen=True, slots=True)
class Translation:
    """The sentences of one article in one language, by paragraph id and original sentence. `name` is the file's."""

    name: str
    language: str
    sentences: dict[tuple[str, str], str]
    digest: str


def path_of(article_file: Path, article_id: str, language: str) -> Path:
    """Where the translation of an article into a language lies."""
    return article_file.parent / FOLDER / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', article_id)}.{language}.toml"


def find_translations(folder: Path) -> dict[str, list[Path]]:
    """The files of translations beside the articles of `folder`, by what the article's part of their names is."""
    found: dict[str, list[Path]] = {}
    for path in sorted((folder / FOLDER).glob("*.toml")):
        if match := _NAME.fullmatch(path.name):
            found.setdefault(match["article"], []).append(path)
    return found


def paths_of(files: Mapping[str, Sequence[Path]], article_id: str) -> Sequence[Path]:
    """Those of `files`, as `find` gives them, that translate an article."""
    return files.get(path_of(Path(), article_id, "xx").name.removesuffix(".xx.toml"), ())


def load_translations(article_file: Path, article_id: str) -> list[Translation]:
    """All translations of an article, by language. Raises ArticleError naming the file that cannot be read."""
    return read_files(paths_of(find_translations(article_file.parent), article_id))


def read_files(files: Sequence[Path]) -> list[Translation]:
    """Translations from their files, in that order. Raises ArticleError naming the file that cannot be read."""
    return [_read(path, path.name.rsplit(".", 2)[1]) for path in files]


def _read(path: Path, language: str) -> Translation:
    data = read_file(path, path.name)
    entries = parse_tables(data, SentenceEntries, path.name).sentence
    sentences = {(e.paragraph, e.original): " ".join(e.translation.split()) for e in entries if e.translation.strip()}
    return Translation(path.name, language, sentences, hashlib.sha256(data).hexdigest())


def attach_translations(
    paragraphs: Sequence[Paragraph], found: Iterable[Translation], names: Sequence[Name] = ()
) -> tuple[list[Paragraph], list[str]]:
    """The paragraphs with every translation that has all of their sentences, and one line for each that was not used."""
    problems: list[str] = []
    done = list(paragraphs)
    for translation in found:
        used: set[tuple[str, str]] = set()
        for n, paragraph in enumerate(done):
            if paragraph.language == translation.language or not paragraph.sentences:
                continue
            pairs = [(paragraph.text[a:b], translation.sentences.get((paragraph.id, paragraph.text[a:b])))
                     for a, b in paragraph.sentences]  # fmt: skip
            used |= {(paragraph.id, original) for original, _ in pairs}
            wrong = [
                f"{translation.name}: {paragraph.id}: {reason}"
                for original, text in pairs
                if text is not None
                for reason in compare_translation(original, paragraph.language, text, translation.language, names)
            ]
            problems += wrong
            texts = [text for _, text in pairs if text is not None]
            if not wrong and len(texts) == len(pairs):
                view = _view(translation.language, texts)
                done[n] = replace(done[n], translations=(*done[n].translations, view))
        if stale := len(set(translation.sentences) - used):
            problems.append(f"{translation.name}: {stale} of its sentences do not stand in the article")
    return done, problems


def compare_translation(original: str, language: str, translation: str, into: str, names: Sequence[Name] = ()) -> list[str]:
    """Which numbers and dates of either are not in the other, and which names were lost, in words; empty when none.

    >>> compare_translation("It lasted five days.", "en", "它持续了六天。", "zh")
    ['“five days” is not in the translation', '“六天” is not in the original']
    """
    here, there = read_figures(original, language), read_figures(translation, into)
    gone = [f"“{m.claimed.text}” is not in the translation" for m in find_mismatches(here, there, fold_text(translation))]
    added = [f"“{m.claimed.text}” is not in the original" for m in find_mismatches(there, here, fold_text(original))]
    unnamed = [f"“{name}” is not in the translation" for name in find_lost_names(names, original, language, translation, into)]
    return gone + added + unnamed


def _view(language: str, sentences: Sequence[str]) -> View:
    between = " " if has_spaces(language) else ""
    spans: list[tuple[int, int]] = []
    at = 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + len(between)
    return View(language, between.join(sentences), tuple(spans))

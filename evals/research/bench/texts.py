"""The bench's corpus: real paragraphs in several languages, in a fixed order of which every size takes the beginning."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import sentencex

from evals.research.bench.packages import ALWAYS, PACKAGES, fetch_package, read_package
from evals.research.bench.pages import Page, count_paragraphs, read_pages, write_pages

_QUESTIONS = {"en": "What does {name} do?", "zh": "{name} 有什么用?", "tr": "{name} ne işe yarar?"}


def prepare_texts(folder: Path, wanted: int, say: Callable[[str], None]) -> int:
    """Have `wanted` paragraphs in the folder's file of texts, as far as they can be had; returns how many there are.

    say: gets a line for every package that is downloaded or cannot be.
    """
    known = read_pages(folder)
    if count_paragraphs(known) >= wanted:
        return count_paragraphs(known)
    pages: dict[str, Page] = {}
    seen: set[str] = set()
    for name in PACKAGES:
        if name not in ALWAYS and count_paragraphs(list(pages.values())) >= wanted:
            break
        unpacked = fetch_package(name, folder / "debian", say)
        for page in read_package(name, unpacked) if unpacked else ():
            new = tuple(p for p in page.paragraphs if p not in seen)
            seen.update(new)
            if new:
                pages[page.id] = replace(page, paragraphs=new)
    if count_paragraphs(list(pages.values())) > count_paragraphs(known):
        write_pages(folder, _shuffle(list(pages.values())))
    return max(count_paragraphs(list(pages.values())), count_paragraphs(known))


def _shuffle(pages: list[Page]) -> list[Page]:
    """The pages in an order that mixes packages and is the same everywhere, so that a small size is like a large one."""
    return sorted(pages, key=lambda page: hashlib.blake2b(page.id.encode()).digest())


def split_texts(pages: Sequence[Page]) -> list[str]:
    """What an ingestion embeds of pages: each paragraph, and its sentences, once each, in order."""
    texts: dict[str, None] = {}
    for page in pages:
        for paragraph in page.paragraphs:
            sentences = (sentence.strip() for sentence in sentencex.segment(page.language, paragraph))
            texts.update(dict.fromkeys([paragraph, *filter(None, sentences)]))
    return list(texts)


def make_questions(pages: Sequence[Page], count: int) -> list[str]:
    """Questions about pages by their names, in the languages of the house; every one different.

    >>> make_questions([Page("m/ls.1", "ls - list files", "en", ("It lists.",))], 5)
    ['What does ls do?']
    """
    asked: dict[str, None] = {}
    for page in pages:
        name = page.name_line.split(" ")[0].rstrip(",")
        if name and page.language in _QUESTIONS:
            asked[_QUESTIONS[page.language].format(name=name)] = None
    return list(asked)[:count]

"""What the page says of files that people add, from the section "own_files" of `data/messages/xx.toml`."""

from __future__ import annotations

from dataclasses import dataclass

from rag.languages import cache_for_languages
from rag.wording import list_texts


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """The labels of one language. What is in `{}` is filled by the caller; `stages` are those of an ingestion."""

    title: str
    here: str
    shared: str
    server: str
    read_only: str
    drop: str
    choose: str
    limits: str
    paste: str
    paste_title: str
    paste_text: str
    paste_add: str
    sending: str
    stages: dict[str, str]
    added: str
    used: str
    unused: str
    busy: str
    failed: str
    refused: str
    listed: str
    only: str
    remove: str
    remove_one: str
    remove_all: str
    sure: str
    sure_all: str
    again: str
    removed: str


@cache_for_languages()
def get_own_texts(language: str) -> OwnTexts:
    """The labels of a language; English where the house has none."""
    texts = list_texts("own_files", language.partition("-")[0])
    stages = {key.removeprefix("stage_"): text for key, text in texts.items() if key.startswith("stage_")}
    return OwnTexts(stages=stages, **{key: text for key, text in texts.items() if not key.startswith("stage_")})

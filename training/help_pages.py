"""LibreOffice's help pages (MPL 2.0; Debian packages libreoffice-help-en-us, -zh-cn, -tr) -> parallel paragraphs.

Every block of a page has an id that is the same in all languages, so the pages are aligned as they are. Blocks of one page that
follow one another are put together into paragraphs.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from training.rows import Row

FOLDERS = {"en": "en-US", "zh": "zh-CN", "tr": "tr"}
MAX_PARAGRAPH_CHARS = 700  # in English
_BLOCK = re.compile(r'<p id="(?P<id>(?:par|hd)_id[^"]+)"[^>]*>(?P<text>.*?)</p>', re.DOTALL)
_SENTENCE = re.compile(r"[.!?。！？]$")


def read_help_pages(folder: Path) -> dict[str, list[tuple[int, int, Row]]]:
    """Paragraphs by language with the number of their page and their number on it, the same in each language. A block that one
    language has not translated is left out of all."""
    found: dict[str, list[tuple[int, int, Row]]] = {language: [] for language in FOLDERS}
    root = folder / FOLDERS["en"] / "text"
    for page, path in enumerate(sorted(root.rglob("*.html"))):
        name = path.relative_to(root)
        files = {language: folder / own / "text" / name for language, own in FOLDERS.items()}
        if not all(file.exists() for file in files.values()):
            continue
        blocks = {language: _read_blocks(file) for language, file in files.items()}
        shared = [
            block for block, text in blocks["en"].items()
            if all(block in own and own[block] != text for language, own in blocks.items() if language != "en")
            and all(_SENTENCE.search(own[block]) for own in blocks.values())
        ]  # fmt: skip
        group: list[str] = []
        number = 0
        for block in [*shared, ""]:
            size = sum(len(blocks["en"][own]) for own in group)
            if group and (not block or size + len(blocks["en"][block]) > MAX_PARAGRAPH_CHARS):
                for language, own in blocks.items():
                    context = ("" if language == "zh" else " ").join(own[one] for one in group)
                    found[language].append((page, number, Row("help", f"{page}/{number}", language, language, "", context, None)))
                group, number = [], number + 1
            group.append(block)
    return found


def _read_blocks(path: Path) -> dict[str, str]:
    text = path.read_text(encoding="utf-8")
    found = {}
    for m in _BLOCK.finditer(text):
        plain = " ".join(unescape(re.sub(r"<[^>]+>", "", m["text"])).split())
        if plain:
            found[m["id"]] = plain
    return found

"""Debian's documentation packages -> pages of paragraphs. Packages are unpacked in a folder; nothing is installed."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from evals.research.bench.pages import Page
from evals.research.bench.roff import read_manual_page

# Free documentation of Debian 12. The first ones always, so that small sizes have the languages of large ones; then in this
# order until there are paragraphs enough.
ALWAYS = ("manpages", "manpages-dev", "manpages-zh", "manpages-tr", "debian-reference-en", "debian-reference-zh-cn")
PACKAGES = dict.fromkeys(ALWAYS, "en") | {
    "manpages-zh": "zh", "manpages-tr": "tr", "debian-reference-zh-cn": "zh", "manpages-de": "de",
    "manpages-ja": "ja", "manpages-es": "es", "manpages-ru": "ru",
    "manpages-fr-dev": "fr", "manpages-fr": "fr", "manpages-ja-dev": "ja", "manpages-de-dev": "de", "manpages-pl": "pl",
    "debian-reference-de": "de", "debian-reference-ja": "ja", "manpages-uk": "uk", "manpages-ro": "ro", "manpages-nl": "nl",
}  # fmt: skip
MIN_CHARS, MIN_CHARS_CJK, MAX_CHARS = 60, 25, 1500
MAX_PARAGRAPHS_OF_A_PAGE = 16  # so that no single long page fills a small size
_SECONDS_TO_FETCH = 120


def fetch_package(name: str, folder: Path, say: Callable[[str], None]) -> Path | None:
    """The folder that a package was unpacked in; None, with a line to `say`, when it cannot be had."""
    unpacked = folder / name
    if unpacked.is_dir():
        return unpacked
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        say(f"{name}: left out, since apt-get and dpkg-deb are not here")
        return None
    folder.mkdir(parents=True, exist_ok=True)
    say(f"{name}: downloading this Debian package into {folder}/ (nothing is installed)")
    try:
        _run(["apt-get", "download", name], folder)
        archive = next(folder.glob(f"{name}_*.deb"))
        partial = folder / f"{name}.partial"
        _run(["dpkg-deb", "-x", archive.name, partial.name], folder)
    except (OSError, subprocess.SubprocessError, StopIteration) as error:
        reason = getattr(error, "stderr", None) or str(error)
        say(f"{name}: left out ({str(reason).strip().splitlines()[-1:] or ['no such package']}); try: apt-get update")
        return None
    archive.unlink()
    partial.rename(unpacked)
    return unpacked


def _run(command: Sequence[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=_SECONDS_TO_FETCH)


def read_package(name: str, unpacked: Path) -> Iterator[Page]:
    """The pages of an unpacked package that hold paragraphs, by path."""
    language = PACKAGES[name]
    for file in sorted(p for p in unpacked.rglob("*") if p.is_file() and not p.is_symlink()):
        if "zh_TW" in file.parts:
            continue  # the same pages as in zh_CN, in traditional characters
        if "/man/" in file.as_posix() and re.search(r"\.\d\w*(?:\.gz)?$", file.name):
            page = read_manual_page(_read_text(file))
            name_line, paragraphs = page.name_line, page.paragraphs
        elif re.fullmatch(r"ch\d\d\..*html", file.name):
            name_line, paragraphs = "", tuple(_read_html(file))
        else:
            continue
        kept = tuple(dict.fromkeys(filter(is_prose, paragraphs)))[:MAX_PARAGRAPHS_OF_A_PAGE]
        if kept:
            yield Page(_name_page(name, file), name_line, language, kept)


def _name_page(package: str, file: Path) -> str:
    """An id such as "manpages-zh.zh_TW.ls.1"."""
    variant = file.parent.parent.name if file.parent.name.startswith("man") else ""
    return ".".join(filter(None, [package, "" if variant == "man" else variant, file.name.removesuffix(".gz")]))


def is_prose(text: str) -> bool:
    """Whether a paragraph is long enough to be asked about, not longer than articles have them, and mostly letters.

    >>> is_prose("The file system is mounted read-only when an error is found, and stays so."), is_prose("-a  -b  -c")
    (True, False)
    """
    letters = sum(c.isalpha() for c in text)
    least = MIN_CHARS_CJK if re.search(r"[\u3040-\u9fff]", text) else MIN_CHARS
    return least <= len(text) <= MAX_CHARS and letters > 0.6 * len(text)


def _read_text(file: Path) -> str:
    data = file.read_bytes()
    return (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8", "replace")


def _read_html(file: Path) -> list[str]:
    from lxml import html  # only these packages need it

    tree = html.fromstring(file.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    return [" ".join(str(paragraph.text_content()).split()) for paragraph in tree.iter("p")]

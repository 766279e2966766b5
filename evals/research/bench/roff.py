"""Manual page -> its name and paragraphs of plain text. Tables, examples and pages in the mdoc language are left out.

This is no renderer: it knows the `man` macros and escapes that manual pages are written in (groff_man(7), groff_char(7)) and
drops every other request. A paragraph of a list keeps its tag: "-a, --all do not ignore entries".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ENDS_PARAGRAPH = {"SH", "SS", "PP", "P", "LP", "TP", "TQ", "IP", "HP", "RS", "RE", "sp", "TH"}
_JOINS_WITH_SPACES = {"B", "I", "SM", "SB", "R"}
_JOINS_WITHOUT_SPACES = {"BR", "RB", "IR", "RI", "BI", "IB"}
_LEFT_OUT = {"nf": "fi", "EX": "EE", "TS": "TE", "de": ".", "ig": ".", "PS": "PE", "EQ": "EN"}  # first macro: last macro
_CHARACTERS = {
    "aq": "'", "lq": "“", "rq": "”", "oq": "‘", "cq": "’", "dq": '"', "em": "—", "en": "–", "bu": "•", "co": "©", "hy": "-",
    "ha": "^", "ti": "~", "ga": "`", "rs": "\\", "mi": "−", "mu": "×", "->": "→", "<-": "←", ">=": "≥", "<=": "≤", "Fo": "«",
    "Fc": "»", "ss": "ß", "tm": "™", "ul": "_", "at": "@", "sh": "#", "Do": "$", "ba": "|", "or": "|", "+-": "±", "de": "°",
}  # fmt: skip
_FONT = re.compile(r"\\f(?:\[[^\]]*\]|\(..|.)|\\s[+-]?\d|\\\*\(..|\\\*\[[^\]]*\]|\\m\[[^\]]*\]|\\[hvw]'[^']*'")
_NAMED = re.compile(r"\\\((..)|\\\[([^\]]+)\]")
_SHORT = {
    "\\-": "-", "\\e": "\\", "\\ ": " ", "\\~": " ", "\\0": " ", "\\'": "´", "\\`": "`", "\\\\": "\\", "\\t": " ", "\\.": ".",
}  # fmt: skip
_ARGUMENT = re.compile(r'"((?:[^"]|"")*)"?|(\S+)')


@dataclass(frozen=True)
class ManualPage:
    """A page's line of the section NAME ("ls - list directory contents") and its paragraphs after that."""

    name_line: str
    paragraphs: tuple[str, ...]


def read_manual_page(source: str) -> ManualPage:
    """The text of a page in the `man` macros; nothing of a page in mdoc, which is another language.

    >>> read_manual_page('.TH LS 1\\n.SH NAME\\nls \\\\- list files\\n.SH DESCRIPTION\\n.BR ls (1)\\nlists\\n.PP\\nIt sorts.')
    ManualPage(name_line='ls - list files', paragraphs=('ls(1) lists', 'It sorts.'))
    """
    if re.search(r"^\.(?:Dd|so)\s", source, re.MULTILINE):
        return ManualPage("", ())
    found = [paragraph for paragraph in _split_paragraphs(source) if paragraph]
    named = bool(found) and re.search(r" [-–—−] ", found[0]) is not None
    return ManualPage(found[0] if named else "", tuple(found[1:] if named else found))


def _split_paragraphs(source: str) -> list[str]:
    """The paragraphs, some of them empty. An empty line ends one; the words of a heading are dropped."""
    done: list[list[str]] = [[]]
    until = ""
    heading = False
    for line in source.splitlines():
        macro, arguments = _split_request(line)
        if until:
            until = "" if macro == until else until
        elif macro in _LEFT_OUT:
            until = _LEFT_OUT[macro]
        elif macro in _ENDS_PARAGRAPH or not line.strip():
            done.append([_read_arguments(arguments)[0]] if macro == "IP" and arguments else [])
            heading = macro in ("SH", "SS") and not arguments
        elif heading and macro is None:
            heading = False  # the line after a bare .SH is its words
        else:
            done[-1].extend(_read_words(macro, arguments, line))
    return [_join(lines) for lines in done]


def _read_words(macro: str | None, arguments: str, line: str) -> list[str]:
    """The text of a line, or of a request that sets its arguments in a font; nothing of any other request."""
    if macro is None:
        return [line]
    if macro in _JOINS_WITH_SPACES:
        return [" ".join(_read_arguments(arguments))]
    return ["".join(_read_arguments(arguments))] if macro in _JOINS_WITHOUT_SPACES else []


def _split_request(line: str) -> tuple[str | None, str]:
    """The macro of a line and what follows it; None for a line of text, "" for a comment."""
    if line.startswith((r".\"", r"'\"", r"\"", ".\\#")):
        return "", ""
    if not line.startswith((".", "'")) or line.startswith(("'s", "'t")):
        return None, ""
    name, _, arguments = line[1:].strip().partition(" ")
    return name or "", arguments.partition(r" \"")[0].strip()


def _read_arguments(arguments: str) -> list[str]:
    protected = arguments.replace("\\ ", "\\~")
    return [quoted.replace('""', '"') if quoted else bare for quoted, bare in _ARGUMENT.findall(protected)] or [""]


def _join(lines: list[str]) -> str:
    """The lines as one, without the spaces that a line break leaves between two Chinese or Japanese characters."""
    text = " ".join(" ".join(_strip_escapes(line) for line in lines).split())
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", text)


def _strip_escapes(line: str) -> str:
    line = _NAMED.sub(_name_character, _FONT.sub("", line.partition(r' \"')[0]))
    return re.sub(r"\\(.)", lambda found: _SHORT.get(found[0], "" if found[1] in "&/,|^%:cdup{}" else found[1]), line)


def _name_character(found: re.Match[str]) -> str:
    name = found[1] or found[2]
    if re.fullmatch(r"u[0-9A-Fa-f]{4,6}", name):
        return chr(int(name[1:], 16))
    return _CHARACTERS.get(name, "")

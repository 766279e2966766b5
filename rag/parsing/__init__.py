"""Files that are no plain text -> text: PDF, DOCX, Markdown and HTML, read by others' libraries in a process of their own.

What is in such a file may have been made to do harm, so nothing of it is parsed in the process that asks: `process.Parser` keeps
a child with limits of time and memory, `child` answers there, and one module for each kind owns its library.
"""

from rag.parsing.parsed import CannotParse, Parsed
from rag.parsing.process import Limits, Parser

__all__ = ["CannotParse", "Limits", "Parsed", "Parser"]

"""`python -m evals squad FILE…`: SQuAD-format files through a store of their own, ours and the plain recipe side by side.

files.py     the files -> articles and questions
systems.py   who is asked: the assistant, the plain recipe
pools.py     what a question is put to: a pool of paragraphs, without some of them
asking.py    every question put to a system -> rows
figures.py   rows -> figures
printing.py  figures -> tables and JSON
command.py   the command
"""

from evals.squad.command import add_arguments, main
from evals.squad.files import NotSquad, Question, load

__all__ = ["NotSquad", "Question", "add_arguments", "load", "main"]

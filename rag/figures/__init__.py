"""Numbers, dates and times of texts in English, Chinese and Turkish, read whole or called unread.

reading.py     a text -> its figures
figure.py      the types, units, what rounds a number, digits
words.py       number words: english.py, turkish.py; chinese.py
dates.py       dates, weekdays, times of day
sharing.py     "five to seven million dollars"
"""

from rag.figures.figure import BASES, Figure, base_of
from rag.figures.reading import read_figures

__all__ = ["BASES", "Figure", "base_of", "read_figures"]

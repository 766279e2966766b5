"""Views of an evaluation report: a terminal table, JUnit XML, an HTML page, the tables of docs/results.md, and what changed."""

from evals.report.compare import flips
from evals.report.document import DocumentError, moved, rows, write, wrong_in
from evals.report.junit import junit
from evals.report.page import page
from evals.report.schema import Report
from evals.report.summary import summarize, write_summary
from evals.report.table import show, show_moved, show_scores

__all__ = [
    "DocumentError",
    "Report", "flips", "junit", "moved", "page", "rows", "show", "show_moved", "show_scores", "summarize", "write",
    "write_summary", "wrong_in",
]  # fmt: skip

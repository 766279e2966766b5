"""Views of an evaluation report: a terminal table, JUnit XML, an HTML page, the README, and what changed since another report."""

from evals.report.compare import flips
from evals.report.junit import junit
from evals.report.page import page
from evals.report.readme import ReadmeError, rows, stale, write
from evals.report.schema import Report
from evals.report.table import show

__all__ = ["ReadmeError", "Report", "flips", "junit", "page", "rows", "show", "stale", "write"]

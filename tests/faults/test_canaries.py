"""Keys, passwords, the prompt and questions stand nowhere they do not belong: row T42 of the fault table in docs/results.md."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from rag import Settings
from rag.prompts import SYSTEM
from tests.conftest import HOME
from tests.fakellm import KEY, Server
from tests.faults.app_process import PATIENCE, running_app

PASSWORD = "kiln-CANARY-1904"
QUESTION = "When did the CANARY-question expo open?"
PROMPT = " ".join(SYSTEM.split())[:60]


def found_in(text: str) -> list[str]:
    """Which secrets stand in a text."""
    folded = " ".join(text.split())
    return [secret for secret in (KEY, PASSWORD, PROMPT, "CANARY-question") if secret in folded]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "json"])
def test_t42_a_server_whose_model_repeats_the_key_says_it_nowhere(
    settings: Settings, unused_port: int, tmp_path: Path, form: str
) -> None:
    store = tmp_path / "store"
    shutil.copytree(settings.store, store)
    server = Server(lambda messages: "", status=401)  # its message holds the key
    get = functools.partial(httpx.get, timeout=PATIENCE)
    known = {"RAG_MODEL": "scripted", "OPENAI_BASE_URL": server.settings["base_url"], "OPENAI_API_KEY": KEY}
    try:
        with running_app(store, unused_port, RAG_LOG=form, RAG_AUTH=f"potter:{PASSWORD}", **known) as app:
            command = Path(f"/proc/{app.process.pid}/cmdline").read_text()
            shown = "".join(
                get(app.address + path).text for path in ("", "config", "health", "openapi.json", "no/such/page", "login")
            )
            login = httpx.post(app.address + "login", data={"username": "potter", "password": PASSWORD})
            cookie = {"cookie": next(c.split(";")[0] for c in login.headers.get_list("set-cookie") if "unsecure" in c)}
            asked = httpx.post(f"{app.address}gradio_api/call/v2/ask", json={"question": QUESTION}, headers=cookie)
            url = f"{app.address}gradio_api/call/v2/ask/{asked.json()['event_id']}"
            answer = get(url, headers=cookie).text
            get(f"{app.address}gradio_api/none?key={KEY}", headers={"authorization": f"Bearer {KEY}"} | cookie)
            broken = httpx.post(f"{app.address}gradio_api/call/v2/none", json={"password": PASSWORD}, headers=cookie)
            shown += get(app.address + "config", headers=cookie).text + broken.text + str(broken.headers)
            app.signal()
            assert app.wait() == 0
    finally:
        server.close()
    assert server.bodies and "event: complete" in answer
    assert not set(found_in(answer)) - {"CANARY-question"}  # the answer says which question it answers
    said = "".join(app.said)
    assert "answered" in said and "KeyError" in said
    for text in (command, shown, said):
        assert not found_in(text)
    for path in [*store.rglob("*"), *store.parent.glob("*")]:
        if path.is_file():
            assert not found_in(path.read_bytes().decode("utf-8", "replace")), path


@pytest.mark.parametrize("arguments", [["app.py", "--help"], ["ingest.py", "--help"], ["-m", "rag", "--help"]])
def test_t42_help_takes_no_secret_and_tells_none(arguments: list[str]) -> None:
    environment = {"OPENAI_API_KEY": KEY, "RAG_AUTH": f"potter:{PASSWORD}", "PYTHONPATH": str(HOME), "PATH": ""}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=HOME, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    said = done.stdout + done.stderr
    assert not found_in(said) and not any(word in said for word in ("--key", "--api-key", "--auth", "--password"))

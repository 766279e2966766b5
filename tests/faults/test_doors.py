"""What the page's server lets in: no route without a login but a written few, and no file by any path.

Rows T39 and T44 of the fault table in docs/results.md.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from tests.outside.serving import Served, Waiting, served

# What is served without a login, and why. A route that is in none of these has to be 401, so that a new one fails at first.
OPEN = {
    "/": "asks for the login",
    "/login": "takes it", "/login/": "takes it",
    "/logout": "takes the cookie away; there is none",
    "/health": "how the server is", "/health/live": "that the server is",
    # What the login page is made of, the same for everybody.
    "/static/{path:path}": "", "/assets/{path:path}": "", "/svelte/{path:path}": "", "/favicon.ico": "", "/theme.css": "",
    "/robots.txt": "", "/manifest.json": "", "/pwa_icon": "", "/pwa_icon/{size}": "", "/openapi.json": "",
    "/gradio_api/app_id": "", "/gradio_api/app_id/": "", "/gradio_api/startup-events": "",
    "/gradio_api/user": "says that there is no user", "/gradio_api/user/": "says that there is no user",
    "/gradio_api/token": "says that there is none", "/gradio_api/token/": "says that there is none",
    "/gradio_api/reset": "does nothing any more", "/gradio_api/reset/": "does nothing any more",
    "/gradio_api/theme.css": "",
    "/gradio_api/cancel": "ends an event of which one has to know the id",
    "/gradio_api/heartbeat/{session_hash}": "stays open and says nothing",
}  # fmt: skip
CANARY = "CANARY-of-a-file"


@pytest.fixture(scope="module")
def locked() -> Iterator[Served]:
    with served(Waiting(), auth="potter:kiln-1904") as page:
        yield page


def routes(page: Served) -> list[tuple[str, str]]:
    found = {(r.path, method) for r in iter_route_contexts(page.page.app.routes) for method in r.methods or ("GET",)}
    return sorted(found)


def status_of(page: Served, method: str, path: str, **headers: str) -> int:
    """Of a path sent as it stands."""
    place = urlsplit(page.address)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=20)
    body = b'{"data": [], "fn_index": 0, "session_hash": "x", "event_id": "x"}' if method == "POST" else None
    try:
        connection.request(method, path, body, {"content-type": "application/json"} | headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_t44_every_route_asks_for_the_login_but_the_written_few(locked: Served) -> None:
    known = routes(locked)
    assert len(known) > 40
    for path, method in known:
        filled = re.sub(r"\{[^}]*\}", "x", path)
        status = status_of(locked, method, filled)
        # 403: shut for everybody. 404, 422: there is nothing, or it is not asked rightly; a body or a name was missing.
        allowed = {200, 302, 307, 400, 404, 422, 429, 500} if path in OPEN else {401, 403}
        assert status in allowed, f"{method} {path} is {status}: either it needs the login, or OPEN says why not"


def test_t44_the_written_few_are_routes_there_are(locked: Served) -> None:
    there = {path for path, _ in routes(locked)} | {"/health", "/health/live"}
    assert set(OPEN) <= there, set(OPEN) - there


@pytest.mark.parametrize("path", ["/config", "/gradio_api/info", "/gradio_api/queue/data?session_hash=x", "/gradio_api/call/ask/x"])
@pytest.mark.parametrize(
    "bent",
    [lambda p: p, lambda p: p.upper(), lambda p: "/" + p, lambda p: p.replace("/", "//"), lambda p: p.split("?")[0] + "/",
     lambda p: "/./" + p[1:], lambda p: "/x/.." + p, lambda p: p.replace("g", "%67")],
)  # fmt: skip
def test_t44_no_way_to_write_a_path_goes_round_the_login(locked: Served, path: str, bent) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"):
        status = status_of(locked, method, bent(path))
        assert status in {307, 401, 403, 404, 405, 411}, f"{method} {bent(path)}"


def test_t44_no_made_up_cookie_is_a_login(locked: Served) -> None:
    cookie = httpx.get(locked.address).headers.get("set-cookie", "")
    name = locked.page.app.cookie_id
    for value in ("", "x", "null", "potter", "0" * 32, "../../x"):
        cookies = "; ".join(f"access-token{kind}-{name}={value}" for kind in ("", "-unsecure"))
        assert status_of(locked, "GET", "/config", cookie=cookies) == 401
    assert "access-token" not in cookie


def test_t44_logged_out_is_out(locked: Served) -> None:
    right = httpx.post(locked.address + "login", data={"username": "potter", "password": "kiln-1904"})
    cookie = next(c.split(";")[0] for c in right.headers.get_list("set-cookie") if "unsecure" in c)
    assert status_of(locked, "GET", "/config", cookie=cookie) == 200
    assert status_of(locked, "GET", "/logout", cookie=cookie) in {200, 302, 307}
    assert status_of(locked, "GET", "/config", cookie=cookie) == 401


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A page without a login, and a file beside it."""
    file = tmp_path_factory.mktemp("beside") / "secret.txt"
    file.write_text(CANARY)
    with served(Waiting()) as page:
        yield page, file


WAYS = (
    "/gradio_api/file={}", "/gradio_api/file/{}", "/gradio_api/FILE={}", "/file={}", "/file/{}", "/static/..{}", "/static/{}",
    "/assets/..{}", "/assets/../../../../../../../..{}", "/static/%2e%2e%2f%2e%2e%2f%2e%2e{}", "/svelte/../..{}", "/svelte/{}",
    "/gradio_api/stream/{}", "/gradio_api/proxy={}", "/proxy={}", "/gradio_api/file=%00{}", "/gradio_api/file=/tmp/..{}",
    "/gradio_api/custom_component/x/client/component/..{}", "/theme.css/..{}", "//gradio_api//file={}", "/gradio_api/./file={}",
    "/gradio_api/%66ile={}", "/pwa_icon/..{}", "/manifest.json/..{}", "/gradio_api/deep_link?session_hash=..{}",
)  # fmt: skip
PLACES = ("{file}", "/etc/passwd", "/proc/self/environ", "/proc/self/cmdline", "{home}/app.py", "{home}/.store/CURRENT", "{home}/.env")


@pytest.mark.parametrize("way", WAYS)
def test_t39_no_file_is_handed_out_by_any_path(open_to_all: tuple[Served, Path], way: str) -> None:
    page, file = open_to_all
    place = urlsplit(page.address)
    for name in PLACES:
        target = name.format(file=file, home=Path(__file__).parents[2])
        for path in (way.format(target), way.format(target.replace("/", "%2f")), way.format(target.replace("/", "%252f"))):
            connection = http.client.HTTPConnection(place.hostname, place.port, timeout=20)
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read().decode("utf-8", "replace")
            connection.close()
            assert response.status in {307, 400, 403, 404, 422, 500}, f"{path}: {response.status}"
            assert not any(sign in body for sign in (CANARY, "root:x:", "PATH=", "Serve the Kilnmark"))


@pytest.mark.parametrize(
    "url", ["https://example.org/", "http://127.0.0.1:{port}/", "http://169.254.169.254/latest/", "http://2130706433:{port}/",
            "http://[::1]:{port}/", "file:///etc/passwd", "http%3A%2F%2Fexample.org"],
)  # fmt: skip
@pytest.mark.parametrize("way", ["/gradio_api/file={}", "/gradio_api/proxy={}", "/proxy={}", "/gradio_api/stream/{}"])
def test_t39_no_address_is_fetched_for_anybody(open_to_all: tuple[Served, Path], way: str, url: str) -> None:
    page, _ = open_to_all
    before = len(page.lines())
    assert status_of(page, "GET", way.format(url.format(port=urlsplit(page.address).port))) in {403, 404}
    assert [line["event"] for line in page.lines()[before:] if "failure" in line] == []

"""The real pages in a real browser: somebody signed in, at a desk or with a phone in the hand.

`at_desk(user)` and `on_phone(user)` open a page whose session belongs to that person; addresses are relative to the
live server. Whatever the console complains about fails the test (an answer of the server that is an error is such a
complaint), unless the test takes it out of `complaints` because it provoked it. `look(page, name)` keeps a screenshot
in var/screens; `accessible(page)` runs axe.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from tests.house.world import World
from zhongshu.identity.models import User
from zhongshu.kernel.clock import now

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "var" / "screens"
AXE = ROOT / "var" / "assets" / "axe.min.js"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SignIn = Callable[..., Page]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder drives a browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium: nothing is downloaded."""
    return {"executable_path": os.environ.get("ZHONGSHU_CHROMIUM", "/usr/bin/chromium"), "args": FLAGS}


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What went wrong in the pages so far; must be empty in the end."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def sign_in(live_server: LiveServer, new_context: Callable[..., BrowserContext], complaints: list[str]) -> SignIn:
    """`sign_in(user, viewport=…, **context)` → a page with that person's session; `None`: nobody's."""

    def open_page(user: User | None, **options: Any) -> Page:
        context = new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        if user is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": live_server.url}]
            )
        page = context.new_page()
        page.on("console", lambda message: _listen(message, complaints))
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        return page

    return open_page


@pytest.fixture
def at_desk(sign_in: SignIn) -> SignIn:
    """A page as wide as a desk's screen."""
    return lambda user=None, **options: sign_in(user, viewport=DESK, **options)


@pytest.fixture
def on_phone(sign_in: SignIn) -> SignIn:
    """A page as a phone shows it."""
    emulation = {"viewport": PHONE, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
    return lambda user=None, **options: sign_in(user, **emulation, **options)


@pytest.fixture
def look() -> Callable[..., None]:
    """Keeps a screenshot, for people to look at."""

    def take(page: Page, name: str, *, whole: bool = False) -> None:
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}.png", full_page=whole)

    return take


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fails when axe finds something serious on the page."""

    def check(page: Page) -> None:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [_sentence(v) for v in found["violations"] if v["impact"] in ("serious", "critical")] == [], page.url

    return check


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.session.session_key or ""


def _listen(message: ConsoleMessage, complaints: list[str]) -> None:
    if message.type in ("error", "warning"):
        complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")


def _sentence(violation: dict[str, Any]) -> str:
    nodes = "; ".join(
        node["html"][:160] + " → " + " ".join(node.get("failureSummary", "").split())[:200]
        for node in violation["nodes"][:4]
    )
    return f"{violation['id']} ({violation['impact']}): {nodes}"


@pytest.fixture
def world(db: None) -> World:
    """A small site that lives now: its people are on duty at this very hour."""
    return World.build(now())

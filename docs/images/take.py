"""Takes the pictures of the README from a running `bin/demo` whose history is whole (see `/demo/`).

    .venv/bin/python docs/images/take.py --url http://127.0.0.1:8000 [NAME …]

Each picture is a row below: its name, who is signed in, the page, and whether on a phone. `follow` is a link on that
page to go on to. Chromium is the system's (`ZHONGSHU_CHROMIUM`).
"""

import os
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

HERE: Final = Path(__file__).resolve().parent
PASSWORD: Final = "zhongshu2026"  # noqa: S105 - printed at every start of the demo
HERO: Final = "P1-2-1-403.1"
DESK: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 800}}
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 1.5, "is_mobile": True, "has_touch": True,
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    name: str
    user: str
    path: str
    phone: bool = False
    follow: str = ""


PICTURES: Final = (
    Picture("score-why", "yql01", f"/care/accounts/{HERO}"),
    Picture("score-task", "yql11", "/care/tasks", phone=True, follow="main a[href^='/care/tasks/']"),
    Picture("score-bands", "yql01", "/care/bands"),
    Picture("score-flow", "yql01", "/care/flow"),
    Picture("score-elevation", "yql01", "/care/elevation?building=P1-2"),
    Picture("score-survey", "yql01", "/community/surveys", follow="main a[href^='/community/surveys/2'] >> nth=1"),
)


def take(browser: Browser, url: str, picture: Picture) -> None:
    """One picture, of what is to be seen without scrolling."""
    how = PHONE if picture.phone else DESK
    context = browser.new_context(base_url=url, locale="zh-CN", timezone_id="Asia/Shanghai", **how)
    page = context.new_page()
    _sign_in(page, picture.user)
    page.goto(picture.path)
    if picture.follow:
        address = page.locator(picture.follow).first.get_attribute("href") or ""
        page.goto(address.replace("/care/tasks/", "/care/m/tasks/") if picture.phone else address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=HERE / f"{picture.name}.png")
    context.close()


def _sign_in(page: Page, user: str) -> None:
    page.goto("/sign-in")
    page.fill("[name=username]", user)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)


def main(url: str, names: Iterable[str]) -> None:
    wanted = set(names) or {picture.name for picture in PICTURES}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("ZHONGSHU_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for picture in PICTURES:
            if picture.name in wanted:
                take(browser, url, picture)
        browser.close()


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("names", nargs="*", help="only these pictures")
    options = parser.parse_args()
    main(options.url, options.names)

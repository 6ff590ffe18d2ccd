"""The files of `deploy/`, the table of variables, the commands and the settings say the same."""

import ast
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

from zhongshu.config import programs
from zhongshu.kernel.command import module_of

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
TABLE = ROOT / "docs" / "configuration.md"
VARIABLE = re.compile(r"\b(?:ZHONGSHU_[A-Z_]*[A-Z]|DATABASE_URL)\b")
COMPOSE_ONLY = re.compile(r"\$\{([A-Z_]+)|\{\$([A-Z_]+)\}")


def described() -> dict[str, tuple[str, str]]:
    """Default and readers of each variable in the table."""
    rows = [line.strip("| ").split(" | ") for line in TABLE.read_text().splitlines() if line.startswith("| `")]
    assert all(len(row) == 4 for row in rows), [row for row in rows if len(row) != 4]
    return {name.strip("`"): (default, readers) for name, default, _meaning, readers in rows}


def named_by(files: Iterator[Path]) -> set[str]:
    return {name for file in files for name in VARIABLE.findall(file.read_text())}


def deploy_files() -> list[Path]:
    return [file for file in DEPLOY.rglob("*") if file.is_file() and file.name != ".env"]


class TestVariables:
    def test_what_the_code_reads_is_in_the_table_and_nothing_else_is(self) -> None:
        read = set()
        for file in [*ROOT.glob("zhongshu/**/*.py"), *ROOT.glob("bin/*.py")]:
            read |= {text for text in _texts(file) if VARIABLE.fullmatch(text)}
        for_tests = set(VARIABLE.findall(TABLE.read_text().partition("For tests")[2]))
        assert read - for_tests == set(described())

    def test_every_row_says_who_reads_it(self) -> None:
        readers = {part for _default, readers in described().values() for part in readers.split(", ")}
        assert readers <= {"web", "worker", "all"}

    def test_defaults_of_the_programs(self) -> None:
        table = described()
        assert table["ZHONGSHU_BIND"][0] == f"`{programs.HOST}`"
        assert table["ZHONGSHU_WEB_WORKERS"][0] == f"`{programs.WEB_WORKERS}`"
        assert table["ZHONGSHU_JOBS_AT_ONCE"][0] == f"`{programs.JOBS_AT_ONCE}`"

    def test_what_the_deploy_files_name_is_in_the_table(self) -> None:
        assert named_by(iter(deploy_files())) <= set(described())

    def test_what_compose_asks_for_is_in_its_example(self) -> None:
        asked = COMPOSE_ONLY.findall((DEPLOY / "compose.yaml").read_text() + (DEPLOY / "Caddyfile").read_text())
        names = {first or second for first, second in asked}
        example = (DEPLOY / "environment.example").read_text()
        assert names == set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
        assert all(f"`{name}`" in TABLE.read_text() for name in names)

    def test_examples_hold_no_secrets(self) -> None:
        examples = [file.read_text() for file in deploy_files() if file.name == "environment.example"]
        assert len(examples) == 2
        for text in examples:
            assert not re.search(r"(PASSWORD|TOKEN|KEY)=\S", text)
            assert "DATABASE_URL" not in text or ":PASSWORD@" in text


class TestCommands:
    def test_every_command_exists(self) -> None:
        compose = re.findall(r"command: \[([a-z]+)", (DEPLOY / "compose.yaml").read_text())
        units = [
            re.findall(r"ExecStart=/opt/zhongshu/bin/zhongshu (\S+)", u.read_text()) for u in UNITS.glob("*.service")
        ]
        container = re.findall(r'^CMD \["([a-z]+)"', (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
        named = {*compose, *(word for words in units for word in words), *container}
        assert {"web", "worker", "migrate", "backup"} <= named
        assert all(get_commands().get(module_of(name)) == "zhongshu.config" for name in named)

    def test_docs_name_commands_that_exist(self) -> None:
        text = (ROOT / "docs" / "operations.md").read_text()
        words = set(re.findall(r"(?:bin/zhongshu|(?<![-\w])zhongshu) ([a-z][a-z-]+)", text)) - {"help"}
        assert {"backup", "restore", "migrate", "create-user"} <= words
        assert {word for word in words if module_of(word) not in get_commands()} == set()


class TestPorts:
    def test_the_proxy_of_compose_asks_where_the_webs_answer(self) -> None:
        compose, proxy = (DEPLOY / "compose.yaml").read_text(), (DEPLOY / "Caddyfile").read_text()
        webs = re.findall(r"^  (web-\d):", compose, re.MULTILINE)
        (port,) = re.findall(r'command: \[web, --port, "(\d+)"\]', compose)
        assert re.findall(r"reverse_proxy (.*) \{", proxy) == [" ".join(f"{web}:{port}" for web in webs)]
        assert f"EXPOSE {port}" in (DEPLOY / "Containerfile").read_text()

    def test_the_proxy_of_systemd_asks_where_the_webs_answer(self) -> None:
        ports = re.findall(r"zhongshu-web@(\d+)\.service", (UNITS / "zhongshu.target").read_text())
        asked = re.findall(r"127\.0\.0\.1:(\d+)", (UNITS / "Caddyfile").read_text())
        assert ports == asked

    @pytest.mark.parametrize("file", ["Caddyfile", "systemd/Caddyfile"])
    def test_figures_and_health_are_not_for_the_internet(self, file: str) -> None:
        text = (DEPLOY / file).read_text()
        assert "@inside path /metrics /health/*" in text
        assert "respond @inside 404" in text
        assert "health_uri /health/ready" in text

    def test_stopping_waits_longer_than_the_programs_need(self) -> None:
        waits = [int(s) for u in UNITS.glob("*@.service") for s in re.findall(r"TimeoutStopSec=(\d+)", u.read_text())]
        (grace,) = re.findall(r"\n  stop_grace_period: (\d+)s\n", (DEPLOY / "compose.yaml").read_text())
        assert len(waits) == 2
        assert min(*waits, int(grace)) > programs.PATIENCE


class TestTheContainer:
    def test_it_runs_as_nobody_special_on_a_root_that_cannot_be_written(self) -> None:
        last = (DEPLOY / "Containerfile").read_text().rpartition("FROM ")[2]
        assert re.search(r"^USER zhongshu$", last, re.MULTILINE)
        compose = (DEPLOY / "compose.yaml").read_text()
        for word in ("read_only: true", "- ALL", "no-new-privileges:true"):
            assert word in compose.partition("x-web:")[0]

    def test_only_what_the_program_needs_goes_in(self) -> None:
        ignored = (ROOT / ".dockerignore").read_text().splitlines()
        assert ignored[0] == "*"
        copied = re.findall(r"^COPY (\w+) ", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
        assert sorted(copied) == sorted(line[1:] for line in ignored if line.startswith("!"))

    def test_everything_it_copies_exists(self) -> None:
        copied = re.findall(r"^COPY (\w+) ", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
        assert all((ROOT / name).exists() for name in copied)

    def test_the_clients_are_of_the_servers_version(self) -> None:
        """Debian 12 has the programs of PostgreSQL 15."""
        assert "FROM debian:12-slim" in (DEPLOY / "Containerfile").read_text()
        assert "image: postgres:15" in (DEPLOY / "compose.yaml").read_text()

    def test_no_file_names_a_registry(self) -> None:
        for file in deploy_files():
            images = re.findall(r"^(?:FROM|\s*image:) (\S+)", file.read_text(), re.MULTILINE)
            assert not [image for image in images if "/" in image]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
class TestUnits:
    @pytest.fixture(scope="class")
    @classmethod
    def units(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """The units with the programs of this clone."""
        directory = tmp_path_factory.mktemp("units")
        shutil.copytree(UNITS, directory, dirs_exist_ok=True)
        for unit in directory.glob("*.service"):
            unit.write_text(unit.read_text().replace("/opt/zhongshu/", f"{ROOT}/"))
        return directory

    def analyze(self, units: Path, *words: str) -> str:
        path = {"SYSTEMD_UNIT_PATH": f"{units}:/usr/lib/systemd/system:/lib/systemd/system"}
        done = subprocess.run(
            ["systemd-analyze", *words], env=os.environ | path, cwd=units, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def test_they_are_sound(self, units: Path) -> None:
        names = ["zhongshu-web@8001.service", "zhongshu-worker@1.service", "zhongshu-backup.timer", "zhongshu.target"]
        said = self.analyze(units, "verify", *(f"./{name}" for name in names))
        assert not [line for line in said.splitlines() if str(units) in line]

    @pytest.mark.parametrize(
        "unit", ["zhongshu-web@8001.service", "zhongshu-worker@1.service", "zhongshu-backup.service"]
    )
    def test_they_may_do_little(self, unit: str, units: Path) -> None:
        said = self.analyze(units, "security", "--offline=yes", "--no-pager", f"./{unit}")
        (exposure,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", said)
        assert float(exposure) <= 2.0


def _texts(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value

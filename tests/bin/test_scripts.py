"""The commands a newcomer types first, in surroundings that are not as they should be."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.template import ready_data
from zhongshu.kernel import translations
from zhongshu.kernel.database import Server
from zhongshu.web import build_assets

REPOSITORY = Path(__file__).resolve().parents[2]


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, env=own | environment
    )


def the_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one line a refused command leaves, after those on what it is busy with, which end with an ellipsis."""
    assert done.returncode == 1
    assert done.stdout == ""
    (sentence,) = [line for line in done.stderr.splitlines() if not line.endswith("…")]
    return sentence


class TestAMachineWithoutThePythonWeNeed:
    @pytest.fixture
    def clone(self, tmp_path: Path) -> Path:
        for part in ("bin", "requirements"):
            shutil.copytree(REPOSITORY / part, tmp_path / "clone" / part)
        return tmp_path / "clone"

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        """A PATH with the few programs every machine has, and no Python."""
        path = tmp_path / "path"
        path.mkdir()
        for program in ("sh", "dirname", "readlink"):
            (path / program).symlink_to(shutil.which(program) or "")
        return path

    def test_no_python(self, clone: Path, path: Path) -> None:
        sentence = the_sentence(run(clone / "bin/zhongshu", "check", PATH=str(path)))
        assert "needs Python 3.11" in sentence
        assert "python3-venv" in sentence

    def test_python_without_venv(self, clone: Path, path: Path) -> None:
        python = path / "python3"
        without = "import runpy, sys; sys.modules['ensurepip'] = None; del sys.argv[0]; sys.path[0] = 'BIN'"
        without = without.replace("BIN", str(clone / "bin")) + "; runpy.run_path(sys.argv[0], run_name='__main__')"
        choose = f'[ "$1" = -c ] && exec {sys.executable} "$@"\nexec {sys.executable} -c "{without}" "$@"\n'
        python.write_text(f"#!/bin/sh\n{choose}", encoding="utf-8")
        python.chmod(0o755)
        sentence = the_sentence(run(clone / "bin/zhongshu", "check", PATH=str(path)))
        assert sentence.endswith("apt-get install python3-venv")
        assert not (clone / ".venv").exists()


class TestDemo:
    def test_a_port_that_is_taken(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = str(other.getsockname()[1])
            sentence = the_sentence(run(REPOSITORY / "bin/demo", "--port", port, "--data", tmp_path / "data"))
        assert f"port {port} is taken" in sentence
        assert not (tmp_path / "data").exists()

    def test_fresh_leaves_other_peoples_directories_alone(self, tmp_path: Path) -> None:
        (tmp_path / "photos").mkdir()
        done = run(REPOSITORY / "bin/demo", "--port", free_port(), "--data", tmp_path, "--fresh")
        assert "is not a data directory of Zhongshu (it holds photos)" in the_sentence(done)
        assert (tmp_path / "photos").exists()

    def test_fresh_leaves_a_file_alone(self, tmp_path: Path) -> None:
        (tmp_path / "notes").write_text("mine")
        done = run(REPOSITORY / "bin/demo", "--port", free_port(), "--data", tmp_path / "notes", "--fresh")
        assert "is in the way of a directory" in the_sentence(done)
        assert (tmp_path / "notes").read_text() == "mine"

    @pytest.mark.parametrize("option", ["--port=70000", "--data="])
    def test_no_such_port_and_no_such_directory(self, option: str) -> None:
        assert run(REPOSITORY / "bin/demo", option).returncode == 2


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return str(door.getsockname()[1])


def forget_cluster(data: Path) -> None:
    """Root's pytest directory is closed to the server's user, so the cluster lies elsewhere."""
    server = Server(data)
    if server.place.is_symlink():
        shutil.rmtree(server.cluster.parent)


class TestZhongshu:
    def test_it_starts_the_database_it_needs_and_leaves_none_behind(self, tmp_path: Path) -> None:
        done = run(REPOSITORY / "bin/zhongshu", "version", ZHONGSHU_DATA=str(tmp_path / "data"))
        assert done.returncode == 0, done.stderr
        server = Server(tmp_path / "data")
        try:
            assert server.place.exists()
            assert not server.is_running()
        finally:
            forget_cluster(tmp_path / "data")

    def test_told_to_end_it_leaves_no_database_behind_either(self, tmp_path: Path) -> None:
        ready_data(tmp_path / "data")
        server = Server(tmp_path / "data")
        command = [REPOSITORY / "bin/zhongshu", "classify", "--file", "-", "--json"]
        own = {**os.environ, "ZHONGSHU_DATA": str(tmp_path / "data")}
        own.pop("DATABASE_URL", None)
        with subprocess.Popen(command, env=own, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as waiting:
            assert waiting.stdin is not None
            assert waiting.stdout is not None
            waiting.stdin.write("text\n漏水\n".encode())
            waiting.stdin.flush()
            assert json.loads(waiting.stdout.readline())["text"] == "漏水"
            was_running = server.is_running()
            waiting.terminate()
            assert waiting.wait(timeout=30) == 128 + signal.SIGTERM
        assert (was_running, server.is_running()) == (True, False)
        forget_cluster(tmp_path / "data")

    def test_the_first_command_finds_its_tables_and_so_does_a_second_beside_it(self, tmp_path: Path) -> None:
        data = {"ZHONGSHU_DATA": str(tmp_path / "data")}
        commands = [["site", "list", "--json"], ["site", "add", "HJY", "海景园", "--json"]]
        with ThreadPoolExecutor() as pool:
            listed, added = pool.map(lambda words: run(REPOSITORY / "bin/zhongshu", *words, **data), commands)
        forget_cluster(tmp_path / "data")
        assert (listed.returncode, added.returncode) == (0, 0), listed.stderr + added.stderr
        assert json.loads(added.stdout)["code"] == "HJY"

    def test_without_words_it_names_our_commands_as_they_are_typed(self, tmp_path: Path) -> None:
        told = run(REPOSITORY / "bin/zhongshu", ZHONGSHU_DATA=str(tmp_path / "data"))
        forget_cluster(tmp_path / "data")
        assert {"import", "resolve-place", "tick"} <= {line.split()[0] for line in told.stdout.splitlines() if line}
        assert "makemigrations" not in told.stdout

    def test_from_another_directory_relative_paths_mean_that_one(self, tmp_path: Path) -> None:
        (tmp_path / "mine/pg").mkdir(parents=True)
        command = ["sh", "-c", f'cd "{tmp_path}" && exec "{REPOSITORY}/bin/zhongshu" check']
        sentence = the_sentence(run(*command, ZHONGSHU_DATA="mine"))
        assert f"{tmp_path}/mine/pg is not a working database directory" in sentence


class TestPageParts:
    def test_the_second_time_nothing_is_done(self) -> None:
        build_assets.build()
        made_at = (build_assets.VENDOR / "icons.svg").stat().st_mtime_ns
        build_assets.build()
        assert (build_assets.VENDOR / "icons.svg").stat().st_mtime_ns == made_at

    def test_every_listed_icon_is_in_the_sprite_and_no_file_names_a_source_map(self) -> None:
        build_assets.build()
        sprite = (build_assets.VENDOR / "icons.svg").read_text(encoding="utf-8")
        assert all(f'<symbol id="{name}"' in sprite for name in build_assets.icon_names())
        for file in build_assets.VENDOR.iterdir():
            assert b"sourceMappingURL" not in file.read_bytes(), file.name

    def test_the_licences_go_along(self) -> None:
        build_assets.build()
        notice = (build_assets.VENDOR / "NOTICE").read_text(encoding="utf-8")
        for package in ("@tabler/core", "@tabler/icons", "@popperjs/core", "echarts", "zrender", "weui"):
            assert f"{package}" in notice
        assert "axe" not in notice, "what only tests use is not handed on"

    def test_the_lock_names_no_registry(self) -> None:
        lock = (build_assets.SOURCES / "package-lock.json").read_text(encoding="utf-8")
        assert '"resolved"' not in lock

    def test_an_icon_that_does_not_exist(self, tmp_path: Path) -> None:
        with pytest.raises(build_assets.AssetsUnavailable, match="home"):
            build_assets._shapes(tmp_path, "home")


class TestTranslations:
    CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "派单"\nmsgstr "Dispatch"\n'

    def test_a_catalogue_is_compiled_when_it_is_newer(self, tmp_path: Path) -> None:
        source = tmp_path / "work/locale/en/LC_MESSAGES/django.po"
        source.parent.mkdir(parents=True)
        source.write_text(self.CATALOGUE, encoding="utf-8")
        target = source.with_suffix(".mo")
        assert translations.compile_newer(tmp_path) == [target]
        assert b"Dispatch" in target.read_bytes()
        assert translations.compile_newer(tmp_path) == []
        later = target.stat().st_mtime + 1
        os.utime(source, (later, later))
        assert translations.compile_newer(tmp_path) == [target]
        assert list(source.parent.glob("*.draft")) == []


@pytest.mark.slow
def test_a_fresh_clone_needs_nothing_but_git_and_python(tmp_path: Path) -> None:
    """Two commands at once, as an impatient newcomer types them: one sets up, the other waits for it."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(REPOSITORY), str(clone)], check=True)
    environment = os.environ | {"ZHONGSHU_DATA": str(tmp_path / "data")}
    command = [str(clone / "bin/zhongshu"), "version"]
    both = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    server = Server(tmp_path / "data")
    if server.place.is_symlink():
        shutil.rmtree(server.cluster.parent)

"""Whatever is published, asked of a machine, or typed at a shell: refused in one sentence.

Each table row is one malformed thing. "Refused" always means: exit 2 (input) or 3 (machine), one
sentence on stderr, a JSON error on stdout, nothing half applied.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.store.home import Home
from kiosk.store.sqlite import require_safe_sqlite
from tests.helpers.command import ROOT, Kiosk, Ran, environment
from tests.helpers.counter import ITEM, copy_of_home, copy_of_platform, home
from tests.helpers.platform_process import run_here as platform_here

__all__ = ["home"]


@pytest.fixture
def kiosk(home: Path) -> Kiosk:
    return Kiosk(home)


# -- publishing: items, forms, lexicon ------------------------------------------------------------


def _items(*items: object) -> bytes:
    return json.dumps(list(items), ensure_ascii=False).encode()


PUBLISHED: dict[str, tuple[str, bytes, str]] = {
    # what: (option, content, words that must be said)
    "items: torn": ("--items", b"[{", ""),
    "items: an object": ("--items", b"{}", ""),
    "items: no id": ("--items", _items({"name": "x"}), 'item number 1, field /: "id"'),
    "items: no name": ("--items", _items({"id": "a"}), 'item a, field /: "name"'),
    "items: an id twice": (
        "--items",
        _items({"id": "a", "name": "x"}, {"id": "a", "name": "y"}),
        "a",
    ),
    "items: a number for a name": ("--items", _items({"id": "a", "name": 5}), "/name"),
    "form: torn": ("--forms", b"{", "bad.json"),
    "form: a list": ("--forms", b"[]", "bad.json"),
    "form: no schema": ("--forms", b'{"form_id": "f", "version": 1}', "bad.json"),
    "form: a version of text": (
        "--forms",
        b'{"form_id": "f", "version": "1", "schema": {"type": "object"}}',
        "/version",
    ),
    "form: an unknown type": (
        "--forms",
        b'{"form_id": "f", "schema": {"properties": {"a": {"type": "colour"}}}}',
        "bad.json",
    ),
    "lexicon: an unknown line": ("--lexicon", b"=\n", "words.txt"),
}


@pytest.mark.parametrize("what", list(PUBLISHED))
def test_what_cannot_be_published_leaves_what_is_published(tmp_path: Path, what: str) -> None:
    option, content, words = PUBLISHED[what]
    data = copy_of_platform(tmp_path)
    before = _tree(data)
    given = tmp_path / "given"
    given.mkdir()
    arguments = ["publish", "--items", str(ROOT / "assets" / "directory" / "items.json")]
    if option == "--items":
        (given / "items.json").write_bytes(content)
        arguments[-1] = str(given / "items.json")
    elif option == "--forms":
        (given / "bad.json").write_bytes(content)
        arguments += [option, str(given)]
    else:
        shutil.copytree(ROOT / "assets" / "lexicon", given, dirs_exist_ok=True)
        (given / "words.txt").write_bytes(content)
        arguments += [option, str(given)]
    told = platform_here(arguments, data, status=2)
    assert words in told, told
    assert "Traceback" not in told
    assert _tree(data) == before


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "publish.lock"
    }


# -- the machine ----------------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("not runnable here: mounting a small tmpfs needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def told_in_one_sentence(ran: Ran, code: str) -> None:
    assert ran.status == 3, ran
    assert ran.json()["error"]["code"] == code
    lines = ran.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("kiosk: ")


def test_a_home_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    told_in_one_sentence(Kiosk(tmp_path / "file" / "home")("init"), "unwritable")


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "32m") as folder:
        home = copy_of_home(folder)
        answers = Kiosk(home).example(ITEM, tmp_path)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        file = ("file", "--item", ITEM, "--answers", str(answers))
        for words in (file, ("init",), ("sync", "once")):
            ran = Kiosk(home)(*words)
            assert ran.status == 3, (words, ran)
            assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
        assert Kiosk(home).ok("directory", "info")["items"] == 91
        assert Kiosk(folder / "new")("init").status == 3
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)


def test_a_full_disk_is_told_before_anything_is_promised(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "240m") as folder:
        home = copy_of_home(folder)
        answers = Kiosk(home).example(ITEM, tmp_path)
        words = ("file", "--item", ITEM, "--answers", answers)
        assert Kiosk(home).ok(*words)["state"] == "queued"
        (folder / "other").write_bytes(bytes(shutil.disk_usage(folder).free - 20_000_000))
        told = Kiosk(home)(*words)
        assert told.status == 3
        assert told.json()["error"]["code"] == "disk-full"
        assert len(Kiosk(home).ok("queue", "list")) == 1
        (folder / "other").unlink()
        assert Kiosk(home).ok(*words)["state"] == "queued"


def test_no_room_to_set_up(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as folder:
        told_in_one_sentence(Kiosk(folder / "home")("init"), "disk-full")


def test_a_second_window_is_told_at_once(kiosk: Kiosk) -> None:
    with Home(kiosk.home).ui_lock():
        told_in_one_sentence(kiosk("run"), "already-open")


def test_without_a_display_it_says_so(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    told_in_one_sentence(kiosk("run"), "no-display")


def test_a_sqlite_that_loses_data_is_not_used(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "kiosk.store.sqlite.require_safe_sqlite", lambda: require_safe_sqlite((3, 51, 2))
    )
    for words in (["queue", "list"], ["sync", "once"], ["agent", "list"]):
        told_in_one_sentence(kiosk(*words), "sqlite-unsafe")


@pytest.mark.parametrize("library", ["sqlcipher3", "argon2", "PySide6", "requests", "cryptography"])
def test_a_missing_library_is_one_sentence(kiosk: Kiosk, tmp_path: Path, library: str) -> None:
    """A real process that cannot find it, as on a machine that was set up by halves."""
    command = ["run"] if library == "PySide6" else ["sync", "once"]
    code = (
        f"import sys; sys.modules[{library!r}] = None; "
        "from kiosk.main.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--home", str(kiosk.home), "--json", *command],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env=environment({"KIOSK_INPUT_DATA": str(tmp_path / "input")}),
        text=True,
        timeout=60,
    )
    ran = Ran(done.returncode, done.stdout, done.stderr)
    told_in_one_sentence(ran, "missing-library")
    assert library in ran.json()["error"]["message"]


def test_missing_fonts_and_input_are_named_and_stop_nothing(
    kiosk: Kiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "fc-list"
    tool.write_text("#!/bin/sh\nexit 0\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("ctypes.util.find_library", lambda _name: None)
    monkeypatch.setattr("kiosk.main.commands.doctor._RIME_DATA", tmp_path)
    ran = kiosk("doctor")
    checks = {one["name"]: one for one in ran.json()["checks"]}
    for name in ("fonts", "librime", "rime schemas"):
        assert not checks[name]["ok"]
        assert not checks[name]["required"]
        assert "install" in checks[name]["detail"] or "missing" in checks[name]["detail"]
    assert ran.status == 0


# -- words on the command line --------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nothing"],
        ["--home"],
        ["queue"],
        ["queue", "show"],
        ["queue", "show", ""],
        ["queue", "show", "\udcff"],
        ["queue", "show", "1234-5678-9"],
        ["queue", "list", "--state", "x"],
        ["queue", "withdraw", "00000000-0000-0000-0000-000000000000"],
        ["directory", "show", "\udcff"],
        ["directory", "show", "../../etc"],
        ["directory", "search", "高龄", "--limit", "0"],
        ["directory", "search", "高龄", "--limit", "x"],
        ["directory", "form", "x", "--example", "--example-mandate"],
        ["init", "--name", "x", "--division", "44", "--phone", "\udcff"],
        ["init", "--name", "x"],
        ["init", "--platform", "http://[::1"],
        ["run", "--window", "0x0"],
        ["file", "--item", ITEM],
        ["agent", "add", "a1"],
        ["sync", "twice"],
        ["doctor", "x"],
    ],
    ids=lambda words: " ".join(words).encode("ascii", "backslashreplace").decode() or "nothing",
)
def test_a_wrong_command_is_refused_in_one_sentence(kiosk: Kiosk, words: list[str]) -> None:
    ran = kiosk(*words)
    assert ran.status == 2, ran
    assert ran.json()["error"]["message"]
    assert len(ran.stderr.strip().splitlines()) == 1


def test_a_name_of_a_file_may_hold_any_bytes(kiosk: Kiosk, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb8\xdf.json"))
    shutil.copy(kiosk.example(ITEM, tmp_path), odd)
    assert kiosk.ok("file", "--item", ITEM, "--answers", odd)["state"] == "queued"
    odd.write_bytes(b"{")
    ran = kiosk.process("file", "--item", ITEM, "--answers", odd)
    assert ran.status == 2
    assert ran.json()["error"]["code"] == "not-json"

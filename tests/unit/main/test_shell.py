"""The command line itself: streams, exits, options anywhere, closed pipes."""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.devices.picture_heads import PictureHead, picture_head
from kiosk.domain.problems import InputProblem
from kiosk.main import cli
from kiosk.main.cli import COMMANDS, build_parser, default_home, main, wanted_command
from kiosk.main.output import Output
from kiosk.main.parsing import UsageProblem
from tests.helpers.command import ROOT, environment, run_here
from tests.helpers.counter import ITEM


def streams(*, as_json: bool) -> tuple[Output, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return Output(as_json=as_json, stdout=out, stderr=err), out, err


def test_under_json_stdout_carries_one_document_and_nothing_else() -> None:
    output, out, err = streams(as_json=True)
    output.words("for people")
    output.note("by the way")
    output.document({"名": "值"}, "words")
    assert json.loads(out.getvalue()) == {"名": "值"}
    assert err.getvalue() == "for people\nby the way\n"


def test_without_json_people_read_words() -> None:
    output, out, err = streams(as_json=False)
    output.document({"a": 1}, lambda: "words")
    output.document({"a": 1}, "more words")
    output.document({"a": 1})
    output.words("said")
    assert out.getvalue() == 'words\nmore words\n{\n  "a": 1\n}\nsaid\n'
    assert not err.getvalue()


def test_a_problem_is_told_on_both_streams() -> None:
    output, out, err = streams(as_json=True)
    output.problem(InputProblem("bad-thing", "It is bad.", path="/a/\udcff"))
    told = json.loads(out.getvalue())["error"]
    assert told == {"code": "bad-thing", "path": "/a/\udcff", "message": "It is bad."}
    assert err.getvalue() == "kiosk: It is bad. [/a/\\udcff] (bad-thing)\n"


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_takes_the_common_options_before_and_after(name: str) -> None:
    parser = build_parser(name)
    with pytest.raises(UsageProblem) as caught:
        parser.parse_args([name, "--home", "x", "--json", "--nonsense"])
    assert "--home" not in caught.value.message
    assert caught.value.exit_status == 2


def test_options_of_the_station_stand_anywhere(tmp_path: Path) -> None:
    for words in (
        ["--home", str(tmp_path), "--json", "queue", "list"],
        ["queue", "--home", str(tmp_path), "--json", "list"],
        ["queue", "list", "--home", str(tmp_path), "--json"],
    ):
        args = build_parser(wanted_command(words)).parse_args(words)
        assert (args.home, args.json) == (tmp_path, True)


def test_the_home_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_home() == Path("/data/jinban")
    monkeypatch.delenv("XDG_DATA_HOME")
    assert default_home() == Path.home() / ".local" / "share" / "jinban"
    monkeypatch.setenv("KIOSK_HOME", "/station")
    assert default_home() == Path("/station")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], None),
        (["--home", "queue", "sync", "once"], "sync"),
        (["--json", "directory", "info"], "directory"),
        (["nothing"], None),
        (["--json"], None),
    ],
)
def test_only_the_wanted_command_is_loaded(words: list[str], wanted: str | None) -> None:
    assert wanted_command(words) == wanted


class Broken:
    """A command whose handler fails in a way of its own."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __call__(self, _args: argparse.Namespace, _out: Output) -> int:
        raise self._error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OSError(28, "No space left on device", "file"), 3, "machine"),
        (OSError("odd"), 3, "machine"),
        (ImportError("libEGL.so.1: cannot open shared object file"), 3, "missing-library"),
        (ModuleNotFoundError("No module named 'argon2'", name="argon2"), 3, "missing-library"),
        (ModuleNotFoundError("No module named 'kiosk.x'", name="kiosk.x"), 70, "bug"),
        (RuntimeError("not foreseen"), 70, "bug"),
    ],
)
def test_how_a_command_ends(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    monkeypatch.setattr("kiosk.main.commands.queue.show_all", Broken(error))
    ran = run_here(["--json", "queue", "list"])
    assert ran.status == status
    assert ran.json()["error"]["code"] == code
    assert ("Traceback" in ran.stderr) is (status == 70)


def test_a_tap_on_control_c_is_no_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.main.commands.queue.show_all", Broken(KeyboardInterrupt()))
    assert run_here(["queue", "list"]).status == 130


def test_a_reader_that_went_away_leaves_no_traceback(home: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "kiosk", "--home", str(home), "directory", "show", ITEM],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
        process.wait(60)
    assert b"Traceback" not in told


def test_help_and_version_are_no_failures(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["--version"], ["file", "--help"]):
        with pytest.raises(SystemExit) as caught:
            main(words)
        assert caught.value.code == 0
    assert "jinban" in capsys.readouterr().out
    assert cli.EXIT_BUG == 70


def test_a_jpeg_with_fill_bytes_before_its_frame_is_a_picture() -> None:
    frame = b"\xff\xc0\x00\x11\x08\x00\x10\x00\x20\x03" + bytes(9)
    exif = b"\xff\xe1\x00\x04ab"
    data = b"\xff\xd8" + exif + b"\xff\xff" + frame
    assert picture_head(data) == PictureHead("image/jpeg", width=32, height=16)
    assert picture_head(b"%PDF-1.7") is None

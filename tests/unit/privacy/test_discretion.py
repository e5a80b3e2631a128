"""Dumps, tracebacks and logs of a process of the station hold nothing of a person."""

from __future__ import annotations

import ast
import logging
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kiosk.domain.problems import Problem
from kiosk.main import discretion
from kiosk.main.commands import doctor
from tests.helpers.command import ROOT, environment
from ui.app import redacted

NAME, NUMBER = "李桂英金丝雀", "440000194305060021"
LOGGED = {"debug", "info", "warning", "error", "exception", "critical", "log"}
HARMLESS = {"code"}
"""Attributes that may be logged: words of ours, never of a person."""
PATTERN = Path("/proc/sys/kernel/core_pattern")


def python(code: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# -- dumps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["doctor", "queue list", "directory info"])
def test_every_command_refuses_dumps(tmp_path: Path, command: str) -> None:
    code = f"""
import ctypes, resource, sys
sys.argv = ["kiosk", "--json", "--home", {str(tmp_path)!r}, *{command.split()!r}]
from kiosk.main.cli import main
main()
print("\\n", resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""
    assert python(code).stdout.splitlines()[-1].strip() == "(0, 0) 0"


def test_the_window_s_own_limits_come_before_its_first_frame(tmp_path: Path) -> None:
    code = f"""
import resource, sys
sys.argv = ["kiosk", "--json", "--home", {str(tmp_path)!r}, "run"]
from kiosk.main.cli import main
main()
print("\\n", resource.getrlimit(resource.RLIMIT_CORE), "ctypes" in sys.modules)
"""
    assert python(code).stdout.splitlines()[-1].strip() == "(0, 0) False"


@pytest.mark.skipif(
    not PATTERN.exists() or PATTERN.read_text().startswith(("|", "/")),
    reason="not runnable here: core files go elsewhere",
)
@pytest.mark.parametrize("discreet", [True, False], ids=["ours", "a control"])
def test_a_crash_leaves_no_core_file(tmp_path: Path, discreet: bool) -> None:
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    if hard != resource.RLIM_INFINITY:
        pytest.skip("not runnable here: core files are off for everybody")
    quiet = "from kiosk.main.discretion import *; be_discreet(); refuse_dumps()" * discreet
    code = (
        "import os, resource\n"
        f"resource.setrlimit(resource.RLIMIT_CORE, ({hard}, {hard}))\n{quiet}\n"
        f"os.chdir({str(tmp_path)!r})\nwords = {NAME!r} * 3\nos.abort()"
    )
    assert python(code).returncode == -6
    cores = list(tmp_path.iterdir())
    assert bool(cores) is not discreet
    assert discreet or any(NAME.encode() in core.read_bytes() for core in cores)


def test_the_doctor_says_what_is_kept_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern, swaps, devices = tmp_path / "pattern", tmp_path / "swaps", tmp_path / "block"
    monkeypatch.setattr(doctor, "_CORE_PATTERN", pattern)
    monkeypatch.setattr(doctor, "_SWAPS", swaps)
    monkeypatch.setattr(doctor, "_BLOCK_DEVICES", devices)
    assert doctor._swap() == "none"
    pattern.write_text("core\n")
    assert doctor._core_dumps().endswith("as core")
    pattern.write_text("|/usr/lib/systemd/systemd-coredump %P %u\n")
    with pytest.raises(Problem, match="systemd-coredump"):
        doctor._core_dumps()
    head = "Filename Type Size Used Priority\n"
    swaps.write_text(head + "/dev/zram0 partition 9 0 -2\n")
    assert doctor._swap() == "in memory or encrypted only"
    swaps.write_text(head + "/dev/zram0 partition 9 0 -2\n/dev/dm-1 partition 9 0 -2\n")
    with pytest.raises(Problem, match="/dev/dm-1"):
        doctor._swap()
    mapped = devices / "dm-1" / "dm"
    mapped.mkdir(parents=True)
    (mapped / "uuid").write_text("CRYPT-PLAIN-swap")
    assert doctor._swap() == "in memory or encrypted only"


def test_the_doctor_never_fails_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_CORE_PATTERN", "_SWAPS"):
        bad = tmp_path / name
        bad.write_text("|/usr/bin/keep\n/dev/sda2 partition 9 0 -2\n")
        monkeypatch.setattr(doctor, name, bad)
    found = {check.name: check for check in doctor._machine_checks()}
    for name in ("core dumps", "swap"):
        assert not found[name].ok
        assert not found[name].required
        assert "run" in found[name].detail


# -- tracebacks ------------------------------------------------------------------------------------


def failing(name: str, number: str) -> None:
    answers = {"name": name}
    try:
        answers[number]
    except KeyError as error:
        raise ValueError(f"{name} has no {number}") from error


def caught() -> ValueError:
    with pytest.raises(ValueError, match="has no") as found:
        failing(NAME, NUMBER)
    return found.value


def test_a_bug_is_told_by_place_and_kind_only() -> None:
    words = discretion.told(caught())
    assert [line for line in words.splitlines() if not line.startswith(" ")] == [
        "KeyError",
        "ValueError",
    ]
    assert "in failing" in words
    assert NAME not in words
    assert NUMBER not in words


def test_uncaught_errors_and_logged_ones_leave_their_words_out() -> None:
    code = f"""
import logging, sys, threading
from kiosk.main.discretion import be_discreet
be_discreet()
def fail(): raise ValueError({NAME!r} + {NUMBER!r}[:6] + str(int({NUMBER!r}) * 3))
try: fail()
except ValueError as error: logging.getLogger("sync").error("the exchange failed", exc_info=error)
thread = threading.Thread(target=fail); thread.start(); thread.join()
fail()
"""
    done = python(code.replace(NAME, "\\u674e\\u6842\\u82f1"))
    assert done.returncode == 1
    assert done.stderr.count("ValueError\n") == 3
    assert "ERROR sync: the exchange failed" in done.stderr
    assert "李桂英" not in done.stderr
    assert str(int(NUMBER) * 3) not in done.stderr


def test_a_chain_that_bites_its_tail_ends() -> None:
    first, second = ValueError("a"), TypeError("b")
    first.__cause__, second.__cause__ = second, first
    assert discretion.told(first) == "TypeError\nValueError\n"
    assert discretion.told(Problem("code", NAME)) == "kiosk.domain.problems.Problem\n"


def test_being_asked_to_stop_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    discretion._tell(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert capsys.readouterr().err == ""


def test_a_process_is_changed_by_its_owner_only() -> None:
    """Importing, and commands run within another process, change nothing."""
    assert sys.excepthook is not discretion._tell
    assert threading.excepthook.__module__ != discretion.__name__
    assert not [
        one
        for one in logging.getLogger().handlers
        if isinstance(one.formatter, discretion._Discreet)
    ]


# -- logs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f'Unable to assign "{NAME}" to int', "Unable to assign … to int"),
        (f"cannot read {NAME} of null", "cannot read … of null"),
        (f"value {NUMBER} out of range", "value … out of range"),
        ("no 'gui ying' here", "no … here"),
        ("mail a.b@c.cn", "mail …"),
        ("file:///opt/ui/Page.qml:31:5: TypeError", "file:///opt/ui/Page.qml:31:5: TypeError"),
        ("", ""),
    ],
)
def test_what_qt_says_is_logged_without_values(said: str, kept: str) -> None:
    assert redacted(said) == kept


def log_calls(path: Path) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LOGGED
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id.strip("_").lower() in {"log", "logger", "logging"}
    ]


def is_harmless(node: ast.expr) -> bool:
    """A constant, a code of ours, or what went through the redaction."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "redacted"
    return isinstance(node, ast.Constant) or (
        isinstance(node, ast.Attribute) and node.attr in HARMLESS
    )


def test_nothing_is_logged_but_codes() -> None:
    found, bad = 0, []
    for folder in ("kiosk", "ui", "sync/engine", "sync/client", "sync/courier", "sync/bundle"):
        for path in (ROOT / folder).rglob("*.py"):
            for call in log_calls(path):
                found += 1
                skipped = isinstance(call.func, ast.Attribute) and call.func.attr == "log"
                if not all(is_harmless(one) for one in call.args[skipped:]):
                    bad.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    assert found >= 4
    assert not bad


def test_the_rule_of_logs_notices_a_leak(tmp_path: Path) -> None:
    leak = tmp_path / "leak.py"
    leak.write_text('_log.info("saved %s", party.name)\n_log.info(f"saved {name}")\n')
    assert [all(is_harmless(one) for one in call.args) for call in log_calls(leak)] == [False] * 2


def test_no_page_writes_to_the_console() -> None:
    loud = [path for path in (ROOT / "ui").rglob("*.qml") if "console." in path.read_text("utf-8")]
    assert not loud

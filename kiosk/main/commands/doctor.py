"""``kiosk doctor``: can this machine be a station?

Rules: every check is one line with a name, whether it is required, whether it holds, and what to
do; a missing comfort (voice, key surface, fonts) never fails the doctor, a threat to what was saved
does; nothing is changed.
"""

from __future__ import annotations

import argparse
import ctypes.util
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import sqlcipher3.dbapi2 as sqlcipher

from kiosk.domain.problems import EnvironmentProblem, Problem
from kiosk.main.clock import SystemClock
from kiosk.main.output import Output
from kiosk.main.parsing import Commands
from kiosk.store.audit import Audit
from kiosk.store.casebook import Casebook
from kiosk.store.directory import Directory
from kiosk.store.drafts import tmpfs_folder
from kiosk.store.findings import findings
from kiosk.store.home import LEAST_FREE, Home
from kiosk.store.keys import load_casebook_key, load_device
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from kiosk.store.sqlite import require_safe_sqlite
from sync.engine.links import links_up

EXIT_ENVIRONMENT: Final = 3
_RIME_DATA: Final = Path("/usr/share/rime-data")
_SCHEMAS: Final = ("pinyin_simp", "jyutping", "stroke")
_EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_FONT_SECONDS: Final = 10
_CORE_PATTERN: Final = Path("/proc/sys/kernel/core_pattern")
_SWAPS: Final = Path("/proc/swaps")
_BLOCK_DEVICES: Final = Path("/sys/class/block")


@dataclass(frozen=True, slots=True)
class Check:
    """One finding."""

    name: str
    required: bool
    ok: bool
    detail: str


def register(commands: Commands) -> None:
    """Add ``kiosk doctor``."""
    parser = commands.add_parser("doctor", help="check this machine")
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace, out: Output) -> int:
    """Check everything and say what was found."""
    checks = [*_machine_checks(), *_home_checks(Home(args.home))]
    out.document(
        {"checks": [asdict(check) for check in checks]}, "\n".join(_line(check) for check in checks)
    )
    failed = any(check.required and not check.ok for check in checks)
    return EXIT_ENVIRONMENT if failed else 0


def _machine_checks() -> list[Check]:
    return [
        _tried("sqlite", _sqlite),
        _tried("sqlcipher", _sqlcipher),
        _tried("pyside6", _pyside),
        _tried("fonts", _fonts, required=False),
        _tried("librime", _librime, required=False),
        _tried("rime schemas", _schemas, required=False),
        _tried("clock", _clock, required=False),
        _tried("core dumps", _core_dumps, required=False),
        _tried("swap", _swap, required=False),
    ]


def _home_checks(home: Home) -> list[Check]:
    checks = [_tried("home", lambda: _home(home))]
    if not checks[0].ok:
        return checks
    return [
        *checks,
        _tried("disk", lambda: _disk(home)),
        _tried("memory folder", lambda: str(tmpfs_folder(home)), required=False),
        _tried("keys", lambda: _keys(home)),
        _tried("casebook", lambda: _casebook(home)),
        _tried("keeping", lambda: _keeping(home), required=False),
        _tried("directory", lambda: _directory(home)),
    ]


def _tried(name: str, look: Callable[[], str], *, required: bool = True) -> Check:
    try:
        return Check(name, required, ok=True, detail=look())
    except Problem as problem:
        return Check(name, required, ok=False, detail=problem.message)


def _fault(message: str) -> EnvironmentProblem:
    return EnvironmentProblem("doctor", message)


def _sqlite() -> str:
    require_safe_sqlite()
    return str(sqlcipher.sqlite_version)


def _sqlcipher() -> str:
    connection = sqlcipher.connect(":memory:")
    try:
        found = connection.execute("PRAGMA cipher_version").fetchone()
    finally:
        connection.close()
    if found is None:
        raise _fault("sqlcipher3 was built without SQLCipher; install its wheel")
    return str(found[0])


def _pyside() -> str:
    try:
        found = version("PySide6-Essentials")
    except PackageNotFoundError:
        raise _fault("PySide6 is not installed; install PySide6-Essentials") from None
    if found.startswith("6.12.") and sys.version_info < (3, 12):
        raise _fault(f"PySide6 {found} crashes on Python 3.11; install a version below 6.12")
    return found


def _fonts() -> str:
    tool = shutil.which("fc-list")
    if tool is None:
        return "only the font that comes with jinban (fontconfig is not installed)"
    listed = subprocess.run(  # noqa: S603 (a fixed command)
        [tool, ":lang=zh-cn", "family"],
        capture_output=True,
        check=False,
        timeout=_FONT_SECONDS,
        text=True,
    )
    families = sorted({line.partition(",")[0] for line in listed.stdout.splitlines() if line})
    if not families:
        raise _fault("no Chinese font is installed; rare characters need fonts-noto-cjk")
    return ", ".join(families[:3])


def _librime() -> str:
    found = ctypes.util.find_library("rime")
    if found is None:
        raise _fault("librime is missing, the keys type digits and letters only; install librime1")
    return found


def _schemas() -> str:
    missing = [name for name in _SCHEMAS if not (_RIME_DATA / f"{name}.schema.yaml").is_file()]
    if missing:
        raise _fault(f"input schemas are missing from {_RIME_DATA}: {', '.join(missing)}")
    return ", ".join(_SCHEMAS)


def _clock() -> str:
    now = SystemClock().now()
    if not _EARLIEST <= now <= _LATEST:
        raise _fault(f"the clock of this machine says {now:%Y-%m-%d}; set it")
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _core_dumps() -> str:
    """Ours are off whatever is set; another program's may show what our window showed."""
    pattern = _CORE_PATTERN.read_text().strip() if _CORE_PATTERN.exists() else ""
    if pattern.startswith("|"):
        raise _fault(
            "crashed programs are kept by "
            f"{pattern[1:].split(' ')[0]}; jinban refuses it for itself, others (the display) do "
            "not: run sysctl kernel.core_pattern=core and set the limit of core files to 0"
        )
    return f"jinban writes none; others by limit, as {pattern or 'no file'}"


def _swap() -> str:
    """Swap that outlives the power may hold what a person typed."""
    lines = _SWAPS.read_text().splitlines()[1:] if _SWAPS.exists() else []
    plain = [name for name in (line.split()[0] for line in lines) if not _forgets(Path(name))]
    if plain:
        raise _fault(
            f"memory is written to {', '.join(plain)} unencrypted, what people type too; "
            "run swapoff, or encrypt it, or use zram"
        )
    return "in memory or encrypted only" if lines else "none"


def _forgets(device: Path) -> bool:
    """Whether a swap device lies in memory, or is encrypted."""
    name = device.resolve().name
    if name.startswith("zram"):
        return True
    mapped = _BLOCK_DEVICES / name / "dm" / "uuid"
    return mapped.is_file() and mapped.read_text().startswith("CRYPT-")


def _home(home: Home) -> str:
    home.require().settings()
    mode = home.path.stat().st_mode & 0o777
    if mode & 0o077:
        raise _fault(f"{home.path} can be read by others (mode {mode:o}); run chmod 700 on it")
    with home.home_lock(shared=True):
        return str(home.path)


def _disk(home: Home) -> str:
    free = home.free_bytes()
    if free < LEAST_FREE:
        raise _fault(f"only {free // 2**20} MB are free on the disk of {home.path}; free some")
    return f"{free // 2**20} MB free"


def _keys(home: Home) -> str:
    device = load_device(home)
    load_casebook_key(home)
    wide = [file.name for file in home.keys.iterdir() if file.stat().st_mode & 0o077]
    if wide:
        raise _fault(f"others can read {', '.join(sorted(wide))} in {home.keys}; run chmod 600")
    return device.terminal


def _casebook(home: Home) -> str:
    with Casebook.open(home, SystemClock()) as casebook:
        casebook.check()
        report = Audit(casebook).verify()
        outbox = Outbox(casebook)
        packages = Packages(home)
        missing = [owed for owed in outbox.owed(None) if not packages.exists(owed)]
        count = sum(outbox.counts().values())
        suspect = casebook.clock_suspect(SystemClock().now())
    if not report.ok:
        raise _fault(f"the audit trail does not fit at row {report.fault}; call the technician")
    if missing:
        raise _fault(f"{len(missing)} packages that are owed are missing, first {missing[0]}")
    late = "; the clock is behind what was recorded" if suspect else ""
    return f"{count} submissions, audit trail of {report.rows} rows{late}"


def _keeping(home: Home) -> str:
    with Casebook.open(home, SystemClock()) as casebook:
        found = findings(casebook, carrier=bool(links_up()))
    if found:
        raise _fault("; ".join(f"{one.detail} ({one.code})" for one in found))
    second = home.settings().second_path
    return f"second copies in {second}" if second else "no second path is set"


def _directory(home: Home) -> str:
    with Directory.open(home.directory_db) as directory:
        info = directory.info()
    return f"version {info.version}, {info.items} items"


def _line(check: Check) -> str:
    mark = "ok  " if check.ok else ("FAIL" if check.required else "miss")
    return f"{mark}  {check.name}: {check.detail}"

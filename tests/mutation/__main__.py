"""``make mutation``: mutmut over the parts that everything stands on, sampled by a seed.

Rules: it works on a copy of the last commit below ``build/mutation``; each part is judged by its
own quick tests only (what they do not notice may still be noticed by the rest of the suite, so the
score is a floor). The same seed and code choose the same mutants. Survivors are printed as
differences, to be read.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
TOOL: Final = ROOT / "build/conformance/mutation/bin/mutmut"
WORK: Final = ROOT / "build/mutation"
_COPIED: Final = ("kiosk", "sync", "ui", "assets", "tests", "docs")
_DOMAIN_TESTS: Final = (
    "tests/unit/domain",
    "tests/unit/domain_validators",
    "tests/unit/directory/test_rows.py",
    "tests/unit/forms/test_people_and_materials.py",
    "tests/unit/journeys/test_documents_and_papers.py",
    "tests/unit/journeys/test_contacting.py",
)
_PARTS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "domain": ("kiosk/domain/*", _DOMAIN_TESTS),
    "protocol": ("sync/protocol/*", ("tests/unit/protocol", "tests/contract/protocol")),
    "engine": ("sync/engine/*", ("tests/unit/sync",)),
    "outbox": ("kiosk/store/outbox.py", ("tests/contract/store/test_lifecycle_persistence.py",)),
    "audit": ("kiosk/store/audit.py", ("tests/unit/store/test_audit_trail.py",)),
}
_KILLED: Final = frozenset({1, 3, 36})  # by a test, by an error of pytest, by its time
_NONE: Final = frozenset({5, 33})  # no test reaches it


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(_PARTS)}; none: all")
    parser.add_argument("--sample", type=int, default=60, help="mutants of each part")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    for part in given.parts or _PARTS:
        judge(part, given.sample, given.seed)


def judge(part: str, sample: int, seed: int) -> None:
    """Mutate one part and print score and survivors."""
    folder = WORK / part
    _prepare(folder, part)
    # Nothing has this name: the mutants are only written and the tests only measured.
    _mutmut(folder, "run", "--max-children", "1", "none.such")
    written = sorted(_codes(folder))
    chosen = random.Random(seed).sample(written, min(sample, len(written)))
    _mutmut(folder, "run", "--max-children", "1", *chosen)
    found = {name: code for name, code in _codes(folder).items() if name in chosen}
    judged = {name: code for name, code in found.items() if code is not None}
    if not judged:
        sys.exit(f"{part}: nothing could be judged; see {folder / 'last.log'}")
    killed = sum(code in _KILLED or code < 0 for code in judged.values())
    _say(f"{part}: {killed} of {len(judged)} noticed, {len(written)} mutants in all, seed {seed}")
    for name, code in sorted(judged.items()):
        if code not in _KILLED and code >= 0:
            _say(f"-- {name}{' (no test)' if code in _NONE else ''}")
            _say(_mutmut(folder, "show", name))


def _prepare(folder: Path, part: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    packed = subprocess.run(
        ["git", "archive", "HEAD", "pyproject.toml", *_COPIED],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    subprocess.run(["tar", "-x"], cwd=folder, input=packed.stdout, check=True)
    pattern, tests = _PARTS[part]
    settings = {
        "source_paths": [pattern.partition("/")[0]],
        "only_mutate": [pattern],
        "also_copy": [name for name in _COPIED if name != pattern.partition("/")[0]],
        "pytest_add_cli_args": [
            *("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist"),
            "--hypothesis-seed=0",
        ],
        "pytest_add_cli_args_test_selection": list(tests),
        "track_dependencies": False,
        "use_git_change_detection": False,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.mutmut]\n" + "\n".join(lines) + "\n")


def _codes(folder: Path) -> dict[str, int | None]:
    """How each mutant ended; None: not tried."""
    found: dict[str, int | None] = {}
    for path in (folder / "mutants").glob("**/*.meta"):
        data: Any = json.loads(path.read_text("utf-8"))
        found |= data["exit_code_by_key"]
    return found


def _mutmut(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [str(TOOL), *arguments],
        cwd=folder,
        env={**os.environ, "CI": "true"},  # hypothesis: no chance, no deadline
        capture_output=True,
        text=True,
        check=False,
    )
    (folder / "last.log").write_text(done.stdout[-20_000:] + done.stderr[-20_000:], "utf-8")
    return done.stdout


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

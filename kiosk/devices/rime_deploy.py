"""Compile the dictionaries of the keyboard, once, at set-up.

Rules:

* The result is a read-only folder, put in place by one rename: half a folder is never seen.
* The work runs in a process of its own (``python -m kiosk.devices.rime_deploy DIR``): compiling
  takes some 100 MB that the station shall not keep, and librime is set up once per process.
* Our words and Guangdong's place names are added to the pinyin dictionary as one more table;
  librime finds their readings from the characters.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from kiosk.devices.keying import Script
from kiosk.devices.rime import load_library, traits
from kiosk.domain.problems import EnvironmentProblem

SYSTEM_DATA = Path("/usr/share/rime-data")
OURS = Path(__file__).resolve().parents[2] / "assets" / "input"
_NEEDED = {
    "pinyin_simp.dict.yaml": "rime-data-pinyin-simp",
    "jyutping.dict.yaml": "librime-data-jyutping",
    "jyutping.phrase.dict.yaml": "librime-data-jyutping",
    "jyutping.lettered.dict.yaml": "librime-data-jyutping",
    "stroke.dict.yaml": "rime-data-stroke",
    "essay.txt": "librime-data",
}
_DEADLINE_S = 300.0
# Weights beside pinyin_simp's own, which run from 0 to 4.8 million (身份证 has 3 572).
_PHRASE_WEIGHT = 20_000
_PLACE_WEIGHT = 300
_CHARACTER_WEIGHT = 1


def is_deployed(prebuilt: Path) -> bool:
    """True when ``prebuilt`` holds everything that the engine opens."""
    return all((prebuilt / f"{script.value}.schema.yaml").is_file() for script in Script)


def deploy(prebuilt: Path, system_data: Path = SYSTEM_DATA) -> None:
    """Compile into ``prebuilt``, replacing what is there. Takes some 20 seconds.

    Raises:
        EnvironmentProblem: the library or a dictionary package is missing, or librime gave up.
    """
    load_library()
    for name, package in _NEEDED.items():
        if not (system_data / name).is_file():
            raise EnvironmentProblem(
                "no-input-data", f"{system_data / name} is missing; install the package {package}"
            )
    prebuilt.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rime-", dir=prebuilt.parent) as folder:
        work = Path(folder)
        _gather(work / "shared", system_data)
        _compile_in_child(work)
        built = work / "user" / "build"
        if not is_deployed(built):
            raise EnvironmentProblem(
                "input-data", "librime compiled no dictionaries; is the disk full?"
            )
        for file in built.iterdir():
            file.chmod(0o444)
        if prebuilt.exists():
            shutil.rmtree(prebuilt)
        built.rename(prebuilt)


def _gather(shared: Path, system_data: Path) -> None:
    """Lay out what librime reads: the system's tables, our schemas and our own table."""
    shared.mkdir()
    for name in _NEEDED:
        (shared / name).symlink_to(system_data / name)
    for script in Script:
        name = f"{script.value}.schema.yaml"
        shutil.copyfile(OURS / name, shared / name)
    schemas = "".join(f"  - schema: {script.value}\n" for script in Script)
    (shared / "default.yaml").write_text(
        f'config_version: "1"\nschema_list:\n{schemas}menu:\n  page_size: 9\n', encoding="utf-8"
    )
    (shared / "kiosk_pinyin.dict.yaml").write_text(_own_table(), encoding="utf-8")


def _own_table() -> str:
    rows = [
        "---",
        "name: kiosk_pinyin",
        'version: "1"',
        "sort: by_weight",
        "import_tables:",
        "  - pinyin_simp",
        "...",
        "",
    ]
    rows += [f"{line}\t{_CHARACTER_WEIGHT}" for line in _lines("characters.txt")]
    rows += [f"{line}\t\t{_PHRASE_WEIGHT}" for line in _lines("phrases.txt")]
    rows += [f"{line}\t\t{_PLACE_WEIGHT}" for line in _lines("places.txt")]
    return "\n".join(rows) + "\n"


def _lines(name: str) -> list[str]:
    return (OURS / name).read_text(encoding="utf-8").split("\n")[:-1]


def _compile_in_child(work: Path) -> None:
    (work / "user").mkdir()
    command = [sys.executable, "-m", __spec__.name, "--compile", str(work)]
    roots = os.pathsep.join(
        (str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", ""))
    )
    try:
        subprocess.run(  # noqa: S603 -- our own module, no shell
            command,
            check=True,
            timeout=_DEADLINE_S,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": roots},
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
        raise EnvironmentProblem(
            "input-data", f"librime could not compile the dictionaries: {failure}"
        ) from failure


def _compile(work: Path) -> None:
    library = load_library()
    asked = traits(work / "shared", work / "user", work / "user" / "build")
    library.RimeSetup(ctypes.byref(asked))
    library.RimeDeployerInitialize(ctypes.byref(asked))
    library.RimeDeployWorkspace()
    library.RimeFinalize()


def main() -> int:
    """Command line: ``python -m kiosk.devices.rime_deploy FOLDER``."""
    parser = argparse.ArgumentParser(description="Compile the dictionaries of the keyboard.")
    parser.add_argument("folder", type=Path, help="where the compiled dictionaries shall be")
    parser.add_argument("--compile", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    try:
        if given.compile:
            _compile(given.folder)
        else:
            deploy(given.folder)
    except EnvironmentProblem as problem:
        sys.stderr.write(problem.message + "\n")
        return problem.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())

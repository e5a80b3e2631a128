"""``make conformance-api``: schemathesis over the contract (openapi.yaml), against the platform.

Rules: schemathesis lives in an environment of its own (the suite's dependencies stay small) and
knows nothing of us but the contract; a relay signs for it. A second run speaks to the platform
itself, unsigned. What is expected beyond the tool's defaults, or not checked, stands in
``schemathesis.toml`` with the reason.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.conformance.world import world

ROOT: Final = Path(__file__).resolve().parents[2]
TOOL: Final = ROOT / "build/conformance/api/bin/schemathesis"
_CONTRACT: Final = ROOT / "docs/protocol/openapi.yaml"
_HERE: Final = Path(__file__).parent
_UNSIGNED: Final = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
_SIGNED: Final = (
    f"{_UNSIGNED},negative_data_rejection,missing_required_header,unsupported_method,"
    "allow_header_conformance,use_after_free,ensure_resource_availability"
)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.api")
    parser.add_argument("--examples", type=int, default=60, help="of each operation and phase")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as place:
        signed = run(place.relay, given.examples, given.seed)
        unsigned = run(place.served.url, given.examples, given.seed, checks=_UNSIGNED)
        stderr = Path(folder) / "data.stderr"
        sys.stdout.write(stderr.read_text("utf-8")[-4000:])
        sys.exit(signed or unsigned)


def run(url: str, examples: int, seed: int, *, checks: str = _SIGNED) -> int:
    """One run; its exit status."""
    command = [
        *(str(TOOL), "--config-file", str(_HERE / "schemathesis.toml"), "run", str(_CONTRACT)),
        *("--seed", str(seed), "--max-examples", str(examples), "--checks", checks),
        *("--warnings", "off"),
    ]
    environment = {
        **os.environ,
        "JINBAN_URL": url,
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "PYTHONPATH": str(_HERE),
    }
    return subprocess.run(command, cwd=ROOT / "build", env=environment, check=False).returncode


if __name__ == "__main__":
    main()

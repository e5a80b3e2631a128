"""``DIR/trust.json`` and ``DIR/url``: what terminals are handed at set-up.

Rules: the root in it is the *first* root for ever (it names the fleet; later roots are reached
through it); the address follows the last ``serve``; the file holds the fleet code, so it is 0600.
"""

from __future__ import annotations

from pathlib import Path

from kiosk.sealing.canonical import parse_object
from sync.platform.publishing.files import write_file
from sync.platform.secrets import PlatformSecrets
from sync.protocol.trust import MAX_TRUST, Trust


def read_url(data_dir: Path) -> str:
    """The last address served; empty before the first."""
    path = data_dir / "url"
    return path.read_text("utf-8").strip() if path.exists() else ""


def update_url(data_dir: Path, url: str) -> None:
    """Keep the address that is served now, in ``DIR/url`` and, once published, ``trust.json``."""
    write_file(data_dir / "url", f"{url}\n".encode())
    path = data_dir / "trust.json"
    if path.exists():
        old = Trust.parse(path.read_bytes())
        _write(path, Trust(old.root, url, old.fleet_code, old.keys))


def write_trust(data_dir: Path, root: bytes, secrets: PlatformSecrets, url: str) -> Trust:
    """Write ``trust.json``.

    Args:
        data_dir: the platform's folder.
        root: the first TUF root.
        secrets: whose public half and fleet code terminals are told.
        url: the platform's address; empty when it has never served.
    """
    anchor = parse_object(root, what="the TUF root", limit=MAX_TRUST)
    trust = Trust(anchor, url, secrets.fleet_code, secrets.public)
    _write(data_dir / "trust.json", trust)
    return trust


def _write(path: Path, trust: Trust) -> None:
    write_file(path, trust.as_bytes(), private=True)

"""What staff have not decided about yet is not thrown away by a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.store import packages
from kiosk.store.hosts import Hosts
from kiosk.store.packages import Packages
from kiosk.store.recovery import sweep
from tests.helpers.stores import Site, sealed, site_at


def put_aside(site: Site) -> Path:
    """A package that no row names, in quarantine."""
    left = sealed(site.device, 1)
    Packages(site.home).write(left.head.id, left.data)
    (name,) = sweep(site.casebook, site.device).quarantined
    return site.home.quarantine / name


def test_only_proven_time_ends_the_thirty_days(tmp_path: Path) -> None:
    with site_at(tmp_path / "home") as site:
        file, now = put_aside(site), datetime.now(UTC)
        site.clock.wall = now + timedelta(days=36_500)
        sweep(site.casebook, site.device)
        assert file.exists()
        for days, stays in ((29, True), (31, False)):
            Hosts(site.casebook).raise_floor(now + timedelta(days=days))
            sweep(site.casebook, site.device)
            assert file.exists() is stays


def test_what_came_while_the_clock_was_plainly_wrong_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site_at(tmp_path / "home") as site:
        file, now = put_aside(site), datetime.now(UTC)
        monkeypatch.setattr(packages, "_EARLIEST", now + timedelta(days=1))
        assert Packages(site.home).expire_quarantine(now + timedelta(days=400)) == 0
        assert file.exists()

"""The audit trail against somebody who holds key and file: every change is found by its number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, text

from kiosk.domain.clock import to_text
from kiosk.sealing.canonical import canonical
from kiosk.store.audit import _START, HEAD_NAME, Audit, AuditEvent, AuditFault, AuditReport, _digest
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.schema import audit
from tests.helpers.command import Kiosk
from tests.helpers.stores import START, HandClock, Site, site_at

MANY = 100_000
FEW = 60
Values = dict[str, object]


@cache
def rows_of(count: int) -> tuple[Values, ...]:
    """A trail as :meth:`Audit.record` writes it (compared with the real one below)."""
    found: list[Values] = []
    previous, at = _START, to_text(START)
    names = ("number", "at", "event", "subject", "detail")
    for number in range(1, count + 1):
        row = (number, at, AuditEvent.MOVED.value, f"s{number}", "queued>sending")
        digest = _digest(row, previous)
        values = dict(zip(names, row, strict=True))
        found.append(values | {"previous": previous, "digest": digest})
        previous = digest
    return tuple(found)


def fill(casebook: Casebook, rows: tuple[Values, ...]) -> None:
    with casebook.write() as tx:
        tx.execute(insert(audit), list(rows))
        set_head(casebook, tx, rows)


def set_head(casebook: Casebook, tx: Transaction, rows: tuple[Values, ...]) -> None:
    digest = rows[-1]["digest"]
    assert isinstance(digest, bytes)
    casebook.set_meta(tx, HEAD_NAME, f"{rows[-1]['number']}:{digest.hex()}")


@dataclass(frozen=True)
class Trail:
    """A casebook with a long trail and a hand that can reach into it."""

    casebook: Casebook
    rows: tuple[Values, ...]

    @contextmanager
    def touched(self) -> Iterator[Transaction]:
        """A transaction with the guards taken away."""
        with self.casebook.write() as tx:
            for trigger in ("audit_never_changes", "audit_stays"):
                tx.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
            yield tx

    def put(self, number: int, /, **values: object) -> None:
        """Overwrite a row as a whole."""
        with self.touched() as tx:
            tx.execute(audit.delete().where(audit.c.number == number))
            if values:
                tx.execute(insert(audit), [values])

    def mend(self, *numbers: int) -> None:
        """Put rows back as they were."""
        for number in numbers:
            self.put(number, **self.rows[number - 1])

    def verify(self, anchors: dict[int, str] | None = None) -> AuditReport:
        return Audit(self.casebook).verify(anchors)

    def hex(self, number: int) -> str:
        digest = self.rows[number - 1]["digest"]
        assert isinstance(digest, bytes)
        return digest.hex()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trails")


@pytest.fixture(scope="module")
def long_trail(folder: Path) -> Iterator[Trail]:
    with site_at(folder / "long") as site:
        fill(site.casebook, rows_of(MANY))
        yield Trail(site.casebook, rows_of(MANY))


@pytest.fixture(scope="module")
def short_trail(folder: Path) -> Iterator[Trail]:
    with site_at(folder / "short") as site:
        fill(site.casebook, rows_of(FEW))
        yield Trail(site.casebook, rows_of(FEW))


def test_the_rows_of_these_tests_are_those_that_are_recorded(site: Site) -> None:
    with site.casebook.write() as tx:
        for number in (1, 2, 3):
            Audit(site.casebook).record(
                tx,
                AuditEvent.MOVED,
                at=START,
                subject=f"s{number}",
                detail="queued>sending",
            )
    with site.casebook.read() as tx:
        recorded = tuple(dict(row) for row in tx.execute(audit.select()).mappings())
    assert recorded == rows_of(3)


@pytest.mark.parametrize("number", range(1, FEW + 1))
def test_every_row_of_a_trail_is_guarded_in_every_column(short_trail: Trail, number: int) -> None:
    row = short_trail.rows[number - 1]
    for column, other in (
        ("at", "2020-01-01T00:00:00Z"),
        ("event", AuditEvent.SAVED.value),
        ("subject", "another"),
        ("detail", ""),
        ("previous", bytes(31) + b"!"),
        ("digest", bytes(32)),
    ):
        short_trail.put(number, **(row | {column: other}))
        assert short_trail.verify().fault == number, column
    short_trail.put(number)
    assert short_trail.verify().fault == number
    short_trail.mend(number)
    assert short_trail.verify().ok


def test_any_two_rows_that_change_places_are_found(short_trail: Trail) -> None:
    luck = Random(5)
    for _ in range(60):
        first, second = sorted(luck.sample(range(1, FEW + 1), 2))
        for number, source in ((first, second), (second, first)):
            short_trail.put(number, **(short_trail.rows[source - 1] | {"number": number}))
        assert short_trail.verify().fault == first
        short_trail.mend(first, second)


tokens = st.from_regex(r"\A[A-Za-z0-9_.:>/-]{0,80}\Z")


@given(st.integers(1, 2**53 - 1), tokens, tokens, tokens, tokens)
def test_a_digest_is_that_of_the_canonical_row(
    number: int, at: str, event: str, subject: str, detail: str
) -> None:
    row = (number, at, event, subject, detail)
    expected = hashlib.sha256(_START + canonical({"row": list(row)})).digest()
    assert _digest(row, _START) == expected


@pytest.mark.parametrize("number", [1, 4_999, 5_000, 5_001, 10_007])
def test_one_row_in_a_hundred_thousand(long_trail: Trail, number: int) -> None:
    row = long_trail.rows[number - 1]
    partner = MANY // 2
    long_trail.put(number, **(row | {"subject": "another"}))
    assert found(long_trail) == (number, AuditFault.EDITED)
    long_trail.put(number)
    assert found(long_trail) == (number, AuditFault.MISSING)
    other = long_trail.rows[partner - 1]
    long_trail.put(number, **(other | {"number": number}))
    long_trail.put(partner, **(row | {"number": partner}))
    assert found(long_trail) == (min(number, partner), AuditFault.UNLINKED)
    long_trail.mend(number, partner)


def test_the_last_row_of_a_hundred_thousand(long_trail: Trail) -> None:
    long_trail.put(MANY)
    assert found(long_trail) == (MANY, AuditFault.CUT)
    long_trail.mend(MANY)


def test_a_whole_trail_of_a_hundred_thousand_holds(long_trail: Trail) -> None:
    report = long_trail.verify({1: long_trail.hex(1), MANY: long_trail.hex(MANY)})
    assert (report.rows, report.head, report.ok) == (MANY, long_trail.hex(MANY), True)


def found(trail: Trail) -> tuple[int | None, AuditFault | None]:
    report = trail.verify()
    return report.fault, report.reason


@pytest.mark.parametrize("left", [1, 30, FEW - 1])
def test_a_trail_cut_together_with_its_head_is_found_by_the_anchor(
    tmp_path: Path, left: int
) -> None:
    with site_at(tmp_path / "cut") as site:
        trail = Trail(site.casebook, rows_of(FEW))
        fill(site.casebook, trail.rows)
        with trail.touched() as tx:
            tx.execute(audit.delete().where(audit.c.number > left))
        assert found(trail) == (left + 1, AuditFault.CUT)
        with trail.touched() as tx:
            set_head(site.casebook, tx, trail.rows[:left])
        assert trail.verify().ok  # Nothing in the casebook can tell any more.
        assert trail.verify({left: trail.hex(left)}).ok
        report = trail.verify({FEW: trail.hex(FEW)})
        assert (report.fault, report.reason) == (left + 1, AuditFault.CUT)


def test_a_trail_written_anew_is_found_by_the_anchor(site: Site) -> None:
    fill(site.casebook, rows_of(FEW))
    trail = Trail(site.casebook, rows_of(FEW))
    for anchor in (1, 7, FEW):
        report = trail.verify({anchor: "0" * 64})
        assert (report.fault, report.reason) == (anchor, AuditFault.REPLACED)
    with trail.touched() as tx:
        trail.casebook.set_meta(tx, HEAD_NAME, f"{FEW}:{'0' * 64}")
    assert found(trail) == (FEW, AuditFault.REPLACED)
    with trail.touched() as tx:
        set_head(trail.casebook, tx, trail.rows[:10])
    assert found(trail) == (11, AuditFault.ADDED)


def test_the_command(site: Site) -> None:
    fill(site.casebook, rows_of(3))
    head = rows_of(3)[2]["digest"]
    assert isinstance(head, bytes)
    site.casebook.close()
    kiosk = Kiosk(site.home.path)
    whole = {"entries": 3, "ok": True, "first_bad": None, "reason": None, "head": head.hex()}
    assert kiosk.ok("audit", "verify") == whole
    assert kiosk.ok("audit", "verify", "--anchor", f"3:{head.hex()}") == whole
    for words in (f"9:{'0' * 64}", f"3:{'0' * 64}"):
        ran = kiosk("audit", "verify", "--anchor", words)
        assert (ran.status, ran.json()["ok"]) == (1, False)
    with Casebook.open(site.home, HandClock()) as casebook:
        guards = guards_of(casebook)
        trail = Trail(casebook, rows_of(3))
        trail.put(2, **(trail.rows[1] | {"detail": "sending>received"}))
        with casebook.write() as tx:
            for guard in guards:
                tx.execute(text(guard))  # Somebody who hides what he did.
    ran = kiosk("audit", "verify")
    assert ran.status == 1
    assert ran.json() == whole | {
        "entries": 1,
        "ok": False,
        "first_bad": 2,
        "reason": "edited",
        "head": trail.hex(1),
    }


def guards_of(casebook: Casebook) -> list[str]:
    query = "SELECT sql FROM sqlite_master WHERE name IN ('audit_never_changes', 'audit_stays')"
    with casebook.read() as tx:
        return list(tx.execute(text(query)).scalars())


@pytest.mark.parametrize(
    "words", [["7"], ["0:" + "0" * 64], ["1:xyz"], ["1:" + "0" * 64, "--anchor", "1:" + "1" * 64]]
)
def test_an_anchor_that_is_none_is_refused(site: Site, words: list[str]) -> None:
    Kiosk(site.home.path).refused(2, "audit", "verify", "--anchor", *words)


def test_without_a_station_it_is_the_environment(tmp_path: Path) -> None:
    Kiosk(tmp_path / "nowhere").refused(3, "audit", "verify")

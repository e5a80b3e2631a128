"""Agents, claims, cards, drafts, hosts and the audit trail."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.domain.slips import claim_hash
from kiosk.store.agents import Agents, check_pin
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.cards import Cards
from kiosk.store.claims import Claims
from kiosk.store.drafts import Drafts, is_tmpfs, tmpfs_folder
from kiosk.store.hosts import Hosts
from kiosk.store.lockouts import FREE_TRIES, LONGEST_WAIT, Lockouts, wait_after
from tests.helpers.stores import START, Site, save

PIN = "482915"
OWNER = "440000195001011235"


def agents_of(site: Site, boot_id: str = "boot-1") -> Agents:
    return Agents(site.casebook, Lockouts(site.casebook, boot_id=boot_id))


def refuse(agents: Agents, agent_id: str, times: int) -> str:
    code = ""
    for _ in range(times):
        with pytest.raises(InputProblem) as caught:
            agents.verify(agent_id, "111112", START)
        code = caught.value.code
    return code


def test_an_agent_signs_in(site: Site) -> None:
    agents = agents_of(site)
    added = agents.add("a-1", " 演示员 ", PIN)
    assert (added.name, agents.list(), agents.get("a-1")) == ("演示员", (added,), added)
    assert agents.verify("a-1", PIN, START) == added
    assert refuse(agents, "a-1", 1) == refuse(agents, "nobody", 1) == "wrong-pin"
    agents.set_active("a-1", active=False)
    with pytest.raises(InputProblem):
        agents.verify("a-1", PIN, START)


@pytest.mark.parametrize(
    "pin",
    [
        "",
        "12345",
        "1234567890123",
        "12345a",
        "１２３４５６",
        "000000",
        "123456",
        "987654",
        "482482",
        "112121",
        "890123",
    ],
)
def test_weak_pins_are_refused(site: Site, pin: str) -> None:
    with pytest.raises(InputProblem):
        agents_of(site).add("a", "n", pin)
    assert agents_of(site).list() == ()


@pytest.mark.parametrize("agent_id", ["", "a b", "é", "x" * 33, "-a", "a/../b"])
def test_bad_agent_ids_are_refused(site: Site, agent_id: str) -> None:
    with pytest.raises(InputProblem) as caught:
        agents_of(site).add(agent_id, "n", PIN)
    assert caught.value.code == "bad-agent-id"


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\nb"])
def test_bad_agent_names_are_refused(site: Site, name: str) -> None:
    with pytest.raises(InputProblem) as caught:
        agents_of(site).add("a", name, PIN)
    assert caught.value.code == "bad-agent-name"


def test_an_agent_is_added_once(site: Site) -> None:
    agents = agents_of(site)
    agents.add("a", "n", PIN)
    with pytest.raises(InputProblem) as caught:
        agents.add("a", "m", PIN)
    assert caught.value.code == "agent-exists"
    with pytest.raises(InputProblem):
        agents.set_pin("b", PIN)


def test_lock_out_grows_and_ends(site: Site) -> None:
    agents = agents_of(site)
    agents.add("a", "n", PIN)
    agents.add("b", "m", PIN)
    assert refuse(agents, "a", FREE_TRIES - 1) == "wrong-pin"
    assert refuse(agents, "a", 1) == "locked-out"
    with pytest.raises(InputProblem, match="try again in 30 seconds"):
        agents.verify("a", PIN, START)
    assert agents.verify("b", PIN, START).id == "b"
    assert agents.wait_seconds("a") == 30
    site.clock.pass_time(31)
    assert refuse(agents, "a", 1) == "locked-out"
    assert agents.wait_seconds("a") == 60
    site.clock.pass_time(61)
    assert agents.verify("a", PIN, START).id == "a"
    assert refuse(agents, "a", 1) == "wrong-pin"


def test_neither_clock_nor_restart_shortens_a_lock_out(site: Site) -> None:
    agents_of(site).add("a", "n", PIN)
    refuse(agents_of(site), "a", FREE_TRIES)
    site.clock.wall += timedelta(days=400)
    assert agents_of(site).wait_seconds("a") == 30
    site.clock.ticks = 3.0
    assert agents_of(site, "boot-2").wait_seconds("a") == 30
    site.clock.ticks = 13.0
    assert agents_of(site, "boot-2").wait_seconds("a") == 20
    site.clock.ticks = 0.0
    assert agents_of(site, "boot-2").wait_seconds("a") == 20
    site.clock.ticks = 21.0
    with site.reopened() as casebook:
        agents = Agents(casebook, Lockouts(casebook, boot_id="boot-2"))
        assert agents.verify("a", PIN, START).id == "a"


def test_a_new_pin_lifts_the_lock_out(site: Site) -> None:
    agents = agents_of(site)
    agents.add("a", "n", PIN)
    refuse(agents, "a", FREE_TRIES)
    agents.set_pin("a", "730518")
    assert agents.verify("a", "730518", START).id == "a"


def test_lock_outs_have_an_end() -> None:
    waits = [wait_after(failures) for failures in range(100)]
    assert waits == sorted(waits)
    assert waits[FREE_TRIES - 1] == 0
    assert waits[-1] == LONGEST_WAIT


def test_a_pin_is_nowhere_in_clear(site: Site) -> None:
    agents_of(site).add("a", "n", PIN)
    with site.casebook.read() as tx:
        (hashed,) = tx.execute(text("SELECT pin_hash FROM agent")).scalars()
    assert hashed.startswith("$argon2id$")
    assert PIN not in hashed
    assert check_pin(PIN) == PIN


def test_claims_and_codes(site: Site) -> None:
    claims = Claims(site.casebook, Lockouts(site.casebook, boot_id="b"))
    chosen, bits = uuid4(), bytes(16)
    tag, code = claims.id_tag(OWNER, "1234"), claims.code_tag(chosen, "0042")
    row = save(
        site,
        submission_id=chosen,
        claim_hash=claim_hash(bits),
        id_tag=tag,
        track_code_tag=code,
    )
    assert claims.find(bits) == row.id
    assert claims.find(bytes(15) + b"x") is None
    assert claims.content_tag(row.id) == "c0ffee"
    assert claims.content_tag(uuid4()) is None
    assert claims.of_person(claims.id_tag(OWNER, "1234"), START) == (row.id,)
    assert claims.of_person(claims.id_tag(OWNER, "9999"), START) == ()
    assert claims.has_code(row.id)
    assert claims.check_code(row.id, "0042") == (True, 0)
    answers = [claims.check_code(row.id, "9999") for _ in range(FREE_TRIES)]
    assert answers[-1] == (False, 30)
    assert claims.check_code(row.id, "0042") == (False, 30)
    with site.casebook.read() as tx:
        kept = str(tx.execute(text("SELECT * FROM claim")).all())
    assert OWNER not in kept
    assert "0042" not in kept


def test_id_tags_are_forgotten_after_thirty_days(site: Site) -> None:
    claims = Claims(site.casebook)
    tag = claims.id_tag(OWNER)
    save(site, claim_hash="h", id_tag=tag)
    later = START + timedelta(days=31)
    assert claims.of_person(tag, later) == ()
    assert claims.forget(START) == 0
    assert claims.forget(later) == 1
    assert claims.of_person(tag, START) == ()


def test_cards_are_opened_on_the_record_and_erased(site: Site) -> None:
    cards, row = Cards(site.casebook), save(site)
    with site.casebook.write() as tx:
        cards.put(tx, row.id, b"sealed")
    assert cards.exists(row.id)
    assert cards.take(row.id, by="a-1") == b"sealed"
    assert cards.erase(row.id)
    assert (cards.erase(row.id), cards.take(row.id, by="a-1")) == (False, None)
    with site.casebook.read() as tx:
        events = tx.execute(text("SELECT event, detail FROM audit ORDER BY number")).all()
    assert [tuple(event) for event in events[1:]] == [
        ("card_stored", ""),
        ("card_opened", "a-1"),
        ("card_erased", ""),
    ]


def test_the_audit_trail_holds_and_takes_no_words(site: Site) -> None:
    audit = Audit(site.casebook)
    assert audit.verify().ok
    for _ in range(3):
        save(site)
    report = audit.verify()
    assert (report.ok, report.rows, (report.rows, report.head)) == (True, 3, audit.head())
    for subject, detail in (("李秀英", ""), ("", "two words"), ("", "x" * 81)):
        with pytest.raises(ValueError, match="ids and tokens"), site.casebook.write() as tx:
            audit.record(tx, AuditEvent.MOVED, at=START, subject=subject, detail=detail)


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        ("UPDATE audit SET subject = 'x' WHERE number = 2", 2),
        ("UPDATE audit SET at = '2020-01-01T00:00:00Z' WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 3", 3),
        ("UPDATE audit SET digest = zeroblob(32) WHERE number = 3", 3),
    ],
)
def test_tampering_with_the_audit_trail_shows(site: Site, tamper: str, fault: int) -> None:
    for _ in range(3):
        save(site)
    with site.casebook.write() as tx:
        for trigger in ("audit_never_changes", "audit_stays"):
            tx.execute(text(f"DROP TRIGGER {trigger}"))
        tx.execute(text(tamper))
    assert Audit(site.casebook).verify().fault == fault


def test_hosts(site: Site) -> None:
    hosts = Hosts(site.casebook)
    assert (hosts.paused_until, hosts.pause_reason, hosts.proven_time()) == (None, None, None)
    until = START + timedelta(hours=1)
    hosts.pause("portal", until)
    assert (hosts.paused_until, hosts.pause_reason) == (until, "portal")
    assert hosts.raise_floor(START) == START
    assert hosts.raise_floor(START - timedelta(days=1)) == START
    hosts.clear()
    hosts.clear()
    assert (hosts.paused_until, hosts.proven_time()) == (None, START)
    assert site.casebook.clock_suspect(START - timedelta(seconds=1))
    hosts.note(acked="c1", last_fault="")
    hosts.note(acked="c2")
    assert hosts.facts()["acked"] == ("c2", START)


def drafts_of(site: Site, keys: Path, boot_id: str = "boot-1") -> Drafts:
    return Drafts(site.home, site.clock, key_folder=keys, boot_id=boot_id)


def test_a_draft_comes_back_to_its_owner(site: Site, tmp_path: Path) -> None:
    drafts, draft_id = drafts_of(site, tmp_path), uuid4()
    opened = drafts.begin(draft_id, OWNER)
    opened.save("答案".encode())
    opened.save("答案二".encode())
    assert "答案".encode() not in (site.home.drafts / "open.draft").read_bytes()
    site.clock.pass_time(299)
    again = drafts_of(site, tmp_path)
    assert again.waiting()
    assert again.reopen("440000195001011236") is None
    found = again.reopen(OWNER)
    assert found is not None
    assert (found.id, found.document.decode()) == (draft_id, "答案二")


def test_a_draft_is_wiped_after_five_minutes_or_a_restart(site: Site, tmp_path: Path) -> None:
    for seconds, boot_id in ((301, "boot-1"), (1, "boot-2")):
        drafts_of(site, tmp_path).begin(uuid4(), OWNER).save(b"x")
        site.clock.pass_time(seconds)
        late = drafts_of(site, tmp_path, boot_id)
        assert not late.waiting()
        assert late.reopen(OWNER) is None
        assert list(site.home.drafts.iterdir()) == []
        assert not list(tmp_path.rglob("draft.key"))


def test_a_draft_is_wiped_by_three_wrong_ids_and_by_the_next_person(
    site: Site, tmp_path: Path
) -> None:
    drafts = drafts_of(site, tmp_path)
    drafts.begin(uuid4(), OWNER).save(b"x")
    assert [drafts.reopen("wrong") for _ in range(3)] == [None] * 3
    assert drafts.reopen(OWNER) is None
    drafts.begin(uuid4(), OWNER).save(b"mine")
    drafts.begin(uuid4(), "other")
    assert drafts.reopen(OWNER) is None


@pytest.mark.parametrize("damage", [b"", b"\n", b"{}\nxx", b'{"id": 5}\n', b"\xff\n"])
def test_a_damaged_draft_is_wiped(site: Site, tmp_path: Path, damage: bytes) -> None:
    drafts = drafts_of(site, tmp_path)
    drafts.begin(uuid4(), OWNER).save(b"x")
    (site.home.drafts / "open.draft").write_bytes(damage)
    assert not drafts.waiting()
    assert list(site.home.drafts.iterdir()) == []


def test_the_key_folder_must_be_in_memory(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Path("/dev/shm")
    if shared.is_dir() and is_tmpfs(shared):
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(site.home.path))
        assert tmpfs_folder(site.home) == shared
    assert not is_tmpfs(Path("/proc"))
    monkeypatch.setattr("kiosk.store.drafts.is_tmpfs", lambda _: False)
    with pytest.raises(EnvironmentProblem) as caught:
        tmpfs_folder(site.home)
    assert caught.value.code == "no-tmpfs"


def test_a_key_folder_of_somebody_else_is_not_used(site: Site, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    drafts_of(site, tmp_path)._keys.symlink_to(elsewhere)
    with pytest.raises(EnvironmentProblem) as caught:
        drafts_of(site, tmp_path).begin(uuid4(), OWNER)
    assert caught.value.code == "memory-folder-taken"
    assert list(elsewhere.iterdir()) == []


def test_the_plain_library_cannot_open_the_casebook(site: Site) -> None:
    save(site)
    connection = sqlite3.connect(site.home.casebook)
    with pytest.raises(sqlite3.DatabaseError):
        connection.execute("SELECT * FROM submission")
    connection.close()

"""What agents keep sealed, what the township orders, drafts that were put aside."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kiosk.domain.agents import AgentDetails, Order, OrderKind, draft_context
from kiosk.domain.identity import make_resident_id
from kiosk.domain.problems import InputProblem
from kiosk.sealing.keys import OpenKey
from kiosk.sealing.office_codes import office_code, office_secret
from kiosk.store.agent_drafts import DRAFT_DAYS, AgentDrafts
from kiosk.store.agents import Agents
from kiosk.store.audit import Audit
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home
from kiosk.store.keys import load_casebook_key, load_device
from kiosk.store.lockouts import FREE_TRIES, Lockouts
from kiosk.store.orders import Orders
from kiosk.store.sqlite import connect
from kiosk.store.vaults import Vaults
from tests.helpers.stores import PLATFORM, START, HandClock, Site

PIN, NEW_PIN = "482915", "730518"
NUMBER = make_resident_id(date(1980, 5, 6), 3)
NAMES = ("高龄津贴（演示）", "李*英")
DAY = 24 * 3600.0


class Township:
    """The other end: issues codes for this terminal's agents."""

    def __init__(self, site: Site) -> None:
        terminal = site.device.terminal
        self.secret = office_secret(PLATFORM, site.device.reply.public, terminal)
        self.terminal = terminal

    def reset(self, agent: str = "a") -> Order:
        return Order(OrderKind.RESET_PIN, self.terminal, agent)

    def hand_over(self, agent: str = "a", to: str = "b") -> Order:
        return Order(OrderKind.HAND_OVER, self.terminal, agent, to)

    def code(self, order: Order, counter: int = 1) -> str:
        return office_code(self.secret, order, counter)


@pytest.fixture(scope="session")
def staffed(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with three agents, made once."""
    path = tmp_path_factory.mktemp("staffed") / "home"
    shutil.copytree(pristine, path)
    with Casebook.open(Home(path), HandClock()) as casebook:
        for agent in ("a", "b", "c"):
            Agents(casebook).add(agent, "演示员", PIN)
    return path


@pytest.fixture
def site(staffed: Path, tmp_path: Path) -> Iterator[Site]:
    shutil.copytree(staffed, tmp_path / "home")
    home, clock = Home(tmp_path / "home"), HandClock()
    with Casebook.open(home, clock) as casebook:
        yield Site(home, clock, load_device(home), casebook)


@pytest.fixture
def township(site: Site) -> Township:
    return Township(site)


def orders(site: Site, secret: bytes | None, boot: str = "boot-1") -> Orders:
    return Orders(site.casebook, secret, Lockouts(site.casebook, boot_id=boot))


def refused(site: Site, township: Township, order: Order, code: str, pin: str = NEW_PIN) -> str:
    with pytest.raises(InputProblem) as caught:
        orders(site, township.secret).reset_pin(order, code, pin)
    return caught.value.code


def plain_pages(site: Site) -> Iterator[bytes]:
    """Every value of the whole casebook, decrypted, as a thief with the key would read it."""
    with closing(connect(site.home.casebook, load_casebook_key(site.home))) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            for row in connection.execute(f"SELECT * FROM {table}").fetchall():
                yield from (one if isinstance(one, bytes) else str(one).encode() for one in row)


# -- number and phone -------------------------------------------------------------------------


def test_number_and_phone_come_back_to_who_has_the_pin(site: Site, township: Township) -> None:
    vaults = Vaults(site.casebook)
    key = vaults.open("a", PIN)
    assert vaults.details("a", key) is None
    vaults.keep_details("a", AgentDetails(NUMBER, "13800001111"))
    again = Vaults(site.casebook).open("a", PIN)
    assert vaults.details("a", again) == AgentDetails(NUMBER, "13800001111")
    vaults.keep_details("a", AgentDetails(NUMBER))
    assert vaults.details("a", again) == AgentDetails(NUMBER)
    for wrong in (
        lambda: vaults.open("a", NEW_PIN),
        lambda: vaults.details("a", vaults.open("b", PIN)),
    ):
        with pytest.raises(InputProblem):
            wrong()
    assert Audit(site.casebook).verify().ok


def test_neither_number_nor_phone_stands_readable_in_the_casebook(
    site: Site, township: Township
) -> None:
    Vaults(site.casebook).keep_details("a", AgentDetails(NUMBER, "13800001111"))
    everything = b"\n".join(plain_pages(site))
    assert "演示员".encode() in everything
    assert NUMBER.encode() not in everything
    assert b"13800001111" not in everything


def test_an_agent_of_before_gets_a_key_at_the_next_sign_in(site: Site, township: Township) -> None:
    with site.casebook.write() as tx:
        tx.execute(text("DELETE FROM agent_vault"))
    vaults = Vaults(site.casebook)
    assert vaults.public("a") is None
    with pytest.raises(InputProblem):
        vaults.keep_details("a", AgentDetails(NUMBER))
    key = vaults.open("a", PIN)
    assert vaults.public("a") == key.public
    assert vaults.open("a", PIN).raw == key.raw


# -- a new PIN --------------------------------------------------------------------------------


def test_a_code_sets_the_pin_anew_once(site: Site, township: Township) -> None:
    agents, order = Agents(site.casebook), township.reset()
    Vaults(site.casebook).keep_details("a", AgentDetails(NUMBER))
    code = township.code(order)
    orders(site, township.secret).check(order, code)
    orders(site, township.secret).reset_pin(order, code, NEW_PIN)
    assert agents.verify("a", NEW_PIN, START).id == "a"
    with pytest.raises(InputProblem):
        agents.verify("a", PIN, START)
    # What was sealed under the old PIN is given up, not passed on.
    assert Vaults(site.casebook).details("a", Vaults(site.casebook).open("a", NEW_PIN)) is None
    assert refused(site, township, order, code, PIN) == "wrong-code"
    assert agents.verify("b", PIN, START).id == "b"
    assert Audit(site.casebook).verify().ok


def test_the_counter_survives_a_restart(site: Site, township: Township) -> None:
    order = township.reset()
    code = township.code(order, 3)
    orders(site, township.secret).reset_pin(order, code, NEW_PIN)
    with site.reopened() as casebook:
        again = Orders(casebook, township.secret, Lockouts(casebook, boot_id="boot-2"))
        for old in (township.code(order, 1), code):
            with pytest.raises(InputProblem) as caught:
                again.reset_pin(order, old, PIN)
            assert caught.value.code == "wrong-code"
        again.reset_pin(order, township.code(order, 4), PIN)
        assert Agents(casebook).verify("a", PIN, START).id == "a"


def test_a_bad_pin_does_not_use_a_code_up(site: Site, township: Township) -> None:
    order = township.reset()
    code = township.code(order)
    assert refused(site, township, order, code, "111111") == "weak-pin"
    orders(site, township.secret).reset_pin(order, code, NEW_PIN)


def test_guessing_locks_the_codes_and_nothing_else(site: Site, township: Township) -> None:
    order = township.reset()
    codes = [refused(site, township, order, "0" * 12) for _ in range(FREE_TRIES)]
    assert codes == ["wrong-code"] * (FREE_TRIES - 1) + ["locked-out"]
    right = township.code(order)
    assert refused(site, township, order, right) == "locked-out"
    with pytest.raises(InputProblem):
        orders(site, township.secret, "boot-2").check(order, right)
    agents = Agents(site.casebook, Lockouts(site.casebook, boot_id="boot-1"))
    assert agents.verify("a", PIN, START).id == "a"
    other = township.reset("b")
    orders(site, township.secret).reset_pin(other, township.code(other), NEW_PIN)
    refused(site, township, order, right)  # From here on this run of the machine is counted.
    site.clock.pass_time(31)
    orders(site, township.secret).reset_pin(order, right, NEW_PIN)


def test_a_code_lifts_the_lock_out_of_a_forgotten_pin(site: Site, township: Township) -> None:
    agents = Agents(site.casebook, Lockouts(site.casebook, boot_id="boot-1"))
    for _ in range(FREE_TRIES + 1):
        with pytest.raises(InputProblem):
            agents.verify("a", NEW_PIN, START)
    order = township.reset()
    orders(site, township.secret).reset_pin(order, township.code(order), NEW_PIN)
    assert agents.verify("a", NEW_PIN, START).id == "a"


@pytest.mark.parametrize("agent", ["nobody", "不", "", "a'; DROP TABLE agent; --"])
def test_unknown_agents_are_told_as_wrong_codes(site: Site, township: Township, agent: str) -> None:
    order = township.reset(agent)
    assert refused(site, township, order, township.code(order)) == "wrong-code"
    assert Audit(site.casebook).verify().ok


def test_a_stopped_agent_gets_no_new_pin(site: Site, township: Township) -> None:
    Agents(site.casebook).set_active("a", active=False)
    order = township.reset()
    assert refused(site, township, order, township.code(order)) == "wrong-code"


def test_without_a_platform_no_code_is_right(site: Site, township: Township) -> None:
    order = township.reset()
    with pytest.raises(InputProblem) as caught:
        orders(site, None).reset_pin(order, township.code(order), NEW_PIN)
    assert caught.value.code == "wrong-code"


# -- hand-over --------------------------------------------------------------------------------


def test_a_code_hands_the_work_over(site: Site, township: Township) -> None:
    desk, order = orders(site, township.secret), township.hand_over()
    desk.hand_over_by_code(order, township.code(order))
    assert desk.answers_for("b") == {"a", "b"}
    assert desk.answers_for("a") == {"a"}
    with pytest.raises(InputProblem):
        Agents(site.casebook).verify("a", PIN, START)
    onward = township.hand_over("b", "c")
    desk.hand_over_by_code(onward, township.code(onward))
    assert desk.answers_for("c") == {"a", "b", "c"}
    assert Audit(site.casebook).verify().ok


@pytest.mark.parametrize("to", ["nobody", "a", ""])
def test_nobody_takes_over_who_cannot_sign_in(site: Site, township: Township, to: str) -> None:
    order = township.hand_over("a", to)
    with pytest.raises(InputProblem) as caught:
        orders(site, township.secret).hand_over_by_code(order, township.code(order))
    assert caught.value.code == "unknown-agent"
    assert Agents(site.casebook).verify("a", PIN, START).id == "a"


def test_a_wrong_code_hands_nothing_over(site: Site, township: Township) -> None:
    order = township.hand_over()
    for code in (township.code(township.hand_over("a", "c")), township.code(township.reset())):
        with pytest.raises(InputProblem):
            orders(site, township.secret).hand_over_by_code(order, code)
    assert orders(site, None).answers_for("b") == {"b"}
    assert Agents(site.casebook).verify("a", PIN, START).id == "a"


def test_what_was_ordered_never_changes(site: Site, township: Township) -> None:
    order = township.hand_over()
    orders(site, township.secret).hand_over_by_code(order, township.code(order))
    for act in ("UPDATE office_order SET successor = 'c'", "DELETE FROM office_order"):
        with pytest.raises(DatabaseError), site.casebook.write() as tx:
            tx.execute(text(act))


# -- drafts -----------------------------------------------------------------------------------


def put_aside(site: Site, content: bytes = b'{"name": "Li"}', agent: str = "a") -> UUID:
    draft = uuid4()
    AgentDrafts(site.casebook).keep(agent, draft, content, names=NAMES, recovery=PLATFORM.public)
    return draft


def sealed_anew(site: Site, to: OpenKey, agent: str = "a") -> dict[UUID, bytes]:
    """What the township does with a request."""
    return {
        draft: to.public.seal(
            PLATFORM.open(key, context=draft_context(draft)), context=draft_context(draft)
        )
        for draft, key in AgentDrafts(site.casebook).recovery_keys(agent).items()
    }


def test_a_draft_comes_back_to_its_agent_alone(site: Site, township: Township) -> None:
    drafts, vaults = AgentDrafts(site.casebook), Vaults(site.casebook)
    draft = put_aside(site, "李桂英 高龄".encode())
    assert drafts.open(draft, "a", vaults.open("a", PIN)) == "李桂英 高龄".encode()
    (found,) = drafts.of({"a"}, "a")
    assert (found.id, found.item_name, found.masked_name, found.mine) == (draft, *NAMES, True)
    assert drafts.of({"b"}, "b") == ()
    for agent, key in (("b", vaults.open("b", PIN)), ("a", vaults.open("b", PIN))):
        with pytest.raises(InputProblem):
            drafts.open(draft, agent, key)
    assert all("桂英".encode() not in value for value in plain_pages(site))
    assert drafts.forget(draft)
    assert not drafts.forget(draft)
    assert drafts.of({"a"}, "a") == ()


def test_drafts_go_to_the_successor_by_the_township_alone(site: Site, township: Township) -> None:
    drafts, vaults = AgentDrafts(site.casebook), Vaults(site.casebook)
    draft, order = put_aside(site, b"content"), township.hand_over()
    orders(site, township.secret).hand_over_by_code(order, township.code(order))
    key = vaults.open("b", PIN)
    (waiting,) = drafts.of({"a", "b"}, "b")
    assert not waiting.mine
    with pytest.raises(InputProblem):
        drafts.open(draft, "b", key)
    orders(site, None).hand_over(order, 2, sealed_anew(site, key))
    (there,) = drafts.of({"a", "b"}, "b")
    assert there.mine
    assert drafts.open(draft, "b", key) == b"content"


def test_a_signed_order_counts_once(site: Site, township: Township) -> None:
    order, key = township.hand_over(), Vaults(site.casebook).open("b", PIN)
    put_aside(site)
    keys = sealed_anew(site, key)
    orders(site, None).hand_over(order, 5, keys)
    for counter in (5, 4):
        with pytest.raises(InputProblem) as caught:
            orders(site, None).hand_over(order, counter, keys)
        assert caught.value.code == "used-order"


def test_after_a_new_pin_the_township_gives_the_drafts_back(site: Site, township: Township) -> None:
    drafts, reset = AgentDrafts(site.casebook), township.reset()
    draft = put_aside(site, b"content")
    orders(site, township.secret).reset_pin(reset, township.code(reset), NEW_PIN)
    key = Vaults(site.casebook).open("a", NEW_PIN)
    with pytest.raises(InputProblem) as caught:
        drafts.open(draft, "a", key)
    assert caught.value.code == "sealed-to-another"
    orders(site, None).hand_over(township.hand_over("a", "a"), 2, sealed_anew(site, key))
    assert drafts.open(draft, "a", key) == b"content"
    assert Agents(site.casebook).verify("a", NEW_PIN, START).active


def test_keys_for_the_drafts_of_others_move_nothing(site: Site, township: Township) -> None:
    draft, key = put_aside(site, agent="c"), Vaults(site.casebook).open("b", PIN)
    stolen = sealed_anew(site, key, "c")
    orders(site, None).hand_over(township.hand_over(), 1, stolen)
    (still,) = AgentDrafts(site.casebook).of({"c"}, "c")
    assert (still.id, still.mine) == (draft, True)


def test_old_drafts_are_forgotten(site: Site, township: Township) -> None:
    drafts = AgentDrafts(site.casebook)
    put_aside(site)
    site.clock.pass_time(DRAFT_DAYS * DAY - 60)
    young = put_aside(site)
    assert drafts.forget_old(site.clock.now()) == 0
    site.clock.pass_time(120)
    assert [one.id for one in drafts.of({"a"}, "a")] == [young]
    assert drafts.forget_old(site.clock.now()) == 1
    assert list(drafts.recovery_keys("a")) == [young]

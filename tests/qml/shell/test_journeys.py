"""What people do at the window, from the first touch to the end, in the real application."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.main.demonstration import AGENT
from tests.helpers.command import Kiosk
from tests.helpers.driver import Driver
from tests.helpers.prepared import CODE, Prepared

Start = Callable[..., Driver]


def open_home(window: Driver) -> None:
    window.tap("点这里开始")
    window.see("全部事项")


def open_guide(window: Driver) -> None:
    window.tap("找事项：比如“老人钱”")
    window.type("gljt")
    window.tap("高龄老人生活津贴申请")
    window.see("谁能办")


def test_an_elder_finds_the_allowance_by_initials(window: Driver) -> None:
    open_home(window)
    open_guide(window)
    texts = window.texts()
    assert {"带什么", "要多久", "多少钱", "跑几次", "开始办"} <= set(texts)
    assert "来源：网上转载，2026年11月抄录，以当地窗口为准。" in texts


def test_pinyin_becomes_characters(window: Driver) -> None:
    open_home(window)
    window.tap("找事项：比如“老人钱”")
    window.type_pinyin("laoren", "老人")
    assert "老人" in window.texts()
    window.tap("清空")
    window.see("大家常找")


def test_back_leads_to_where_one_was(window: Driver) -> None:
    open_home(window)
    window.tap("生孩子")
    first = window.see("出生")
    window.tap(first)
    window.see("办事指南")
    window.tap("返回")
    assert window.page() == "browse"
    window.see(first)
    window.tap("返回")
    assert window.page() == "home"


def test_nothing_of_a_person_remains_when_the_time_is_up(window: Driver) -> None:
    open_home(window)
    window.tap("大字")
    window.tap("找事项：比如“老人钱”")
    window.type_pinyin("canji", "残疾")
    window.see("残疾")
    window.idle(119)
    assert window.page() == "find"
    window.idle(2)
    texts = window.texts()
    assert "您还在吗？" in texts
    assert not [text for text in texts if "残疾" in text], "the page under the question is blank"
    window.idle(61)
    window.see("点这里开始")
    assert not [text for text in window.everything() if "残疾" in text]
    open_home(window)
    assert "大字" in window.texts(), "large type ended with the session"
    window.tap("找事项：比如“老人钱”")
    window.see("大家常找")
    assert not [text for text in window.everything() if text in {"残疾", "can", "canji"}]


def test_whoever_answers_goes_on(window: Driver) -> None:
    open_home(window)
    window.tap("查我的办件")
    window.type("12")
    window.idle(150)
    window.tap("我还在，接着办")
    assert window.page() == "track"
    window.see("差7位")
    window.idle(100)
    window.see("差7位")


def test_leaving_ends_the_session_at_once(window: Driver) -> None:
    open_home(window)
    window.tap("查我的办件")
    window.type("123")
    window.tap("退出")
    assert window.page() == "attract"
    open_home(window)
    window.tap("查我的办件")
    assert not [text for text in window.everything() if "123" in text.replace(" ", "")]


def test_tracking_by_number_and_code(window: Driver, prepared: Prepared) -> None:
    open_home(window)
    window.tap("查我的办件")
    wrong = prepared.number.replace("-", "")
    window.type(wrong[:-1] + str((int(wrong[-1]) + 1) % 10))
    window.tap("下一步")
    window.see("编号对不上")
    window.tap("删除")
    window.type(wrong[-1])
    window.tap("下一步")
    window.see("4位查询码")
    window.type("0000")
    window.tap("查")
    window.see("对不上")
    window.type(CODE)
    window.tap("查")
    window.see("已保存，等待上传")
    window.see(prepared.masked)
    assert not [text for text in window.texts() if prepared.id_number[-6:] in text]


def test_tracking_by_id_and_phone(window: Driver, prepared: Prepared) -> None:
    open_home(window)
    window.tap("查我的办件")
    window.tap("没有凭条，用身份证号")
    window.type(prepared.id_number)
    window.tap("下一步")
    window.see("手机号最后4位")
    window.type(prepared.phone[-4:])
    window.tap("查")
    window.see("已保存，等待上传")


def test_a_slip_shows_the_state_alone(window: Driver, prepared: Prepared) -> None:
    open_home(window)
    window.tap("查我的办件")
    window.see("9位数字")
    window.scan("JINBAN1:nonsense")
    window.see("方形码")
    window.scan(prepared.slip)
    window.see("已保存，等待上传")
    assert not [text for text in window.texts() if prepared.masked in text or "津贴" in text]


def test_a_wrong_pin_locks_the_agent_and_nobody_else(window: Driver, prepared: Prepared) -> None:
    open_home(window)
    window.tap("代办员")
    for _ in range(8):
        window.see("请按密码")
        window.type("135790")
        window.tap("登录")
        window.see("密码")
        if window.see("密码").startswith("密码错了几次"):
            break
        texts = [text for text in window.texts() if "密码错了几次" in text]
        if texts:
            break
    else:
        pytest.fail("the agent was never locked")
    window.type(AGENT[2])
    window.tap("登录")
    window.see("密码错了几次")
    window.tap("返回")
    open_guide(window)
    window.see("开始办")


def test_the_desk_shows_masked_names(window: Driver, prepared: Prepared) -> None:
    open_home(window)
    window.tap("代办员")
    window.type(AGENT[2])
    window.tap("登录")
    window.see("有 1 件还没送到")
    window.see(prepared.masked)
    window.tap("新办一件")
    assert window.page() == "home"
    window.idle(181)
    window.see("点这里开始")
    open_home(window)
    window.tap("代办员")
    window.see("请按密码")


def test_a_second_window_is_refused(window: Driver, home: Path) -> None:
    assert Kiosk(home).refused(3, "run", "--window", "1080x1920")["code"] == "already-open"


def test_after_a_power_cut_the_window_opens_as_if_new(station: Start) -> None:
    window = station()
    open_home(window)
    window.tap("查我的办件")
    window.type("12")
    window.kill()
    window.restart()
    window.see("点这里开始")
    open_home(window)


def test_a_broken_casebook_leaves_the_guides(home: Path, station: Start) -> None:
    (home / "casebook.db").write_bytes(b"not a database" * 1000)
    for rest in home.glob("casebook.db-*"):
        rest.unlink()
    window = station()
    open_home(window)
    open_guide(window)
    window.tap("返回")
    window.see("gljt")
    window.tap("返回")
    window.tap("查我的办件")
    window.tap("没有凭条，用身份证号")
    window.see("身份证号")
    window.scan("JINBAN1:" + "A" * 22 + ":" + "A" * 22 + ":" + "A" * 43)
    window.see("先不收新申请")
    window.see("给技术员看")
    window.tap("回首页")
    assert window.page() == "home"

"""The window beside a real exchange with a real platform: words follow what is proven."""

from __future__ import annotations

import shutil
from pathlib import Path

from kiosk.main.demonstration import ReferencePlatform, prepare_station
from tests.helpers.driver import Driver
from tests.helpers.platform_process import platform
from tests.helpers.prepared import CODE, Prepared


def test_a_filing_is_sent_corrected_and_told(
    prepared: Prepared, home: Path, keyboard: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(prepared.data, tmp_path / "data"))
    with platform(data) as running:
        prepare_station(home, ReferencePlatform(running.url, data / "trust.json"))
        with Driver().start(home, sync=True) as window:
            window.see("有网", within=30)
            window.tap("点这里开始")
            window.tap("代办员")
            window.tap("机器状态")
            window.see("都送到了", within=30)
            case = running.cases()[-1]["case_number"]
            by, words = "2099-12-04", "存折看不清，请重拍。"
            running.decide(case, "correct", "--material", "m3", "--words", words, "--by", by)
            window.tap("立即同步")
            window.tap("返回")
            window.tap("返回")
            _look_up(window, prepared)
            window.see("要补一样材料", within=10)
            window.see(words)
            window.see("2099年12月4日前要送到部门。")
            window.see("存在这台机器里不算送到")
            assert "现在补" in window.texts()
            running.kill()


def test_without_a_platform_the_header_never_says_online(home: Path, keyboard: Path) -> None:
    with Driver().start(home, sync=True) as window:
        window.see("现在没有网", within=30)
        window.tap("点这里开始")
        window.see("没网：能先填好、存着", within=30)
        assert "有网" not in window.texts()


def _look_up(window: Driver, prepared: Prepared) -> None:
    """Until the correction has arrived: looking again is what a person does."""
    for _ in range(20):
        window.tap("查我的办件")
        window.see("9位数字")
        window.type(prepared.number.replace("-", ""))
        window.tap("下一步")
        window.see("4位查询码")
        window.type(CODE)
        window.tap("查")
        window.see("本机编号")
        if "要补一样材料" in window.texts():
            return
        window.tap("返回")
        window.tap("返回")

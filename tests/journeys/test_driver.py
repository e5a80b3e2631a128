"""The driver itself: it must not find what is not there, nor type what was not typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.devices.rime_deploy import deploy, is_deployed
from kiosk.domain.problems import EnvironmentProblem
from kiosk.main.demo.world import World
from kiosk.main.puppet.hand import Hand, WindowError
from tests.helpers.driver import KEYS, Driver


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not is_deployed(KEYS):
        try:
            deploy(KEYS)
        except EnvironmentProblem as problem:
            pytest.skip(f"not runnable here: {problem.message}")
    world = World(tmp_path_factory.mktemp("world"))
    world.found()
    return world.home


def find_page(driver: Driver) -> None:
    driver.tap("点这里开始")
    driver.see("全部事项", within=10)
    driver.tap("找事项：比如“老人钱”")
    driver.see("键盘")


@pytest.mark.slow
def test_what_a_person_could_not_do_raises(home: Path) -> None:
    with Driver().start(home, (1080, 1920)) as driver:
        with pytest.raises(AssertionError, match="is not there"):
            driver.tap("没有这个", within=0.2)
        with pytest.raises(AssertionError, match="not to be seen"):
            driver.see("没有这个", within=0.2)
        with pytest.raises(WindowError, match="open already"):
            driver.restart()
        find_page(driver)
        driver.type("gljt")
        driver.see("找到")
        texts = driver.texts()
        twice = [one.name for one in driver.seen() if one.role == "Button" and one.enabled]
        assert len(twice) == len(set(twice)), "two things of one name cannot be told apart"
        assert "高龄老人生活津贴申请" in {text.split("，")[0] for text in texts}


@pytest.mark.slow
@pytest.mark.parametrize("wanted", ["老人", "补贴12", "镬", "长滩"])
def test_chinese_is_typed_by_its_sounds(home: Path, wanted: str) -> None:
    with Driver().start(home) as driver:
        find_page(driver)
        driver.type(wanted)
        assert wanted in [text.replace(" ", "") for text in driver.everything()]


@pytest.mark.slow
def test_after_a_kill_it_opens_again_and_a_closed_one_says_so(home: Path, tmp_path: Path) -> None:
    driver = Driver().start(home, at="2026-11-22T04:00:00+00:00")
    states = [driver.is_open]
    driver.kill()
    states.append(driver.is_open)
    assert states == [True, False]
    with pytest.raises(WindowError, match="closed"):
        driver.texts()
    driver.restart()
    driver.see("点这里开始")
    assert driver.picture(tmp_path / "one.png").stat().st_size > 20_000
    driver.stop()


def test_without_readings_chinese_is_refused_before_a_key_is_tapped() -> None:
    with pytest.raises(WindowError, match="no readings"):
        Hand().type("老人")


@pytest.mark.slow
def test_a_home_that_is_none_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(WindowError, match="died with status 3"):
        Driver().start(tmp_path / "nowhere")

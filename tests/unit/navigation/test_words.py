"""Words of troubles: plain, blameless, for every known problem."""

from __future__ import annotations

import pytest

from assets import __file__ as assets
from kiosk.domain.problems import EnvironmentProblem, InputProblem, PlatformProblem, Problem
from ui.bridge import words
from ui.bridge.words import ResidentWords, words_of

FORBIDDEN = ("请勿", "非法", "失败", "异常", "错误码", "你")
ALL = [*words._BY_CODE.values(), words._PAUSED, words._NOT_THIS, words._NO_ROAD]


@pytest.mark.parametrize("told", ALL, ids=lambda told: told.title)
def test_words_are_plain(told: ResidentWords) -> None:
    assert 0 < len(told.title) <= 12
    assert not [word for word in FORBIDDEN if word in told.title + told.text]
    assert told.text.endswith("。")
    assert all(len(part) <= 28 for part in told.text.split("。"))


@pytest.mark.parametrize("told", ALL, ids=lambda told: told.title)
def test_every_icon_exists(told: ResidentWords) -> None:
    from pathlib import Path

    assert (Path(str(assets)).parent / "icons" / f"{told.icon}.svg").is_file()


@pytest.mark.parametrize("kind", [Problem, InputProblem, EnvironmentProblem, PlatformProblem])
def test_a_problem_without_words_of_its_own_gets_those_of_its_kind(kind: type[Problem]) -> None:
    told = words_of(kind("never-seen-before", "english for the technician"))
    assert told.title
    assert "english" not in told.text


def test_a_full_disk_pauses_only_new_applications() -> None:
    told = words_of(EnvironmentProblem("disk-full", "…"))
    assert told.title == "这台机器先不收新申请"
    assert "指南还能用" in told.text

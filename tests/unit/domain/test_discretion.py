"""Matters that are not named on lists and by ear."""

from __future__ import annotations

import pytest

from kiosk.domain.discretion import DISCREET, aloud, is_sensitive, matter_aloud


@pytest.mark.parametrize(
    "name",
    [
        "最低生活保障审核确认",
        "低保边缘家庭认定",
        "特困人员救助供养",
        "重度残疾人护理补贴",
        "孤儿基本生活费申请（社会散居孤儿）",
        "收养登记",
        "内地居民离婚登记",
        "医疗救助申请",
    ],
)
def test_what_others_must_not_learn(name: str) -> None:
    assert is_sensitive(name)
    assert matter_aloud(name) == DISCREET
    assert name not in aloud(f"只用来办“{name}”。")


@pytest.mark.parametrize("name", ["高龄老人生活津贴申请", "养犬登记", "内地居民结婚登记", ""])
def test_the_rest_keeps_its_name(name: str) -> None:
    assert not is_sensitive(name)
    assert matter_aloud(name) == name
    assert aloud(f"只用来办“{name}”。") == f"只用来办“{name}”。"


def test_only_what_is_quoted_is_left_out_of_a_sentence() -> None:
    said = aloud("只办“低保”这一件，不办“养犬登记”。")
    assert said == "只办这件事这一件，不办“养犬登记”。"

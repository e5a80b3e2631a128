"""Departments: offices of one line stand together, and nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.journeys.departments import UNSAID, lines_of, order_of


@pytest.mark.parametrize(
    ("department", "lines"),
    [
        ("揭阳市民政局", ("民政",)),
        ("县级民政部门（镇街受理初审）", ("镇街、村居", "民政")),
        ("街道办事处或乡（镇）人民政府审核，民政部门审批", ("镇街、村居", "民政")),
        ("县级人民政府民政部门", ("民政",)),
        ("惠州市惠城区人民政府", ("县市政府",)),
        ("化州市自然资源局", ("土地、不动产",)),
        ("不动产登记机构", ("土地、不动产",)),
        ("动物卫生监督机构", ("农业农村",)),
        ("揭阳市住房公积金管理中心", ("公积金",)),
        ("揭西县农村商业银行", ("农村商业银行",)),
        ("乡镇企业局", ("乡镇企业局",)),
        ("广东省揭阳市普宁市气象局", ("气象局",)),
        ("龙岗区气象局（观测站）", ("气象局",)),
        ("所在地养犬登记机关", ("养犬登记机关",)),
        ("县级以上", ("县级以上",)),
        ("（内部）", ("（内部）",)),
        ("市", ("市",)),
        ("  ", (UNSAID,)),
        ("", (UNSAID,)),
        (None, (UNSAID,)),
    ],
)
def test_lines(department: str | None, lines: tuple[str, ...]) -> None:
    assert lines_of(department) == lines


@given(st.text(alphabet="省市县区镇局民政公安（）()（某 a\n", max_size=40))
def test_everything_stands_somewhere(department: str) -> None:
    lines = lines_of(department)
    assert lines
    assert all(lines)
    assert len(set(lines)) == len(lines)
    assert lines_of(department) == lines


def test_the_order_is_total_and_what_is_not_said_comes_last() -> None:
    names = [UNSAID, "气象局", "民政", "档案局", "县市政府", "镇街、村居"]
    told = sorted(names, key=order_of)
    assert told[:3] == ["镇街、村居", "民政", "县市政府"]
    assert told[-1] == UNSAID
    assert len({order_of(name) for name in names}) == len(names)

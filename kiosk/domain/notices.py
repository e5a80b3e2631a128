"""The notice 告知 that stands before every filing (个人信息保护法 §17).

Rules: it says who receives the data, why, which kinds, how long this machine keeps them, and what
rights there are; it is shown, spoken and printable; in proxy filing it speaks to the principal.
Its version is recorded in every submission, so that it can be proven what people were told.
"""

from __future__ import annotations

from dataclasses import dataclass

NOTICE_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Notice:
    """The words of one notice; ``lines`` pair a heading with a sentence."""

    version: str
    title: str
    lines: tuple[tuple[str, str], ...]


def notice_for(
    item_name: str, department: str | None, *, for_another: bool, publicised: bool
) -> Notice:
    """The notice for filing one item.

    Args:
        item_name: the matter.
        department: who decides; None when the guide does not say.
        for_another: whether somebody files for the person concerned.
        publicised: whether the outcome is posted in the village (公示).
    """
    whose = "当事人的" if for_another else "您的"
    receiver = department or f"管“{item_name}”的部门（指南没写是哪一个）"
    lines = [
        ("交给谁", f"通过省政务平台交给{receiver}。"),
        ("为什么", f"只用来办“{item_name}”。"),
        ("有什么", f"{whose}姓名、证件号码、填写的内容和材料照片。"),
        ("留多久", "锁在这台机器里，平台确认存好后删除。机器上只留编号和打了星号的姓名。"),
        ("可以怎样", "可以不交、可以撤回，也可以要求查看、更正。"),
    ]
    if publicised:
        lines.append(("会公示", "这件事要在村里公示，别人会看到办理结果。"))
    return Notice(NOTICE_VERSION, "交之前，请先看清", tuple(lines))

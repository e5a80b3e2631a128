"""The two who file: a resident for herself, the village agent for an elder.

Rules: both go the whole way through the window, by touch, with the on-screen keys.
"""

from __future__ import annotations

from typing import Final

from kiosk.main.demo.cast import ACCOUNT, AGENT_PERSON, DISABLED, ELDER, Person
from kiosk.main.demo.walk import HELD, PAPER, PHOTO, Answer, Walk
from kiosk.main.demonstration import AGENT

_VILLAGE: Final = ("揭西县", "南山镇", "道南社区居委会")
ALLOWANCE_ANSWERS: Final = (
    Answer("户口在哪个村", taps=_VILLAGE),
    Answer("存折的账号", typed=ACCOUNT),
    Answer("自己的名字", taps=("是",)),
)
SUBSIDY_ANSWERS: Final = (
    Answer("户口在哪个村", taps=("揭阳市", *_VILLAGE)),
    Answer("哪种证", taps=("残疾人证",)),
    Answer("是几级", taps=("一级",)),
    Answer("哪天有效", typed="20301231"),
    Answer("哪家银行", typed="邮政储蓄银行"),
    Answer("存折的账号", typed=ACCOUNT),
)


def fill_in_allowance(walk: Walk, person: Person, ways: tuple[str, ...]) -> None:
    """From the home page to the signature: the old-age allowance, for oneself."""
    walk.find("gljt", "高龄老人生活津贴申请")
    walk.shoot("guide", "The guide: who, what to bring, how long; and where it was copied from.")
    walk.choose_way("给自己办")
    walk.tell_person(person, "看清了")
    walk.read_notice("户口在哪个村")
    walk.answer(ALLOWANCE_ANSWERS, "question")
    walk.hand_in(ways)
    walk.check()
    walk.sign(person)


def file_allowance(walk: Walk) -> str:
    """The resident files for herself; the local number."""
    fill_in_allowance(walk, ELDER, (PHOTO, HELD, PHOTO, PAPER))
    number = walk.save()
    walk.leave()
    return number


def file_subsidy(walk: Walk) -> str:
    """The agent signs in and files for an elder, with her mandate and photos; the local number."""
    walk.begin()
    walk.onward("请按密码", "代办员")
    walk.hand.type(AGENT[2])
    walk.onward("新办一件", "登录")
    walk.shoot("desk", "The agent's desk: masked names, what is owed, what came back.")
    walk.onward("全部事项", "新办一件")
    walk.find("hlbt", "重度残疾人护理补贴")
    walk.choose_way("代办员帮办")
    walk.tell_person(DISABLED, "代办员的姓名")
    walk.tell_person(AGENT_PERSON, "您亲戚的事吗")
    walk.hand.tap("不是，我和他不是亲戚")
    walk.shoot("own-part", "At every filing the agent says whether it is a relative's matter.")
    walk.onward("看清了")
    walk.read_notice("委托书")
    _give_mandate(walk)
    walk.answer(SUBSIDY_ANSWERS, "question")
    walk.hand_in((PHOTO, PHOTO, PHOTO, PHOTO))
    walk.check()
    walk.sign(DISABLED, AGENT_PERSON)
    number = walk.save()
    walk.leave()
    return number


def _give_mandate(walk: Walk) -> None:
    """Read it, say what else he may do, sign on paper, photograph the paper."""
    walk.shoot("mandate", "The mandate comes before the questions: who, what, until when.")
    walk.onward("还让他做什么", "本人同意，下一步")
    walk.hand.tap("可以代填收款账户")
    walk.shoot("powers", "Nothing is given beforehand: each power is asked for.")
    walk.onward("怎么签")
    walk.hand.tap("纸上签好，拍照，原件留给站里")
    walk.onward("拍下这张纸")
    walk.onward("字看得清吗", "拍照")
    walk.shoot("mandate-paper", "Signed on paper, and photographed; the original stays here.")
    walk.onward("户口在哪个村", "就用这张")

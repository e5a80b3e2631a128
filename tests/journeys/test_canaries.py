"""A person's data is planted in every field, the person leaves, and every place is searched.

What is searched: every file that is new or changed below the home, the folders of the user (XDG),
the temporary folder and /dev/shm, with everything that Qt and librime cache there; stderr; what was
printed; environment and command line; all Qt objects, items and lists; the accessibility tree;
clipboard and selection; the input engine; every text and all bytes that Python still holds; what
the platform stores in the clear. What cannot be searched: memory that was freed and not yet used
again, pixels inside of Qt and of the display, the swap file, and what a person took away on paper.
docs/retention.md says the same to whoever runs a station.
"""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypinyin import lazy_pinyin

from kiosk.devices.darkroom import develop
from kiosk.devices.rime_deploy import is_deployed
from kiosk.main.demo.cast import Person, handwriting
from kiosk.main.demo.walk import HELD, PHOTO, Answer, Walk
from kiosk.main.demonstration import AGENT
from kiosk.main.puppet.hand import Hand, Launch
from tests.helpers.canaries import Canaries, Trace, Watched
from tests.helpers.command import ROOT, Kiosk, environment
from tests.helpers.driver import KEYS
from tests.helpers.platform_process import platform
from tests.helpers.prepared import ITEM, prepare

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not is_deployed(KEYS), reason="not runnable here: the keyboard is not deployed"
    ),
]

WHO = Person("饕餮", "440000194307177370", "13946802579", "8317")
ACCOUNT = "6220739517395173957"
PLACE = "饕餮树下"
QUERY, LETTERS = "魑魅", "zxqzvkw"
RECORD = "CANARY-GPS-23.5N"
VILLAGE = ("揭西县", "南山镇", "道南社区居委会")
SHARED_MEMORY = Path("/dev/shm")
CHANNELS = ("objects", "accessibility", "clipboard", "keys", "python", "process")


def photo() -> bytes:
    """A picture with words in every record that a camera writes."""
    record = Image.Exif()
    record[0x010E] = record[0x013B] = RECORD
    picture = Image.effect_noise((900, 700), 90).convert("RGB")
    buffer = io.BytesIO()
    picture.save(
        buffer, "JPEG", exif=record.tobytes(), comment=RECORD.encode(), xmp=RECORD.encode()
    )
    return buffer.getvalue()


def middle(data: bytes) -> bytes:
    """A piece of a file that no other file has."""
    return data[len(data) // 2 :][:40]


@dataclass
class World:
    """One window on one station, everything it may write to, and who was there."""

    home: Path
    around: Path
    hand: Hand
    before: Watched
    words: dict[str, str | bytes] = field(default_factory=dict)
    looks: int = 0

    def notice(self) -> None:
        """Take down what the window made itself, to look for it later."""
        made = self.hand._ask("made")
        assert (made["core"], made["dumpable"]) == ([0, 0], 0)
        for kind in ("signatures", "pictures"):
            for data in map(bytes.fromhex, made[kind]):
                self.words[f"one of the {kind}"] = middle(data)

    def memory(self) -> set[Trace]:
        """What of the person this process can still reach."""
        folder = self.around.with_name(f"looked-{self.looks}")
        self.looks += 1
        folder.mkdir()
        self.hand._ask("remains", folder=str(folder))
        canaries = Canaries(self.words)
        found: set[Trace] = set()
        for name in CHANNELS:
            data = (folder / name).read_bytes()
            found |= canaries.within(data, name, depth=0)
            if WHO.code.encode() in data.split(b"\n"):
                found.add(Trace("the tracking code", "utf-8", name))
        shutil.rmtree(folder)
        return found

    def files(self) -> set[Trace]:
        """What of the person stands in a file."""
        return Canaries(self.words).in_files(self.before.changed())

    def nothing_remains(self) -> None:
        """On the waiting page, and where the next person looks first."""
        self.hand.see("点这里开始")
        assert self.memory() == set()
        Walk(self.hand).begin()
        self.hand.tap("查我的办件")
        self.hand.tap("没有凭条，用身份证号")
        assert self.memory() == set()
        self.hand.tap("退出")
        assert self.files() == set()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = prepare(tmp_path_factory.mktemp("canaries")).home
    (home / "camera").mkdir()
    (home / "camera" / "1.jpg").write_bytes(photo())
    return home


@pytest.fixture
def world(prepared: Path, tmp_path: Path) -> Iterator[World]:
    around = tmp_path / "around"
    home = Path(shutil.copytree(prepared, around / "home"))
    variables = {
        "HOME": "user",
        "XDG_CACHE_HOME": "cache",
        "XDG_CONFIG_HOME": "config",
        "XDG_DATA_HOME": "data",
        "XDG_STATE_HOME": "state",
        "XDG_RUNTIME_DIR": "run",
        "TMPDIR": "temporary",
    }
    for folder in variables.values():
        (around / folder).mkdir(mode=0o700)
    extra = {name: str(around / folder) for name, folder in variables.items()}
    extra["SEARCHED_STDERR"] = str(around / "stderr")
    taken = (home / "camera" / "1.jpg").read_bytes()
    words: dict[str, str | bytes] = {
        "name": WHO.name,
        "number": WHO.id_number,
        "phone": WHO.phone,
        "account": ACCOUNT,
        "place": PLACE,
        "query": QUERY,
        "letters": LETTERS,
        "pin": AGENT[2],
        "record of the camera": RECORD,
        "picture as taken": middle(taken),
        "picture as stored": middle(develop(taken)),
    }
    before = Watched(around, SHARED_MEMORY)
    launch = Launch("tests.helpers.searched_host", environment(extra), ROOT)
    hand = Hand(KEYS, readings=lazy_pinyin, launch=launch)
    with hand.start(home):
        yield World(home, around, hand, before, words)


# -- people ----------------------------------------------------------------------------------------


def search_first(walk: Walk) -> None:
    """A query in characters, then letters that stay letters."""
    walk.hand.tap("找事项：比如“老人钱”")
    walk.hand.type(QUERY)
    walk.hand.type(LETTERS)


def fill_in(world: World) -> Walk:
    """From the first touch to the check: the allowance, for oneself."""
    walk = Walk(world.hand)
    walk.begin()
    search_first(walk)
    world.hand.tap("返回")
    world.hand.tap("找事项：比如“老人钱”")
    world.hand.tap("清空")
    world.hand.type("gljt")
    world.hand.tap("高龄老人生活津贴申请")
    world.hand.see("谁能办")
    walk.choose_way("给自己办")
    walk.tell_person(WHO, "看清了")
    walk.read_notice("户口在哪个村")
    answers = (
        Answer("户口在哪个村", taps=VILLAGE),
        Answer("存折的账号", typed=ACCOUNT),
        Answer("自己的名字", taps=("是",)),
    )
    walk.answer(answers, "question")
    walk.hand_in((PHOTO, HELD, HELD, HELD))
    return walk


def sign(world: World, walk: Walk) -> None:
    """Code, where to be found, signature."""
    world.hand.type(WHO.code)
    walk.onward("怎么找您")
    walk.reach("到别的地方找我")
    walk.onward("到哪里找您")
    world.hand.tap("别的地方，自己写")
    walk.onward("在哪里")
    world.hand.type(PLACE)
    walk.onward(f"请{WHO.name}签名")
    world.hand.draw("签名处", handwriting("李桂"))


def leave(world: World) -> None:
    """退出, and yes, really."""
    world.hand.tap("退出")
    world.hand.tap("不要了，退出")


# -- ways of leaving -------------------------------------------------------------------------------


def test_who_finishes(world: World) -> None:
    walk = fill_in(world)
    walk.check()
    sign(world, walk)
    world.notice()
    assert {"signatures", "pictures"} <= {name.split()[-1] for name in world.words}
    there = {trace.canary for trace in world.memory()}
    assert {"name", "number", "phone", "account", "place", "the tracking code"} <= there
    assert "picture as stored" in there
    walk.save()
    world.hand.tap("打印凭条")
    world.hand.see("再打一份")
    walk.leave()
    world.nothing_remains()
    assert list((world.home / "prints").iterdir())


def test_who_leaves_half_way(world: World) -> None:
    fill_in(world)
    world.notice()
    leave(world)
    world.nothing_remains()


def test_who_walks_away(world: World) -> None:
    walk = Walk(world.hand)
    walk.begin()
    search_first(walk)
    there = {trace.canary for trace in world.memory()}
    assert {"query", "letters"} <= there, "letters that are still being composed"
    world.hand.idle(200)
    world.nothing_remains()


def test_who_meets_trouble(world: World) -> None:
    walk = Walk(world.hand)
    walk.begin()
    search_first(walk)
    world.hand.tap("返回")
    world.hand.tap("查我的办件")
    world.hand.tap("没有凭条，用身份证号")
    world.hand.type(WHO.id_number)
    assert "number" in {trace.canary for trace in world.memory()}
    world.hand.tap("下一步")
    world.hand.tap("返回")
    world.hand.tap("返回")
    served = world.home / "directory" / "directory.db"
    served.rename(served.with_suffix(".aside"))
    served.write_bytes(b"broken" * 1000)
    world.hand.tap("全部事项")
    walk.arrive("trouble")
    served.with_suffix(".aside").replace(served)
    world.hand.tap("退出")
    world.nothing_remains()


def test_an_agent_who_signs_out(world: World) -> None:
    walk = Walk(world.hand)
    walk.begin()
    walk.onward("请按密码", "代办员")
    world.hand.type(AGENT[2])
    walk.onward("新办一件", "登录")
    walk.onward("全部事项", "新办一件")
    walk.find("hlbt", "重度残疾人护理补贴")
    walk.choose_way("代办员帮办")
    walk.tell_person(WHO, "代办员的姓名")
    assert {"name", "number"} <= {trace.canary for trace in world.memory()}
    leave(world)
    world.nothing_remains()


def test_a_window_that_is_killed(world: World) -> None:
    fill_in(world)
    world.notice()
    world.hand.kill()
    assert any("open.draft" in path.name for path in world.before.changed())
    assert world.files() == set()
    world.hand.restart()
    Walk(world.hand).begin()
    world.hand.see("接着上次办")
    assert world.memory() == set()
    world.hand.tap("查我的办件")
    world.hand.tap("退出")
    world.nothing_remains()


# -- by command, and at the platform ---------------------------------------------------------------


def test_what_is_filed_by_command_is_readable_nowhere(prepared: Path, tmp_path: Path) -> None:
    """Rare characters too, which no key types; and what the platform stores in the clear."""
    home, data = tmp_path / "home", prepared.parent / "data"
    shutil.copytree(prepared, home)
    kiosk = Kiosk(home)
    rare, reason = "𬜯𫖮𠅤", "表弟𬭼那里放着金丝雀"
    given = json.loads(kiosk.example(ITEM, tmp_path).read_text("utf-8"))
    given["parties"][0] |= {"name": rare, "id_number": WHO.id_number, "phone": WHO.phone}
    given["form"] = _with_account(given["form"])
    given["materials"] = {"m2": {"state": "missing", "reason": reason}}
    answers, picture = tmp_path / "answers.json", tmp_path / "taken.jpg"
    answers.write_text(json.dumps(given), encoding="utf-8")
    picture.write_bytes(photo())
    words: dict[str, str | bytes] = {
        "name": rare,
        "reason": reason,
        "number": WHO.id_number,
        "phone": WHO.phone,
        "account": ACCOUNT,
        "record": RECORD,
        "picture": middle(develop(photo())),
        "file": "taken.jpg",
    }
    watched = Watched(home, data, SHARED_MEMORY)
    attach = ("--attach", f"m1={picture}")
    kiosk.ok("file", "--item", ITEM, "--answers", answers, *attach)
    with platform(data) as served:
        kiosk.ok("init", "--platform", served.url, "--trust", data / "trust.json")
        assert kiosk.ok("sync", "once")["waiting"] == 0
        cases = json.dumps(served.cases(), ensure_ascii=False)
    canaries = Canaries(words)
    changed = watched.changed()
    assert {"casebook.db", "platform.db"} <= {path.name for path in changed}
    assert canaries.in_files(changed) == set()
    assert canaries.within(cases.encode(), "cases") == set()


def _with_account(form: dict[str, Any]) -> dict[str, Any]:
    """The example's form with the account of the canary."""
    (name,) = [key for key, value in form.items() if str(value).isdigit() and len(value) > 15]
    return {**form, name: ACCOUNT}


# -- the control -----------------------------------------------------------------------------------


def test_a_leak_in_any_channel_is_noticed(world: World) -> None:
    """The search finds what is there: one leak in every place, in the forms that leaks have."""
    for channel in CHANNELS:
        word = LETTERS if channel == "keys" else f"{PLACE}{channel}"
        world.words[channel] = word
        world.hand._ask("plant", channel=channel, word=word)
        assert channel in {trace.place for trace in world.memory()}, channel
    world.hand._ask("plant", channel="stderr", word=PLACE)
    for folder in ("home/packages", "user", "cache", "config", "run", "temporary"):
        (world.around / folder / "leak").write_bytes(PLACE.encode("utf-16-le"))
    mine = SHARED_MEMORY / f"leak-{os.getpid()}"
    mine.write_text(WHO.id_number)
    try:
        found = {trace.place for trace in world.files()}
    finally:
        mine.unlink()
    leaks = {str(path) for path in world.around.rglob("leak")}
    assert {*leaks, str(mine), str(world.around / "stderr")} <= found
    assert len(leaks) == 6

"""Typing as people do it: pinyin full, sloppy and by initials, Cantonese, strokes, places."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.devices.keying import InputSession, LettersOnly, Script
from kiosk.devices.rime import Rime, open_engine
from kiosk.devices.rime_deploy import OURS, deploy, is_deployed
from kiosk.domain.problems import EnvironmentProblem


def spell(session: InputSession, letters: str, script: Script = Script.PINYIN) -> tuple[str, ...]:
    session.use(script)
    for letter in letters:
        session.press(letter)
    return session.candidates(0, 9)


@pytest.mark.parametrize(
    ("letters", "first"),
    [
        ("gaolingjintie", "高龄津贴"),
        ("laorenqian", "老人钱"),
        ("sfz", "身份证"),
        ("shebaoka", "社保卡"),
        ("sebaoka", "社保卡"),
        ("daibanyuan", "代办员"),
        ("jingxiyuanzhen", "京溪园镇"),
        ("hukouben", "户口本"),
    ],
)
def test_pinyin_finds_the_words_of_the_counter(rime: Rime, letters: str, first: str) -> None:
    assert spell(rime.open(), letters)[0] == first


@pytest.mark.parametrize(("letters", "first"), [("loujan", "老人"), ("heiuk", "起屋")])
def test_jyutping_answers_in_simplified(rime: Rime, letters: str, first: str) -> None:
    assert spell(rime.open(), letters, Script.JYUTPING)[0] == first


def test_strokes_find_characters_and_are_shown_as_strokes(rime: Rime) -> None:
    session = rime.open()
    assert spell(session, "hspn", Script.STROKE)[0] == "木"
    assert session.letters == "一丨丿丶"


def test_characters_of_guangdong_places_can_be_typed(rime: Rime) -> None:
    session = rime.open()
    rows = (OURS / "characters.txt").read_text(encoding="utf-8").splitlines()
    for row in rows:
        character, reading = row.split("\t")
        session.use(Script.PINYIN)
        for letter in reading:
            session.press(letter)
        assert character in session.candidates(0, 400), row


def test_choosing_part_by_part_commits_the_whole(rime: Rime) -> None:
    session = rime.open()
    found = list(spell(session, "gaolinglao"))
    committed = session.choose(found.index("高龄"))
    assert committed == ""
    assert session.letters == "高龄lao"
    assert session.choose(session.candidates(0, 9).index("老")) == "高龄老"
    assert session.letters == ""


def test_erasing_ends_with_nothing_to_erase(rime: Rime) -> None:
    session = rime.open()
    spell(session, "lao")
    assert [session.backspace() for _ in range(4)] == [True, True, True, False]
    assert session.candidates(0, 9) == ()


def test_candidates_page_without_gaps(rime: Rime) -> None:
    session = rime.open()
    whole = (spell(session, "yi"), session.candidates(0, 40))[1]
    assert whole[:10] + session.candidates(10, 30) == whole
    assert len(set(whole)) == len(whole)
    assert session.candidates(100_000, 5) == ()


def test_a_choice_that_is_not_there_is_refused(rime: Rime) -> None:
    session = rime.open()
    spell(session, "yi")
    with pytest.raises(IndexError):
        session.choose(99_999)


@pytest.mark.parametrize("hostile", ["", "ab", "A", "1", "é", "\n", "中"])
def test_only_letters_are_taken(rime: Rime, hostile: str) -> None:
    with pytest.raises(ValueError, match="not a lower-case letter"):
        rime.open().press(hostile)


def test_nothing_typed_stays(rime: Rime) -> None:
    session = rime.open()
    for _ in range(30):  # what a learning engine would remember
        found = spell(session, "lijianguo")
        session.choose(len(found) - 1)
        session.clear()
    ranked = spell(session, "lijianguo")
    folder = rime._user
    assert folder is not None
    rime.forget()
    assert not folder.exists()
    assert session.letters == ""
    assert spell(session, "lijianguo") == ranked
    kept = rime._user
    assert kept is not None
    assert list(kept.rglob("*.userdb*")) == []


def test_closing_leaves_no_folder(prebuilt: Path) -> None:
    engine = Rime(prebuilt)
    folder = engine._user
    assert folder is not None
    assert folder.stat().st_mode & 0o077 == 0
    engine.close()
    engine.close()
    assert not folder.exists()


def test_a_key_costs_next_to_nothing(rime: Rime) -> None:
    session = rime.open()
    spell(session, "gao")  # the tables are in memory now
    session.clear()
    spent = []
    for letter in "gaolingjintieshebaoka":
        began = time.thread_time()
        session.press(letter)
        session.candidates(0, 8)
        spent.append(time.thread_time() - began)
    assert sorted(spent)[len(spent) // 2] < 0.0005


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.one_of(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), st.sampled_from("<0123"))))
def test_any_order_of_keys_keeps_its_word(rime: Rime, keys: list[str]) -> None:
    session = rime.open()
    for key in keys:
        offered = session.candidates(0, 5)
        if key == "<":
            session.backspace()
        elif key.isdigit():
            if int(key) < len(offered):
                session.choose(int(key))
        else:
            session.press(key)
        assert bool(session.candidates(0, 1)) <= bool(session.letters)
    session.close()


def test_a_machine_without_dictionaries_says_what_to_do(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    assert isinstance(engine, LettersOnly)
    assert "rime_deploy" in engine.lack
    session = engine.open()
    assert session.press("a") == "a"
    assert not session.backspace()
    assert session.candidates(0, 9) == ()


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="rime-data-pinyin-simp"):
        deploy(tmp_path / "rime", system_data=tmp_path)
    assert not is_deployed(tmp_path / "rime")
    assert list(tmp_path.iterdir()) == []


def test_the_command_tells_a_fault_in_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.devices.rime_deploy"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ},
    )
    assert done.returncode == 2
    assert "folder" in done.stderr

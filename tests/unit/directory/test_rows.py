"""Full + deltas = next full; applied on real files, whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.directory_rows import (
    Content,
    Header,
    Row,
    Value,
    difference,
    digest_of,
    full,
    lines,
    read,
)
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.store.directory import Directory, bundled_directory
from kiosk.store.directory_apply import Origin, build_delta, build_full, facts

ORIGIN = Origin("platform", "r" * 64)
WHEN = "2026-11-22T00:00:00Z"
ITEM = '{"item_id":"a"}'

keys = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=4)
contents = st.dictionaries(
    st.one_of(
        st.tuples(st.sampled_from(["item", "form", "division"]), keys),
        st.tuples(st.just("search_tokens"), keys),
    ),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=6),
    max_size=8,
).map(
    lambda drawn: {
        place: value.encode() if place[0].startswith("search") else value
        for place, value in drawn.items()
    }
)


def header(content: Content, version: int, since: int | None = None) -> Header:
    return Header("common", version, since, WHEN, digest_of(content))


def packed(path: Path, head: Header, rows: list[Row]) -> Path:
    path.write_bytes(zstd.compress(b"".join(lines(head, rows))))
    return path


@given(st.lists(contents, min_size=2, max_size=4))
def test_full_and_deltas_lead_to_the_next_full(states: list[dict[tuple[str, str], Value]]) -> None:
    here = dict(states[0])
    for following in states[1:]:
        for row in read(lines(header(following, 2, 1), difference(here, following)))[1]:
            if row.value is None:
                del here[row.table, row.key]
            else:
                here[row.table, row.key] = row.value
        assert here == following
        assert digest_of(here) == digest_of(following)
        assert read(lines(header(following, 2), full(following)))[0].since is None


@settings(max_examples=25, deadline=None)
@given(contents, contents)
def test_files_lead_to_the_same_directory(
    tmp_path_factory: pytest.TempPathFactory,
    old: dict[tuple[str, str], Value],
    new: dict[tuple[str, str], Value],
) -> None:
    folder = tmp_path_factory.mktemp("apply")
    one, two = folder / "one.db", folder / "two.db"
    build_full(packed(folder / "1.zst", header(old, 1), full(old)), one, ORIGIN)
    delta = packed(folder / "1-2.zst", header(new, 2, 1), difference(old, new))
    build_delta(one, [delta], one, ORIGIN)
    build_full(packed(folder / "2.zst", header(new, 2), full(new)), two, ORIGIN)
    assert facts(one) == facts(two)
    assert {path.name for path in folder.iterdir()} == {
        "one.db",
        "two.db",
        "1.zst",
        "2.zst",
        "1-2.zst",
    }


@pytest.mark.parametrize(
    "damage", ["digest", "version", "origin", "truncated", "table", "header", "garbage", "bomb"]
)
def test_whatever_is_wrong_leaves_the_old_one(
    tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old: dict[tuple[str, str], Value] = {("division", "44"): "广东省"}
    new: dict[tuple[str, str], Value] = {("division", "44"): "广东"}
    target = tmp_path / "directory.db"
    build_full(packed(tmp_path / "1", header(old, 1), full(old)), target, ORIGIN)
    before = target.read_bytes()
    head, rows, origin = header(new, 2, 1), difference(old, new), ORIGIN
    match damage:
        case "digest":
            head = header(old, 2, 1)
        case "version":
            head = header(new, 3, 2)
        case "origin":
            origin = Origin("platform", "other")
        case "table":
            rows = [*rows, Row("sqlite_master", "x", "y")]
        case "bomb":
            monkeypatch.setattr("kiosk.store.directory_apply.MAX_EXPANDED", 100)
    delta = packed(tmp_path / "2", head, rows)
    if damage == "truncated":
        delta.write_bytes(delta.read_bytes()[:-9])
    elif damage == "header":
        delta.write_bytes(zstd.compress(b'{"format": 9}\n'))
    elif damage == "garbage":
        delta.write_bytes(b"<html>")
    with pytest.raises(InputProblem):
        build_delta(target, [delta], target, origin)
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2", "directory.db"]


def test_a_reader_keeps_the_version_that_it_opened(tmp_path: Path) -> None:
    old: dict[tuple[str, str], Value] = {("division", "440000000000"): "旧"}
    new: dict[tuple[str, str], Value] = {("division", "440000000000"): "新"}
    target = tmp_path / "directory.db"
    build_full(packed(tmp_path / "1", header(old, 1), full(old)), target, ORIGIN)
    with Directory.open(target) as directory:
        assert not directory.replaced()
        build_full(packed(tmp_path / "2", header(new, 2), full(new)), target, ORIGIN)
        assert directory.replaced()
        found = directory.divisions.get("440000000000")
        assert found is not None
        assert found.name == "旧"
    with Directory.open(target) as directory:
        assert directory.info().version == 2


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + b"x" * 200])
def test_a_file_that_is_no_directory_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "directory.db"
    path.write_bytes(content)
    with pytest.raises(EnvironmentProblem) as told:
        Directory.open(path)
    assert told.value.code == "directory-damaged"
    assert facts(path) is None
    with pytest.raises(EnvironmentProblem) as absent:
        Directory.open(tmp_path / "nothing.db")
    assert absent.value.code == "no-directory"


def test_the_bundled_directory(tmp_path: Path) -> None:
    with bundled_directory() as path, Directory.open(path) as directory:
        assert directory.info().items == 91
        assert len(list(directory.items())) == 91
        jieyang = directory.divisions.get("445200000000")
        assert jieyang is not None
        assert jieyang.name == "揭阳市"
        assert len(directory.divisions.children("440000000000")) == 21
        assert len(directory.divisions.children("441900000000")) > 30
        assert [one.name for one in directory.divisions.path("445202001000")][1:3] == [
            "揭阳市",
            "榕城区",
        ]
        assert "2026-10-10" in directory.holidays()[2026]["workdays"]
        assert 2027 not in directory.holidays()
        with pytest.raises(InputProblem) as unknown:
            directory.item("' OR 1=1 --")
        assert unknown.value.code == "unknown-item"
    with bundled_directory() as again:
        assert again == path


_SWAPPER = """
import sys
from pathlib import Path
from kiosk.store.directory_apply import Origin, build_full
folder = Path(sys.argv[1])
print("ready", flush=True)
while True:
    for number in (1, 2):
        build_full(folder / f"{number}.zst", folder / "directory.db", Origin("platform", "r"))
"""


def test_killed_at_any_moment_a_whole_directory_stands(tmp_path: Path) -> None:
    for number in (1, 2):
        content: dict[tuple[str, str], Value] = {
            ("division", f"{row:012}"): f"第{number}版" for row in range(3000)
        }
        packed(tmp_path / f"{number}.zst", header(content, number), full(content))
    target = tmp_path / "directory.db"
    build_full(tmp_path / "1.zst", target, ORIGIN)
    first = target.stat().st_ino
    for attempt in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", _SWAPPER, str(tmp_path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.fspath(Path(__file__).parents[3])},
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.03 + attempt * 0.017)
            process.send_signal(signal.SIGKILL)
        with Directory.open(target) as directory:
            version = directory.info().version
            assert {name for _, name in directory._rows("SELECT key, value FROM division")} == {
                f"第{version}版"
            }
    assert target.stat().st_ino != first  # it was replaced, or the kills came too early
    left = list(tmp_path.glob(".directory.db.*.tmp"))
    for draft in left:
        os.utime(draft, (0, 0))
    build_full(tmp_path / "1.zst", target, ORIGIN)
    assert not list(tmp_path.glob(".directory.db.*.tmp"))

"""Cuts of a real ext4 under the whole store; `make soak` runs many more."""

from __future__ import annotations

from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from tests.helpers.crashes import faults, honest
from tests.soak.kernel import ExtDisk, control, cut_directory, cut_once, not_runnable
from tests.soak.kills import two_directories


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> ExtDisk:
    reason = not_runnable()
    if reason is not None:
        pytest.skip(f"not runnable here: {reason}")
    return ExtDisk.made(tmp_path_factory.mktemp("ext4"))


def test_nothing_promised_before_the_cut_is_lost(disk: ExtDisk) -> None:
    disk.renew()
    luck, promised = Random(6), set[UUID]()
    for _ in range(5):
        promised |= cut_once(disk, honest, luck)
        with disk.mounted():
            assert faults(disk.home, promised) == []
    assert len(promised) > 8


@pytest.mark.parametrize("name", ["synchronous NORMAL", "synchronous OFF"])
def test_a_weakened_store_is_noticed(disk: ExtDisk, name: str) -> None:
    assert control(disk, name, Random(6), 3).caught


def test_a_cut_leaves_one_whole_directory(disk: ExtDisk, tmp_path: Path) -> None:
    files, luck = two_directories(tmp_path), Random(6)
    disk.renew()
    assert [fault for _ in range(4) for fault in cut_directory(disk, files, luck)] == []

"""Choosing a place: the station's own stand first, and nothing is lost by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from kiosk.domain.divisions import Level
from kiosk.store.directory import Directory
from kiosk.store.directory_bundle import bundled_directory
from ui.bridge.places import PROVINCE, Picker, listed

COUNTY, CITY = "445222000000", "445200000000"


@pytest.fixture(scope="module")
def directory() -> Iterator[Directory]:
    with bundled_directory() as path, closing(Directory.open(path)) as opened:
        yield opened


@pytest.fixture(scope="module")
def village(directory: Directory) -> str:
    town = directory.divisions.children(COUNTY)[1]
    return directory.divisions.children(town.code)[-1].code


def words(picker: Picker, directory: Directory, station: str) -> list[str]:
    return [one.within for one in listed(picker, directory.divisions, station) if one.near]


def test_the_own_village_is_one_touch_away(directory: Directory, village: str) -> None:
    for here in (PROVINCE, CITY, COUNTY):
        own, town, *_ = listed(Picker(here), directory.divisions, village)
        assert (own.code, own.near, own.final) == (village, True, True)
        assert own.within in {"本村", "本社区"}
        assert (town.within, town.final) == ("本镇", False)
    (own, *others) = listed(Picker(village[:9] + "000"), directory.divisions, village)
    assert own.code == village
    assert not any(one.near for one in others)


def test_nothing_is_lost_or_listed_twice(directory: Directory, village: str) -> None:
    divisions = directory.divisions
    for here in (PROVINCE, CITY, COUNTY, village[:9] + "000"):
        plain = {one.code for one in listed(Picker(here), divisions)}
        codes = [one.code for one in listed(Picker(here), divisions, village)]
        assert len(codes) == len(set(codes))
        assert plain <= set(codes)


def test_only_what_may_be_chosen_ends_the_choosing(directory: Directory, village: str) -> None:
    county, city = listed(Picker(least=Level.COUNTY), directory.divisions, village)[:2]
    assert (county.code, county.final, county.within) == (COUNTY, True, "本县")
    assert (city.code, city.final, city.within) == (CITY, False, "本市")


def test_elsewhere_the_own_places_are_not_pressed_on_anybody(
    directory: Directory, village: str
) -> None:
    assert words(Picker("440100000000"), directory, village) == []
    assert words(Picker(PROVINCE), directory, "") == []
    assert words(Picker(PROVINCE).spelled("新"), directory, village) == []
    assert words(Picker(village), directory, village) == []


@pytest.mark.parametrize(
    ("station", "near"),
    [
        ("445222990201", ["本县", "本市"]),  # a village that does not exist
        ("4452", ["本市"]),
        ("44", []),
        ("999999999999", []),
    ],
)
def test_a_station_that_the_directory_does_not_know(
    directory: Directory, station: str, near: list[str]
) -> None:
    assert words(Picker(), directory, station) == near

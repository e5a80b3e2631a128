"""Finding at one station: what counts here, what is only to be read, and what to offer instead."""

from collections.abc import Iterator

import pytest

from kiosk.domain.items import Coverage, FourWays, ServiceItem
from kiosk.journeys.departments import UNSAID
from kiosk.journeys.finding import DEMO_TAG, FLAGS, UNKNOWN_TAG, Finder, Group
from kiosk.search.postings import MemoryPostings, Postings
from sync.platform.publishing.index import build
from tests.helpers.search_corpus import make_item, real_items, the_lexicon

_JIEYANG = "445222103205"


class _Memory:
    """A directory in memory."""

    def __init__(self, items: list[ServiceItem]) -> None:
        self.read = 0
        self._items = {item.item_id: item for item in items}
        self.postings: Postings = MemoryPostings(build(items, the_lexicon()))

    def item(self, item_id: str) -> ServiceItem:
        return self._items[item_id]

    def items(self) -> Iterator[ServiceItem]:
        self.read += 1
        yield from self._items.values()


@pytest.fixture(scope="module")
def finder() -> Finder:
    items = [
        make_item("zh", "高龄老人政府津贴申请", place="珠海市", prefixes=("4404",), theme="老人"),
        make_item("jy", "高龄老人生活津贴申请", place="揭阳市", prefixes=("4452",), theme="老人"),
        make_item(
            "dog",
            "养犬登记",
            theme="农林牧渔",
            department="公安局",
            four_ways=FourWays(nearby=True, online=False),
        ),
        make_item("odd", "奇事登记", theme="稀奇"),
    ]
    return Finder(_Memory(items), _JIEYANG)


def test_what_counts_here_comes_first_and_the_rest_is_tagged(finder: Finder) -> None:
    first, second = finder.search("高龄津贴").hits[:2]
    assert (first.item_id, first.file_here, first.tag) == ("jy", True, "")
    assert (second.item_id, second.file_here) == ("zh", False)
    assert second.tag == "珠海市的事项，这里不能交"


def test_unknown_coverage_is_guide_only(finder: Finder) -> None:
    (dog,) = finder.search("狗牌").hits[:1]
    assert (dog.file_here, dog.tag) == (False, UNKNOWN_TAG)


def test_the_demonstration_may_mark_items() -> None:
    item = make_item("dog", "养犬登记")
    object.__setattr__(item, "coverage", Coverage(demo_fileable=True))
    (found,) = Finder(_Memory([item]), _JIEYANG).search("养狗").hits
    assert (found.file_here, found.tag) == (True, DEMO_TAG)


def test_a_filter_takes_the_guide_at_its_word(finder: Finder) -> None:
    assert [hit.item_id for hit in finder.search("养犬", flags=("nearby",)).hits] == ["dog"]
    assert finder.search("养犬", flags=("nearby", "online")).hits == ()
    assert finder.search("养犬", flags=("once",)).hits == ()
    assert [found.item_id for found in finder.by_flag("nearby")] == ["dog"]


def test_nothing_found_offers_no_guess(finder: Finder) -> None:
    assert finder.search("今天天气怎么样").hits == ()
    assert finder.search("今天天气怎么样").themes == ()


def test_nearest_themes_when_nothing_is_sure() -> None:
    finder = Finder(_Memory(real_items()), _JIEYANG)
    found = finder.search("养")
    assert found.themes
    assert set(found.themes) <= {item.theme for item in real_items()}


def test_browsing(finder: Finder) -> None:
    names = [name for _, name in finder.themes()]
    assert names == ["种田养殖", "老人", "稀奇"]
    assert [event.name for event in finder.life_events()] == ["种田养殖"]
    assert [found.item_id for found in finder.by_theme("种田养殖")] == ["dog"]
    assert [found.item_id for found in finder.by_theme("老人")] == ["jy", "zh"]
    assert {found.item_id for found in finder.by_theme("")} == {"zh", "jy", "dog", "odd"}
    assert finder.by_theme("没有的") == ()


def test_browsing_by_department(finder: Finder) -> None:
    assert finder.departments() == (
        Group("公安、派出所", "公安、派出所", 1, 0),
        Group(UNSAID, UNSAID, 3, 1),
    )
    assert [found.item_id for found in finder.by_department("公安、派出所")] == ["dog"]
    assert [found.item_id for found in finder.by_department(UNSAID)] == ["jy", "odd", "zh"]
    assert finder.by_department("没有的") == ()


def test_only_ways_that_some_guide_promises_are_offered(finder: Finder) -> None:
    assert finder.flags() == (Group("nearby", "就近办", 1, 0),)
    assert finder.by_flag("online") == ()
    assert finder.by_flag("nonsense") == ()


def test_real_items_all_stand_under_some_department() -> None:
    finder = Finder(_Memory(real_items()), _JIEYANG)
    lines = finder.departments()
    listed = {one.item_id for line in lines for one in finder.by_department(line.key)}
    assert listed == {item.item_id for item in real_items()}
    assert all(line.total == len(finder.by_department(line.key)) > 0 for line in lines)
    assert [line.name for line in lines][:3] == ["镇街、村居", "公安、派出所", "民政"]
    for flag in finder.flags():
        yes = [item for item in real_items() if getattr(item.four_ways, flag.key) is True]
        assert {one.item_id for one in finder.by_flag(flag.key)} == {one.item_id for one in yes}


def test_a_list_reads_the_directory_once() -> None:
    directory = _Memory(real_items())
    finder = Finder(directory, _JIEYANG)
    for line in finder.departments():
        finder.by_department(line.key)
    for flag in FLAGS:
        finder.by_flag(flag)
    finder.themes()
    assert directory.read == 1


def test_home_items_follow_local_use() -> None:
    finder = Finder(_Memory(real_items()), _JIEYANG)
    usual = finder.home_items()
    assert len(usual) == 4
    assert finder.home_items(["dog-registration", "dog-registration"])[0].item_id == (
        "dog-registration"
    )
    assert len(finder.home_items([item.item_id for item in real_items()])) == 4

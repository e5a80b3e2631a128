"""Corpora for the search: the real items, and as many as wanted made of basic names.

Rules: generated corpora are a function of their size and seed alone; they contain every real item,
so the same questions have the same answers among 91 and among 200 000 items. The rest follows the
national model: a basic catalogue, its operations and audiences, replicated by region.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from kiosk.domain.items import (
    Confidence,
    Coverage,
    FourWays,
    Proxy,
    ServiceItem,
)
from kiosk.search import lexicon
from kiosk.search.lexicon import Lexicon

LEXICON = Path(str(resources.files("assets").joinpath("lexicon")))
ITEMS = Path(str(resources.files("assets").joinpath("directory", "items.json")))
OWN_QUERIES = Path(__file__).parents[1] / "unit" / "search" / "queries_own.json"

_THINGS = [
    "公共场所卫生许可",
    "医疗机构执业登记",
    "母婴保健技术服务许可",
    "饮用水供水单位卫生许可",
    "放射诊疗许可",
    "消毒产品生产许可",
    "食品经营许可",
    "药品经营许可",
    "第二类医疗器械备案",
    "特种设备使用登记",
    "计量器具型式批准",
    "危险化学品经营许可",
    "烟花爆竹零售许可",
    "安全生产许可",
    "道路货物运输经营许可",
    "道路旅客运输经营许可",
    "机动车维修经营备案",
    "出租汽车经营许可",
    "船舶营运证",
    "港口经营许可",
    "取水许可",
    "河道管理范围建设许可",
    "水土保持方案审批",
    "排污许可",
    "建设项目环评审批",
    "危险废物经营许可",
    "建筑工程施工许可",
    "商品房预售许可",
    "城镇污水排入排水管网许可",
    "燃气经营许可",
    "占用城市道路审批",
    "户外广告设置许可",
    "生活垃圾处置许可",
    "种子生产经营许可",
    "兽药经营许可",
    "生鲜乳收购许可",
    "渔业捕捞许可",
    "水产苗种生产许可",
    "水域滩涂养殖证",
    "森林植物检疫",
    "草种进出口审批",
    "野生动物人工繁育许可",
    "林地使用审批",
    "木材运输证",
    "民办学校设立审批",
    "教师资格认定",
    "幼儿园办学许可",
    "校车使用许可",
    "普通话水平测试",
    "学历认证",
    "旅行社设立许可",
    "导游证核发",
    "娱乐场所经营许可",
    "互联网上网服务许可",
    "营业性演出许可",
    "出版物零售许可",
    "印刷经营许可",
    "广播电视节目制作许可",
    "文物保护单位审批",
    "体育健身场所许可",
    "社会团体成立登记",
    "民办非企业单位登记",
    "慈善组织认定",
    "宗教活动场所登记",
    "公墓建设审批",
    "律师执业许可",
    "公证员执业审核",
    "司法鉴定人登记",
    "法律援助律师资助",
    "人力资源服务许可",
    "劳务派遣经营许可",
    "特殊工时审批",
    "企业年金备案",
    "技工学校设立",
    "职业培训机构设立",
    "保安服务许可",
    "旅馆业特种行业许可",
    "公章刻制备案",
    "爆破作业许可",
    "大型群众性活动许可",
    "剧毒化学品购买许可",
    "港澳通行证签注",
    "台湾通行证申请",
    "外国人居留许可",
    "边境管理区通行证",
    "普通机动车登记",
    "校车驾驶资格",
    "住房公积金提取",
    "住房公积金贷款",
    "公租房租金补贴",
    "老旧小区加装电梯",
    "物业维修资金使用",
    "农机购置补贴",
    "耕地地力保护补贴",
    "种粮补贴",
    "生态公益林补偿",
    "渔船燃油补贴",
    "农业保险补贴",
    "创业孵化补贴",
    "见习补贴",
    "社区居家养老补贴",
    "家庭医生签约",
    "门诊特定病种认定",
    "异地就医备案",
    "生育津贴",
]
_ACTIONS = [
    "核发",
    "变更",
    "延续",
    "注销",
    "补办",
    "换领",
    "备案",
    "首次申请",
    "年度审验",
    "撤销",
    "信息查询",
    "暂停",
]
_AUDIENCES = [
    "（个人）",
    "（企业）",
    "（个体工商户）",
    "（事业单位）",
    "（社会团体）",
    "（外商投资）",
    "（港澳居民）",
    "（村集体）",
    "（合作社）",
]
_THEMES = ("找工作创业", "农林牧渔", "房子土地", "看病医保", "其他")


@dataclass(frozen=True, slots=True)
class Query:
    """A question, its class and the items that answer it (empty: none may be sure)."""

    kind: str
    text: str
    expected: frozenset[str]


def make_item(
    item_id: str,
    name: str,
    *,
    common_name: str | None = None,
    keywords: tuple[str, ...] = (),
    theme: str = "其他",
    department: str | None = None,
    place: str | None = None,
    prefixes: tuple[str, ...] = (),
    four_ways: FourWays | None = None,
) -> ServiceItem:
    """An item of which only what the search reads is given."""
    return ServiceItem(
        item_id=item_id,
        name=name,
        version=1,
        common_name=common_name,
        implementation_code=None,
        basic_code=None,
        department=department,
        place=place,
        level=None,
        item_type=None,
        service_objects=("自然人",),
        theme=theme,
        keywords=keywords,
        conditions=(),
        materials=(),
        steps=(),
        legal_basis=(),
        legal_period=None,
        promised_period=None,
        fee=None,
        charged=None,
        channels=(),
        visits=None,
        visits_reason=None,
        four_ways=four_ways or FourWays(),
        proxy=Proxy(),
        coverage=Coverage(prefixes=prefixes),
        roles=(),
        deadline=None,
        publicised=None,
        result=None,
        notes=None,
        confidence=Confidence.OFFICIAL,
        source_url=None,
        source_date=None,
        form_id="generic",
    )


def real_items(path: Path = ITEMS) -> list[ServiceItem]:
    """The items of the bundled directory, as far as the search reads them."""
    sources: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return [
        make_item(
            source["id"],
            source["name"],
            common_name=source["common_name"],
            keywords=tuple(source["added"]["keywords"]),
            theme=source["added"]["theme"],
            department=source["department"],
            place=source["implementing_division"],
        )
        for source in sources
    ]


def corpus(size: int, seed: int = 1) -> list[ServiceItem]:
    """The real items and generated ones, ``size`` together."""
    items = real_items()
    chance = random.Random(seed)
    names = [
        f"{thing}{action}{audience}"
        for thing in (*_THINGS, *sorted({item.name for item in items}))
        for action in _ACTIONS
        for audience in _AUDIENCES
    ]
    chance.shuffle(names)
    regions = [f"44{city:02d}{county:02d}" for city in range(1, 22) for county in range(1, 11)]
    made = (
        make_item(
            f"g{number:06d}",
            names[number % len(names)],
            theme=_THEMES[number % len(_THEMES)],
            department="行政服务中心",
            place=f"第{number // len(names)}区",
            prefixes=(regions[(number // len(names) * 7 + number) % len(regions)],),
        )
        for number in range(size)
    )
    return [*items, *(next(made) for _ in range(size - len(items)))][:size]


def the_lexicon() -> Lexicon:
    """The lexicon that the project ships."""
    return lexicon.load(LEXICON)


def own_queries(path: Path = OWN_QUERIES) -> list[Query]:
    """The project's own held-out questions."""
    rows: list[tuple[str, str, list[str]]] = json.loads(path.read_text(encoding="utf-8"))
    return [Query(kind, text, frozenset(expected)) for kind, text, expected in rows]


def queries(path: Path) -> Iterator[Query]:
    """Questions in a file of objects with ``type``, ``query`` and ``expected``."""
    for row in json.loads(path.read_text(encoding="utf-8")):
        yield Query(row["type"], row["query"], frozenset(row["expected"]))

"""Materials: rows, ways, pictures from the demonstration's camera, promises, reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.items import Necessity
from kiosk.domain.mandates import Evidence, EvidenceForm, Mandate, Matter, Person
from kiosk.domain.parties import Way
from kiosk.domain.submissions import MaterialAnswer, MaterialState
from kiosk.forms.materials import UNSAID, allowed_states
from kiosk.journeys.applying import Attachment
from tests.helpers.filing_window import ELDER, NOON, FilingWindow, shown
from ui.bridge.handing_in import promises_made, with_pictures
from ui.bridge.material import MOST_PICTURES, MaterialController
from ui.bridge.materials import MaterialsController
from ui.navigation import Page

ALLOWANCE = "old-age-allowance-jieyang"
MOST_BYTES = 400_000


def materials(
    window: FilingWindow, item_id: str = ALLOWANCE, way: Way = Way.SELF
) -> MaterialsController:
    window.begin(item_id, way)
    window.go(Page.MATERIALS)
    return window.controller(MaterialsController)


def opened(window: FilingWindow, key: str) -> MaterialController:
    """The page of one material, opened from the list."""
    window.controller(MaterialsController).open(key)
    window.settle()
    return window.controller(MaterialController)


def published(window: FilingWindow, key: str, **facts: object) -> None:
    """The directory says more of one material."""
    application = window.filing.now_application
    known = tuple(
        replace(one, **facts) if one.key == key else one  # type: ignore[arg-type]
        for one in application.item.materials
    )
    item = replace(application.item, materials=known)
    window.filing.replace(replace(application, item=item))


def said(window: FilingWindow, key: str) -> MaterialAnswer | None:
    known = window.filing.now_application.materials
    return next((one for one in known if one.key == key), None)


def test_the_title_counts_and_the_button_names_the_next(window: FilingWindow) -> None:
    materials(window)
    assert "4样材料，还差4样" in window.texts()
    window.tap("交身份证")
    window.tap("我带着")
    window.tap("就这样")
    assert window.page() is Page.MATERIALS
    assert "4样材料，还差3样" in window.texts()
    assert said(window, "m1") == MaterialAnswer("m1", MaterialState.HELD)
    assert window.button("交户口本")


def test_no_way_is_preselected_and_one_must_be_chosen(window: FilingWindow) -> None:
    materials(window)
    handing = opened(window, "m2")
    assert not any(one.selected for one in shown(handing.ways))
    window.tap("就这样")
    assert "请先选一个。" in window.texts()
    assert window.page() is Page.MATERIAL


@pytest.mark.parametrize("item_id", [ALLOWANCE, "sole-trader-setup", "birth-household"])
def test_only_published_ways_are_offered(window: FilingWindow, item_id: str) -> None:
    materials(window, item_id)
    for material in window.filing.now_application.item.materials:
        handing = opened(window, material.key)
        offered = [one.key for one in shown(handing.ways)]
        assert offered == [one.value for one in allowed_states(material)]
        window.session.back()
    assert "later" not in offered
    assert "commitment" not in offered


def test_pictures_are_taken_retaken_and_thrown_away(window: FilingWindow) -> None:
    materials(window)
    handing = opened(window, "m3")
    window.tap("现在拍照")
    window.tap("现在拍照" if handing.view.step == "photos" else window_primary(window))
    window.tap("再拍一页")
    assert handing.view.number == 2
    first, second = [one.data for one in window.filing.now_application.attachments]
    assert max(len(first), len(second)) <= MOST_BYTES
    window.tap("这一页重拍")
    assert next(one.data for one in window.filing.now_application.attachments) == first
    assert [one.data for one in window.filing.now_application.attachments][1] != second
    window.tap("这一页不要了")
    assert handing.view.count == 1
    assert handing.view.picture == first
    window.tap("拍好了")
    assert any("拍好了，1页" in one for one in window.texts())
    assert said(window, "m3") == MaterialAnswer("m3", MaterialState.ATTACHED)
    handing = opened(window, "m3")
    window.tap("这一页不要了")
    assert said(window, "m3") is None
    assert not window.filing.now_application.attachments


def window_primary(window: FilingWindow) -> str:
    return "就这样" if "就这样" in window.texts() else "现在拍照"


def test_pictures_go_when_another_way_is_chosen(window: FilingWindow) -> None:
    materials(window)
    handing = opened(window, "m1")
    handing.photograph()
    window.settle()
    handing.another()
    handing.choose(2)
    handing.accept()
    window.settle()
    assert said(window, "m1") == MaterialAnswer("m1", MaterialState.PAPER)
    assert not window.filing.now_application.attachments


def test_there_is_an_end_to_pictures(window: FilingWindow) -> None:
    materials(window)
    application = window.filing.now_application
    pages = [Attachment("m1", f"{number}.jpg", "image/jpeg", b"") for number in range(7)]
    window.filing.replace(with_pictures(application, application.item.materials[0], pages))
    handing = opened(window, "m1")
    assert handing.view.count == MOST_PICTURES - 1
    for _ in range(2):
        handing.photograph()
        window.settle()
    assert handing.view.count == len(window.filing.now_application.attachments) == MOST_PICTURES
    assert handing.view.error == f"最多拍{MOST_PICTURES}页。"


def test_a_camera_that_does_not_work_is_told(window: FilingWindow) -> None:
    materials(window)
    handing = opened(window, "m1")
    broken = window.home / "camera" / "broken.jpg"
    broken.parent.mkdir(exist_ok=True)
    broken.write_bytes(b"not a picture")
    handing.photograph()
    window.settle()
    broken.unlink()
    assert "镜头没拍成" in handing.view.error
    assert not handing.view.busy
    handing.choose(1)
    handing.accept()
    assert said(window, "m1") == MaterialAnswer("m1", MaterialState.HELD)


def test_a_missing_one_carries_a_reason(window: FilingWindow) -> None:
    materials(window)
    handing = opened(window, "m2")
    handing.choose(3)
    handing.accept()
    assert handing.view.step == "why"
    handing.accept()
    assert handing.view.error
    handing.choose(1)
    handing.accept()
    window.settle()
    assert said(window, "m2") == MaterialAnswer("m2", MaterialState.MISSING, "找不到了")
    handing = opened(window, "m3")
    handing.choose(3)
    handing.accept()
    handing.choose(4)
    handing.accept()
    handing.accept()
    assert handing.view.error == "请说一下原因，几个字就行。"
    handing.type("在儿子那里")
    handing.accept()
    assert said(window, "m3") == MaterialAnswer("m3", MaterialState.MISSING, "在儿子那里")
    assert window.controller(MaterialsController).view.heading == "4样材料，\n还差4样"


def test_small_steps_go_back_one_by_one(window: FilingWindow) -> None:
    materials(window)
    handing = opened(window, "m2")
    handing.choose(3)
    handing.accept()
    handing.choose(4)
    handing.accept()
    for step in ("why", "ways"):
        window.tap("返回")
        assert handing.view.step == step
    window.tap("返回")
    assert window.page() is Page.MATERIALS


def test_going_on_with_less_records_what_is_missing(window: FilingWindow) -> None:
    materials(window, "sole-trader-setup")
    published(window, "m4", exempt=True)
    window.tap("就交这些")
    assert window.page() is Page.CHECK
    assert said(window, "m2") == MaterialAnswer("m2", MaterialState.MISSING, UNSAID)
    assert said(window, "m4") == MaterialAnswer("m4", MaterialState.EXEMPT)
    assert said(window, "m5") is None


def test_a_promise_is_read_before_it_counts(window: FilingWindow) -> None:
    materials(window)
    published(window, "m3", commitment=True)
    handing = opened(window, "m3")
    window.tap("写承诺代替")
    window.tap("就这样")
    assert any("我承诺" in one for one in window.texts())
    assert not window.filing.now_application.declarations
    window.tap("不承诺")
    assert said(window, "m3") is None
    window.tap("写承诺代替")
    window.tap("就这样")
    window.tap("我承诺")
    (promise,) = window.filing.now_application.declarations
    assert (promise.name, promise.at) == (ELDER.name, NOON)
    assert promises_made(window.filing.now_application) == (promise,)
    handing = opened(window, "m3")
    handing.choose(1)
    handing.accept()
    assert not window.filing.now_application.declarations


def test_a_picture_taken_after_all_ends_the_promise(window: FilingWindow) -> None:
    materials(window)
    published(window, "m3", commitment=True)
    handing = opened(window, "m3")
    handing.choose([one.key for one in shown(handing.ways)].index("commitment"))
    handing.accept()
    handing.accept()
    assert window.filing.now_application.declarations
    opened(window, "m3").photograph()
    window.settle()
    assert said(window, "m3") == MaterialAnswer("m3", MaterialState.ATTACHED)
    assert not window.filing.now_application.declarations


def test_a_late_picture_is_never_that_of_another_material(window: FilingWindow) -> None:
    listed = materials(window)
    handing = opened(window, "m1")
    handing.photograph()
    window.session.back()
    listed.open("m2")
    assert handing.view.busy
    window.settle()
    assert not handing.view.busy
    assert not window.filing.now_application.attachments
    handing.photograph()
    window.settle()
    assert [one.key for one in window.filing.now_application.attachments] == ["m2"]


def test_a_promise_ends_with_the_person_who_made_it(window: FilingWindow) -> None:
    materials(window)
    published(window, "m1", commitment=True)
    handing = opened(window, "m1")
    handing.choose([one.key for one in shown(handing.ways)].index("commitment"))
    handing.accept()
    handing.accept()
    listed = window.controller(MaterialsController)
    assert listed.view.act == "交户口本"
    window.filing.replace(replace(window.filing.now_application, declarations=()))
    assert listed.view.act == "交身份证"


def test_an_agent_promises_only_by_mandate(window: FilingWindow) -> None:
    materials(window, way=Way.FAMILY)
    published(window, "m1", commitment=True)
    handing = opened(window, "m1")
    assert "commitment" not in [one.key for one in shown(handing.ways)]
    principal = Person(ELDER.name, ELDER.id_number or "")
    mandate = Mandate(
        principal=principal,
        agents=(Person("李国栋", "440000197001010012"),),
        matter=Matter(ALLOWANCE, "津贴"),
        scope=("代交材料",),
        valid_from=NOON.date(),
        valid_until=NOON.date() + timedelta(days=30),
        evidence=Evidence(EvidenceForm.GLASS, NOON),
        may_sign_commitments=True,
    )
    window.filing.replace(replace(window.filing.now_application, mandate=mandate))
    window.tap("返回")
    handing = opened(window, "m1")
    assert "commitment" in [one.key for one in shown(handing.ways)]


def test_later_is_offered_without_a_date_that_nobody_gave(window: FilingWindow) -> None:
    materials(window)
    published(window, "m4", necessity=Necessity.DEFERRABLE)
    opened(window, "m4")
    window.tap("以后补")
    window.tap("就这样")
    listed = window.controller(MaterialsController)
    row = next(one for one in shown(listed.lines) if one.key == "m4")
    assert (row.mark, row.sub) == ("later", "以后补，哪天前补，部门会告诉您")


def test_off_its_page_no_picture_is_held_but_in_the_application(window: FilingWindow) -> None:
    materials(window)
    handing = opened(window, "m1")
    handing.photograph()
    window.settle()
    (kept,) = window.filing.now_application.attachments
    assert handing.view.picture == kept.data
    window.go(Page.HELP)
    assert not handing.view.picture
    window.tap("返回")
    assert (handing.view.step, handing.view.picture) == ("photos", kept.data)


def test_pictures_do_not_outlive_the_session(window: FilingWindow) -> None:
    listed = materials(window)
    handing = opened(window, "m1")
    handing.photograph()
    window.settle()
    window.session.end()
    window.settle()
    for one in (handing, listed):
        assert one.view == type(one.view)()
    assert not shown(listed.lines)
    assert not shown(handing.ways)
    assert not handing.property("picture")

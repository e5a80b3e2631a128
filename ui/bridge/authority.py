"""告知 and 委托书: what stands before the questions.

Rules (of the counter, 4, 6 and 8): the notice is shown in every filing and recorded; the mandate
says who may act (one or two agents with their numbers, or the committee), in one matter, within
which powers, until when, that it is not passed on and can be cancelled; powers beyond filling in
are asked for one by one and none is given beforehand. It is signed on the glass where the item
allows, or on paper and photographed; who cannot write makes a mark on paper with a witness. A blank
can be printed without signing in.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtQml import QmlElement

from kiosk.domain.problems import Problem
from ui.bridge import deputies
from ui.bridge.deputies import DAYS, Deputies
from ui.bridge.marking import ALOUD, MARK, PHOTO, WITNESS_ID, MarkingController
from ui.bridge.session import Session
from ui.bridge.steps import Fact, Option, Step, StepsController
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.domain.items import MandateForm
    from kiosk.domain.mandates import Evidence, EvidenceForm, Mandate
    from kiosk.journeys.slips import Paper
    from ui.bridge.ports import StationFacts

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

KEY: Final = "mandate"
SCOPE: Final = ("代为填表、递交材料", "代为签收通知")
_CARD, _POWERS, _ROAD, _GLASS = "card", "powers", "road", "glass"
_BEFORE: Final = {deputies.WHOM: _CARD, _POWERS: _CARD, _ROAD: _POWERS, _GLASS: _ROAD, MARK: _ROAD}


@QmlElement
class NoticeController(StepsController):
    """Who receives the data, why, how long, which rights."""

    PAGES = (Page.NOTICE,)

    def enter(self, page: Page) -> None:
        """The notice for this filing."""
        del page
        self.reset()
        if not self.filing.begun:
            self.session.home()
            return
        from kiosk.domain.notices import notice_for

        application = self.filing.now_application
        item = application.item
        notice = notice_for(
            item.common_name or item.name,
            item.department,
            for_another=application.for_another,
            publicised=bool(item.publicised),
        )
        self.change(context=self.filing.whom)
        step = Step(
            kind="facts",
            title=notice.title,
            sub="请读给本人听。" if application.for_another else "",
            primary="看清了，下一步",
            secondary="打印一份",
            secondary_icon="printer",
            facts=tuple(Fact(label, text) for label, text in notice.lines),
        )
        self.show_step(step)

    def other(self) -> None:
        """Print the notice."""
        self.session.run(lambda station: station.facts(), self._print)

    def _print(self, facts: StationFacts) -> None:
        from kiosk.journeys.blanks import notice_paper

        lines = [(one.label, one.value) for one in self.step.facts]
        print_out(self, "notice", notice_paper(self.step.title, lines, demo=facts.demo))

    def take(self) -> None:
        """Record that it was shown."""
        from kiosk.domain.notices import NOTICE_VERSION
        from kiosk.journeys.applying import NoticeShown

        shown = NoticeShown(NOTICE_VERSION, self.session.clock.now())
        self.filing.replace(replace(self.filing.now_application, notice=shown))
        self.filing.next(Page.NOTICE)


@QmlElement
class AuthorityController(MarkingController):
    """The mandate."""

    PAGES = (Page.MANDATE,)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._deputies = Deputies(self.filing)
        self._station: StationFacts | None = None
        self._powers: tuple[str, ...] = ()

    # -- the steps ------------------------------------------------------------------------------

    def enter(self, page: Page) -> None:
        """From the card, as soon as the station's phone is known."""
        del page
        self.reset()
        if not self.filing.begun:
            self.session.home()
            return
        self.change(context=self.filing.whom)
        self.session.run(lambda station: station.facts(), self._know)

    def _know(self, facts: StationFacts) -> None:
        self._station = facts
        self.to(_CARD)

    def to(self, at: str) -> None:
        """Show a step."""
        own = {
            _CARD: self._card_step,
            _POWERS: self._powers_step,
            _ROAD: self._road_step,
            _GLASS: self._glass_step,
        }
        if at in own:
            self.at = at
            self.show_step(own[at]())
        elif at in deputies.STEPS:
            self.at = at
            self.show_step(*self._deputies.step(at, self._station))
        else:
            super().to(at)

    def before(self, at: str) -> str | None:
        """One step back."""
        if at == PHOTO:
            return WITNESS_ID if self.witness is not None else _ROAD
        return _BEFORE.get(at) or deputies.BEFORE.get(at) or super().before(at)

    def take(self) -> None:
        """The filled button."""
        if self.at == _CARD:
            self.to(_POWERS)
        elif self.at == _POWERS:
            self._powers = self.chosen
            self.to(_ROAD)
        elif self.at == _ROAD:
            self._take_road()
        elif self.at == _GLASS:
            self._signed()
        elif self.at in deputies.STEPS:
            self._take_deputy()
        else:
            self.take_mark()

    def other(self) -> None:
        """Another or one more agent; print a blank, sign again, photograph again."""
        if self.at == _CARD:
            self.to(deputies.WHOM)
        elif self.at == _ROAD:
            self._print_blank()
        elif self.at == _GLASS and self.ink is not None:
            self.ink.clear()
        else:
            self.other_mark()

    def _take_deputy(self) -> None:
        following, error = self._deputies.take(self.at, self.view.entry, self.chosen)
        if error:
            self.change(error=error)
        else:
            self.to(following or _CARD)

    def judge(self, entry: str) -> None:
        """Early faults of numbers, while they are typed."""
        if self.at != deputies.SECOND_ID:
            super().judge(entry)
        elif entry:
            from ui.bridge.person_steps import judged

            error, good, note = judged("number", entry, self.filing.today)
            self.change(error=error, good=good, note=note)

    def _take_road(self) -> None:
        from kiosk.domain.mandates import EvidenceForm

        if not self.chosen:
            self.change(error="请选一个。")
            return
        self.form = self.chosen[0]
        if self.form == EvidenceForm.GLASS:
            self.to(_GLASS)
        elif self.form == EvidenceForm.PAPER:
            self.to(PHOTO)
        else:
            self.to(ALOUD)

    # -- words ----------------------------------------------------------------------------------

    def _lines(self) -> tuple[tuple[str, str], ...]:
        return self._deputies.lines(self._station)

    def _card_step(self) -> Step:
        name = self._deputies.principal.name
        return Step(
            kind="facts",
            title="委托书",
            sub=f"请{name}本人看，或读给他听。",
            primary="本人同意，下一步",
            secondary="加人、换人",
            secondary_icon="user-plus",
            facts=tuple(Fact(label, text) for label, text in self._lines()),
        )

    def _powers_step(self) -> Step:
        options = (
            Option("receive", "可以代领结果", "证、通知，替您领"),
            Option("account", "可以代填收款账户", "账户还是您自己的"),
            Option("commit", "可以代签承诺", "承诺的责任是您的"),
        )
        return Step(
            kind="options",
            title="还让他做什么？",
            sub="由本人定。不勾，他就不能做。",
            many=True,
            options=tuple(replace(one, selected=one.key in self._powers) for one in options),
        )

    def _road_step(self) -> Step:
        from kiosk.domain.items import MandateForm

        demanded = self._demanded
        roads = [
            Option("paper", *_PAPER_WORDS.get(demanded.value, _PAPER)),
        ]
        if demanded is MandateForm.ANY:
            roads.insert(0, Option("glass", "在屏幕上签名", "本人现在就签"))
        if demanded is not MandateForm.NOTARISED:
            roads.append(Option("seal", "不会写字，盖章", "要有一位见证人"))
            roads.append(Option("thumbprint", "不会写字，按手印", "要有一位见证人"))
        paper = "" if demanded is MandateForm.ANY else "这件事要纸质委托书。"
        return Step(
            kind="options",
            title="本人怎么签？",
            sub=paper,
            secondary="打印空白的",
            secondary_icon="printer",
            options=tuple(roads),
        )

    def _glass_step(self) -> Step:
        return Step(
            kind="sign",
            title=f"请{self._deputies.principal.name}签名",
            label="不会写字？点“返回”，选盖章或手印",
            primary="签好了",
            primary_icon="check",
            secondary="重签",
            secondary_icon="rotate-ccw",
            facts=tuple(Fact(label, text) for label, text in self._lines()[:1]),
        )

    def aloud_step(self) -> Step:
        """The mandate, read aloud to who cannot read it."""
        return Step(
            kind="facts",
            title="念给本人听",
            sub="一句一句念，听懂了再往下。",
            primary="念完了，本人同意",
            facts=tuple(Fact(label, text) for label, text in self._lines()),
        )

    @property
    def _demanded(self) -> MandateForm:
        from kiosk.domain.items import MandateForm

        return self.filing.now_application.item.proxy.mandate_form or MandateForm.PAPER

    # -- the evidence ---------------------------------------------------------------------------

    def _signed(self) -> None:
        png = self.ink.png() if self.ink is not None else b""
        if not png:
            self.change(error="还没签名，请用手指写。")
            return
        self._finish(png, "委托签名.png", "image/png")

    def marked(self) -> None:
        """The paper is photographed."""
        self._finish(self.view.picture, "委托书.jpg", "image/jpeg")

    def _finish(self, data: bytes, name: str, media_type: str) -> None:
        from kiosk.domain.mandates import EvidenceForm
        from kiosk.forms.mandates import mandate_faults
        from kiosk.journeys.applying import Attachment

        application = self.filing.now_application
        mandate = self._mandate(self._evidence(EvidenceForm(self.form)))
        now = self.session.clock.now()
        faults = mandate_faults(
            application.item, mandate, application.parties, now, asked=application.asked
        )
        if faults:
            self.change(error=faults[0].words)
            return
        others = tuple(one for one in application.attachments if one.key != KEY)
        paper = Attachment(KEY, name, media_type, data)
        self.filing.replace(replace(application, mandate=mandate, attachments=(*others, paper)))
        self.filing.next(Page.MANDATE)

    def _mandate(self, evidence: Evidence) -> Mandate:
        from kiosk.domain.mandates import Mandate, Matter

        item, today = self.filing.now_application.item, self.filing.today
        return Mandate(
            principal=self._deputies.principal,
            agents=self._deputies.agents,
            committee=self._deputies.committee or None,
            matter=Matter(item.item_id, item.name),
            scope=SCOPE if self._deputies.second is None else (*SCOPE, deputies.EITHER),
            valid_from=today,
            valid_until=today + timedelta(days=DAYS),
            evidence=evidence,
            may_receive_result="receive" in self._powers,
            may_name_account="account" in self._powers,
            may_sign_commitments="commit" in self._powers,
        )

    def _evidence(self, form: EvidenceForm) -> Evidence:
        from kiosk.domain.items import MandateForm
        from kiosk.domain.mandates import BY_MARK, Evidence

        by_mark = form in BY_MARK
        certified = {MandateForm.WITNESSED: "witnessed", MandateForm.NOTARISED: "notarised"}
        return Evidence(
            form=form,
            signed_at=self.session.clock.now(),
            attachment=KEY,
            witness=self.witness if by_mark else None,
            read_aloud_at=self.read_at if by_mark else None,
            certified=certified.get(self._demanded),
        )

    # -- the blank ------------------------------------------------------------------------------

    def _print_blank(self) -> None:
        from kiosk.journeys.blanks import mandate_blank

        assert self._station is not None
        paper = mandate_blank(
            self._deputies.principal,
            self._lines(),
            self._powers,
            self.filing.today,
            demo=self._station.demo,
        )
        print_out(self, "mandate", paper)

    def reset(self) -> None:
        """Forget the mandate."""
        super().reset()
        self._powers, self._station = (), None
        self._deputies.clear()


_PAPER: Final = ("纸上签好，拍照", "原件留给站里")
_PAPER_WORDS: Final = {
    "witnessed": ("当面签好，拍照", "要工作人员当面见证"),
    "notarised": ("公证过的，拍照", "这件事要公证过的委托书"),
}


def print_out(page: StepsController, name: str, paper: Paper) -> None:
    """Print a sheet from a page of steps; what became of it is told there."""
    from ui.paper import as_document, as_picture

    def told(why: str | None) -> None:
        page.change(busy=False, error="" if why is None else "没打印出来。不打印也能接着办。")

    def failed(problem: Problem) -> None:
        told(problem.code)

    picture, document = as_picture(paper), as_document(paper)
    page.change(busy=True, busy_text="正在打印…", error="")
    page.session.run(lambda station: station.print_slip(picture, document, name), told, failed)

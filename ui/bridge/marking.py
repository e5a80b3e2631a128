"""Those who cannot write: seal or thumbprint on paper, with a witness.

Rules (of the counter, 5): the text is read aloud first and the time is logged; the mark is made on
paper and photographed, never kept as a template; the witness has a name and a number of their own
and is neither agent nor payee. Who cannot say what is asked for is asked no further: a guardian
comes, or somebody visits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ui.bridge.session import Session
from ui.bridge.steps import Fact, Option, Step, StepsController

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.domain.mandates import Person

SEAL: Final = "seal"
THUMBPRINT: Final = "thumbprint"
ALOUD: Final = "aloud"
WITNESS: Final = "witness"
WITNESS_ID: Final = "witness-id"
PHOTO: Final = "photo"
MARK: Final = "mark"
UNSURE: Final = "unsure"
CANNOT_SAY: Final = "听不明白，先停"
_SHORT: Final = "差{}位"

MARK_STEP: Final = Step(
    kind="options",
    title="不会写字？",
    sub="可以盖章或按手印，要有一位见证人。",
    options=(
        Option(SEAL, "盖自己的印章", "盖在纸上"),
        Option(THUMBPRINT, "按手印", "印泥按在纸上，只拍纸"),
    ),
)
UNSURE_STEP: Final = Step(
    kind="facts",
    title="先停一下",
    sub="说不清要办什么，不能替他做主。",
    primary="先不办了",
    primary_icon="log-out",
    facts=(
        Fact("可以", "请监护人来办，带上证明关系的材料"),
        Fact("也可以", "打电话给镇街，问能不能上门"),
        Fact("不急", "按“返回”，慢慢再念一遍"),
    ),
)
WITNESS_STEP: Final = Step(
    kind="keys",
    title="见证人是谁？",
    sub="不能是代办人、收款人和他们的亲属。",
    label="见证人的姓名",
    placeholder="点下面的键",
)
WITNESS_ID_STEP: Final = Step(
    kind="pad",
    title="见证人的\n身份证号",
    sub="18位，一个一个按。",
    placeholder="18位",
    groups=(6, 8, 4),
    accent=1,
    extra="X",
    length=18,
)
PHOTO_STEP: Final = Step(
    kind="photo",
    title="拍下这张纸",
    sub="章、手印、签名都要拍到。",
    primary="拍照",
    primary_icon="camera",
)
PHOTO_TAKEN: Final = replace(
    PHOTO_STEP, sub="字看得清吗？", primary="就用这张", primary_icon="check", secondary="重拍"
)


class MarkingController(StepsController):
    """Steps shared by mandate and signature."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.at = ""
        self.form = ""
        self.read_at: datetime | None = None
        self._witness_name = ""
        self._witness_number = ""

    # -- what a subclass does -------------------------------------------------------------------

    def aloud_step(self) -> Step:
        """The text that is read aloud."""
        raise NotImplementedError

    def marked(self) -> None:
        """The paper is photographed (``self.view.picture``)."""
        raise NotImplementedError

    def before(self, at: str) -> str | None:
        """The step before ``at``; None: leave the page."""
        return {ALOUD: MARK, UNSURE: ALOUD, WITNESS: ALOUD, WITNESS_ID: WITNESS}.get(at)

    # -- the steps ------------------------------------------------------------------------------

    def to(self, at: str) -> None:
        """Show one of the shared steps."""
        self.at = at
        if at == MARK:
            self.show_step(MARK_STEP)
        elif at == ALOUD:
            self.show_step(replace(self.aloud_step(), secondary=CANNOT_SAY))
        elif at == UNSURE:
            self.show_step(UNSURE_STEP)
        elif at == WITNESS:
            self.show_step(WITNESS_STEP, self._witness_name)
        elif at == WITNESS_ID:
            self.show_step(WITNESS_ID_STEP)
        else:
            self.show_step(PHOTO_STEP)

    def take_mark(self) -> None:
        """Go on from one of the shared steps, or tell what is missing."""
        if self.at == MARK:
            if not self.chosen:
                self.change(error="请选一个。")
                return
            self.form = self.chosen[0]
            self.to(ALOUD)
        elif self.at == ALOUD:
            self.read_at = self.session.clock.now()
            self.to(WITNESS)
        elif self.at == UNSURE:
            self.session.leave()
        elif self.at == WITNESS:
            self._take_name()
        elif self.at == WITNESS_ID:
            self._take_number()
        elif self.view.picture:
            self.marked()
        else:
            self.shoot(PHOTO_TAKEN)

    def other_mark(self) -> None:
        """The other button of the shared steps: photograph again; stop where nobody understands."""
        if self.at == PHOTO:
            self.to(PHOTO)
        elif self.at == ALOUD:
            self.to(UNSURE)

    def judge(self, entry: str) -> None:
        """Early faults of the witness's number."""
        if self.at != WITNESS_ID or not entry:
            return
        from kiosk.domain.identity import ID_LENGTH, typing_flaw

        flaw = typing_flaw(entry, self.filing.today)
        missing = ID_LENGTH - len(entry)
        self.change(
            error=flaw.words if flaw else "", note=_SHORT.format(missing) if missing else ""
        )

    def _take_name(self) -> None:
        from kiosk.domain.names import name_flaw

        flaw = name_flaw(self.view.entry)
        if flaw is not None:
            self.change(error=flaw.words)
            return
        self._witness_name = self.view.entry.strip()
        self.to(WITNESS_ID)

    def _take_number(self) -> None:
        from kiosk.domain.identity import normalise_id, resident_id_flaw

        number = normalise_id(self.view.entry)
        flaw = resident_id_flaw(number, self.filing.today)
        if flaw is not None:
            self.change(error=flaw.words)
        elif any(one.id_number == number for one in self.filing.now_application.parties):
            self.change(error="见证人不能是办这件事的人，请换一位。")
        else:
            self._witness_number = number
            self.to(PHOTO)

    @property
    def witness(self) -> Person | None:
        """The witness, once named."""
        from kiosk.domain.mandates import Person

        if not self._witness_number:
            return None
        return Person(self._witness_name, self._witness_number)

    def back(self) -> bool:
        """One small step back."""
        before = self.before(self.at) if self.filing.begun else None
        if before is not None and not self.view.busy:
            self.to(before)
        return before is not None or bool(self.view.busy)

    def reset(self) -> None:
        """Forget the witness."""
        super().reset()
        self.at = self.form = ""
        self.read_at = None
        self._witness_name = self._witness_number = ""

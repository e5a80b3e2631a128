"""签名 and saving: who declares what, and the moment of saving.

Rules (of the counter, 1, 5, 6, 11, 14): the four-digit code for looking up is chosen before saving,
and how to be found, or not; both stand before the signature, so that signing is the last act;
whoever signs hears what they declare; a dead subject signs nothing; in a proxy filing the agent
states "我如实转填" and the promise stays the principal's; who cannot write makes a mark on paper
with a witness; who is not there signs later. Nothing says 已保存 before the station has answered,
and whatever goes wrong keeps everything that was filled in.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtQml import QmlElement

from kiosk.domain.dates import CHINA
from kiosk.domain.faults import Flaw
from kiosk.domain.problems import Problem
from ui.bridge.contact_steps import (
    CONTACT,
    PHONE,
    PHONE_STEP,
    PLACE,
    PLACE_STEP,
    WHERE,
    WHERE_STEP,
    chosen_card,
    contact_step,
    typed_card,
)
from ui.bridge.marking import MARK, PHOTO, WITNESS_ID, MarkingController
from ui.bridge.session import Session
from ui.bridge.steps import Fact, Step
from ui.bridge.words import words_of
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.domain.contacts import ContactCard
    from kiosk.domain.faults import Fault
    from kiosk.domain.parties import Party
    from kiosk.journeys.applying import Application, Attachment
    from kiosk.journeys.slips import Saved
    from ui.bridge.ports import StationFacts, StationPort

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

CODE_DIGITS: Final = 4
_CODE, _SIGN, _SAVE = "code", "sign", "save"
_OWN: Final = "我填的都是真的。有假，我负责。"
_CHECKED: Final = "我同意部门核对我的情况，只为办这件事。"
_AGENT: Final = "我照本人说的，如实转填。"
_BEFORE: Final = {
    CONTACT: _CODE,
    PHONE: CONTACT,
    WHERE: CONTACT,
    PLACE: WHERE,
    _SIGN: CONTACT,
    _SAVE: CONTACT,
    MARK: _SIGN,
}


@QmlElement
class SignController(MarkingController):
    """The code, the signatures, the saving."""

    PAGES = (Page.SIGN,)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._code = ""
        self._phone: str | None = None
        self._place = 0
        self._signed: dict[int, tuple[str, Attachment | bytes]] = {}

    # -- who signs ------------------------------------------------------------------------------

    @property
    def _signers(self) -> tuple[Party, ...]:
        from kiosk.journeys.seating import signers

        return signers(self.filing.now_application, self.filing.today)

    def enter(self, page: Page) -> None:
        """From the code; signatures are made anew."""
        del page
        self.reset()
        if not self.filing.begun:
            self.session.home()
            return
        self.change(context=self.filing.whom)
        self._code = self.filing.now_application.track_code or ""
        self.session.run(lambda station: station.facts(), self._know)
        self.to(_CODE)

    def to(self, at: str) -> None:
        """Show a step."""
        own = {
            _CODE: _code_step,
            CONTACT: lambda: contact_step(self.filing.now_application),
            PHONE: lambda: PHONE_STEP,
            WHERE: lambda: WHERE_STEP,
            PLACE: lambda: PLACE_STEP,
            _SIGN: self._sign_step,
            _SAVE: self._save_step,
        }
        if at not in own:
            super().to(at)
            return
        self.at = at
        self.show_step(own[at](), self._code if at == _CODE else "")

    def before(self, at: str) -> str | None:
        """One step back."""
        if at == _SIGN and self._place > 0:
            self._place -= 1
            return _SIGN
        if at == PHOTO:
            return WITNESS_ID
        return _BEFORE.get(at) or super().before(at)

    # -- words ----------------------------------------------------------------------------------

    @property
    def _deadline(self) -> str:
        """That saving keeps no deadline, with the phone and the way to the town."""
        from kiosk.journeys.deadlines import deadline_words

        return deadline_words(self.filing.now_application.item, self._phone)

    def _know(self, facts: StationFacts) -> None:
        self._phone = facts.phone

    def _words(self, party: Party) -> str:
        from kiosk.domain.parties import Role

        others = {Role.AGENT: _AGENT, Role.HOUSEHOLD_MEMBER: _CHECKED}
        return others.get(party.role, _OWN)

    def _sign_step(self) -> Step:
        signer = self._signers[self._place]
        first = self._place == 0
        facts = [Fact("声明", self._words(signer))]
        deadline = self._deadline
        if deadline and first:
            facts.insert(0, Fact("别耽误", deadline))
        return Step(
            kind="sign",
            title=f"请{signer.name}签名",
            sub="先听清楚下面的话，再签。",
            primary="签好了，保存" if self._last else "签好了",
            primary_icon="check",
            secondary="不会写字？" if first else "不在场，以后补",
            facts=tuple(facts),
        )

    def aloud_step(self) -> Step:
        """The declaration, read aloud to who cannot read it."""
        return Step(
            kind="facts",
            title="念给本人听",
            sub="听懂了，再盖章或按手印。",
            primary="念完了，本人同意",
            facts=(
                Fact("办什么", self.filing.whom),
                Fact("声明", self._words(self._signers[self._place])),
            ),
        )

    def _save_step(self) -> Step:
        item = self.filing.now_application.item
        deadline = self._deadline
        facts = [Fact("办什么", item.common_name or item.name)]
        if deadline:
            facts.append(Fact("别耽误", deadline))
        return Step(kind="facts", title="现在保存", primary="保存", facts=tuple(facts))

    @property
    def _last(self) -> bool:
        return self._place + 1 >= len(self._signers)

    # -- answers --------------------------------------------------------------------------------

    def judge(self, entry: str) -> None:
        """How many digits are missing."""
        if self.at == _CODE:
            missing = CODE_DIGITS - len(entry)
            self.change(note=f"差{missing}位" if missing and entry else "")
        else:
            super().judge(entry)

    def take(self) -> None:
        """The filled button."""
        if self.at == _CODE:
            self._take_code()
        elif self.at in {CONTACT, WHERE}:
            self._take_contact()
        elif self.at in {PHONE, PLACE}:
            self._take_typed_contact()
        elif self.at == _SIGN:
            self._take_signature()
        elif self.at == _SAVE:
            self._save()
        else:
            self.take_mark()

    def other(self) -> None:
        """A code of the machine's; the road of those who cannot write; signing later."""
        if self.at == _CODE:
            self._typed(f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}")
            self.change(good="请记住这4位，或拍下来。")
        elif self.at in {CONTACT, PHONE, WHERE, PLACE}:
            self._contact(None)
        elif self.at == _SIGN and self._place == 0:
            self.to(MARK)
        elif self.at == _SIGN:
            self._signed.pop(self._place, None)
            self._next_signer()
        else:
            self.other_mark()

    def _take_code(self) -> None:
        if len(self.view.entry) < CODE_DIGITS:
            self.change(error="要4位数字。记不住，就按“帮我定一个”。")
            return
        self._code = self.view.entry
        application = self.filing.now_application
        self.filing.replace(replace(application, track_code=self._code))
        self.to(CONTACT)

    def _take_contact(self) -> None:
        if not self.chosen:
            self.change(error="请选一个。不留也行，按“不留，下一步”。")
            return
        found = chosen_card(self.filing.now_application, self.chosen[0])
        if isinstance(found, str):
            self.to(found)
        else:
            self._contact(found)

    def _take_typed_contact(self) -> None:
        found = typed_card(self.filing.now_application, self.at, self.view.entry)
        if isinstance(found, Flaw):
            self.change(error=found.words)
        else:
            self._contact(found)

    def _contact(self, card: ContactCard | None) -> None:
        self.filing.replace(replace(self.filing.now_application, contact=card))
        self._place = 0
        self.to(_SIGN if self._signers else _SAVE)

    def _take_signature(self) -> None:
        png = self.ink.png() if self.ink is not None else b""
        if not png:
            self.change(error="还没签名，请用手指写。")
            return
        self._signed[self._place] = (self._words(self._signers[self._place]), png)
        self._next_signer()

    def marked(self) -> None:
        """The paper with the mark is photographed."""
        from kiosk.journeys.applying import Attachment

        assert self.witness is not None
        kind = "盖章" if self.form == "seal" else "按手印"
        assert self.read_at is not None
        read = f"{self.read_at.astimezone(CHINA):%H:%M}念给本人听"
        said = self._words(self._signers[self._place])
        words = f"{said}（{read}，{kind}，见证人{self.witness.name}）"
        paper = Attachment("signature_paper", "签名纸.jpg", "image/jpeg", self.view.picture)
        self._signed[self._place] = (words, paper)
        self._next_signer()

    def _next_signer(self) -> None:
        if self._last:
            self._save()
            return
        self._place += 1
        if self.ink is not None:
            self.ink.clear()
        self.to(_SIGN)

    # -- saving ---------------------------------------------------------------------------------

    def _save(self) -> None:
        application = self._finished()
        self.filing.replace(application)
        self.change(busy=True, busy_text="正在保存…", error="")
        self.session.run(lambda station: _save(station, application), self._saved, self._not_saved)

    def _finished(self) -> Application:
        """The application with promises, declarations and signatures."""
        from kiosk.domain.parties import IdType, Party, Role
        from kiosk.journeys.applying import Attachment, Declaration
        from ui.bridge.handing_in import promises_made

        application, now = self.filing.now_application, self.session.clock.now()
        kept = [one for one in application.attachments if not one.key.startswith("signature_")]
        declarations, signature = list(promises_made(application)), None
        for place, (words, proof) in sorted(self._signed.items()):
            signer = self._signers[place]
            declarations.append(Declaration(signer.role, signer.name, words, now))
            if isinstance(proof, Attachment):
                kept.append(proof)
            elif signature is None:
                signature = proof
            else:
                name = f"签名{place + 1}.png"
                kept.append(Attachment(f"signature_{place + 1}", name, "image/png", proof))
        parties = tuple(one for one in application.parties if one.role is not Role.WITNESS)
        if self.witness is not None:
            seen = self.witness
            witness = Party(Role.WITNESS, seen.name, IdType.RESIDENT_ID, seen.id_number)
            parties = (*parties, witness)
        return replace(
            application,
            parties=parties,
            attachments=tuple(kept),
            declarations=tuple(declarations),
            signature=signature,
        )

    def _saved(self, answer: Saved | Fault) -> None:
        from kiosk.domain.faults import Fault

        self.change(busy=False)
        if isinstance(answer, Fault):
            self.change(error=f"还不能存：{answer.words}按“返回”改好，填的都在。")
            return
        self.filing.done(answer)
        self.filing.next(Page.SIGN)

    def _not_saved(self, problem: Problem) -> None:
        words = words_of(problem)
        self.change(busy=False, error=f"没存上，填的都在。{words.text}")

    def reset(self) -> None:
        """Forget code and signatures."""
        super().reset()
        self._code, self._place = "", 0
        self._signed = {}


def _code_step() -> Step:
    return Step(
        kind="pad",
        title="定4位查询码",
        sub="以后查办到哪了，要用它。",
        placeholder="4位数字",
        groups=(CODE_DIGITS,),
        length=CODE_DIGITS,
        secondary="帮我定一个",
    )


def _save(station: StationPort, application: Application) -> Saved | Fault:
    """Only what cannot be sealed is kept back; the rest was advice."""
    faults = station.review(application).faults
    return faults[0] if faults else station.submit(application)

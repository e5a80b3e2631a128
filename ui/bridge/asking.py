"""Questions: one visible question of the form a page.

Rules:

* Whatever kind the form knows can be answered here: choices as rows, numbers on the keypad, words
  on the keyboard, places by lists, repeated entries one after the other.
* Nothing is preselected; going back finds every answer again; an answer is kept at each key.
* 下一步 always answers: with the next page, or with what is wrong, at the field.
* While typing only what more keys cannot mend is told (a birthday that never was); the rest is told
  by 下一步.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.forms.pointers import tokens_of, with_value
from ui.bridge import places
from ui.bridge.answers import answer_at, entry_words, faults_at, kept, office_words, place, typed
from ui.bridge.controller import Controller, shown
from ui.bridge.question_view import (
    ASCII,
    BIRTH_KNOWN,
    COMPOSING,
    HOW,
    LENGTHS,
    LONGEST,
    MENDABLE,
    EntryLine,
    Inside,
    OptionLine,
    PlaceLine,
    QuestionView,
    as_date,
    birthday,
    help_words,
    in_field,
    same,
)
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.domain.divisions import Level
    from kiosk.forms.engine import Question
    from kiosk.forms.pointers import Json
    from ui.bridge.filing import Filing

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class QuestionController(Controller):
    """The questions of the form."""

    PAGES = (Page.QUESTION,)

    pathChanged = Signal()
    howChanged = Signal()
    kindChanged = Signal()
    titleChanged = Signal()
    helpChanged = Signal()
    citesChanged = Signal()
    noteChanged = Signal()
    contextChanged = Signal()
    entryChanged = Signal()
    errorChanged = Signal()
    goodChanged = Signal()
    mostChanged = Signal()
    lettersChanged = Signal()
    chosenChanged = Signal()
    placedChanged = Signal()
    trailChanged = Signal()
    aboveChanged = Signal()
    searchingChanged = Signal()
    spelledChanged = Signal()
    nextWordsChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, QuestionView())
        self._options = Rows(OptionLine, self)
        self._places = Rows(PlaceLine, self)
        self._entries = Rows(EntryLine, self)
        self._inside: Inside | None = None
        self._picker: places.Picker | None = None
        session.filing.watch(self._changed)

    path = Property(str, shown("path"), notify=pathChanged)
    how = Property(str, shown("how"), notify=howChanged)
    kind = Property(str, shown("kind"), notify=kindChanged)
    title = Property(str, shown("title"), notify=titleChanged)
    help = Property(str, shown("help"), notify=helpChanged)
    cites = Property(str, shown("cites"), notify=citesChanged)
    note = Property(str, shown("note"), notify=noteChanged)
    context = Property(str, shown("context"), notify=contextChanged)
    entry = Property(str, shown("entry"), notify=entryChanged)
    error = Property(str, shown("error"), notify=errorChanged)
    good = Property(str, shown("good"), notify=goodChanged)
    most = Property(int, shown("most"), notify=mostChanged)
    letters = Property(bool, shown("letters"), notify=lettersChanged)
    chosen = Property(int, shown("chosen"), notify=chosenChanged)
    placed = Property(str, shown("placed"), notify=placedChanged)
    trail = Property(str, shown("trail"), notify=trailChanged)
    above = Property(str, shown("above"), notify=aboveChanged)
    searching = Property(bool, shown("searching"), notify=searchingChanged)
    spelled = Property(str, shown("spelled"), notify=spelledChanged)
    nextWords = Property(str, shown("next_words"), notify=nextWordsChanged)

    @Property(QObject, constant=True)
    def options(self) -> Rows:
        """The answers to choose from."""
        return self._options

    @Property(QObject, constant=True)
    def places(self) -> Rows:
        """The places to choose from."""
        return self._places

    @Property(QObject, constant=True)
    def entries(self) -> Rows:
        """The entries of a list so far."""
        return self._entries

    # -- answering ------------------------------------------------------------------------------

    @Slot(str)
    def type(self, text: str) -> None:
        """One key, or the words that the keyboard made."""
        if self.view.how == "place":
            self._spell(self.view.spelled + text)
            return
        entry = self.view.entry + text
        if len(entry) <= (self.view.most or LONGEST):
            self._put(as_date(entry) if self.view.how == "date" else entry)

    @Slot()
    def erase(self) -> None:
        """The last character."""
        if self.view.how == "place":
            self._spell(self.view.spelled[:-1])
        else:
            self._put(self.view.entry[:-1])

    @Slot(int)
    def choose(self, index: int) -> None:
        """One answer; of several, put on or taken off."""
        question = self._question
        if not 0 <= index < len(question.choices):
            return
        value = question.choices[index].value
        if self.view.how == "many":
            answer = answer_at(self._answers, question.path)
            before = answer if isinstance(answer, list) else []
            value = [
                one.value
                for one in question.choices
                if (one.value in before) != (one.value == value)
            ]
        self._put(value)

    @Slot(str)
    def choosePlace(self, code: str) -> None:
        """One place of the list: chosen, or opened."""
        picker = self._picker
        if picker is None:
            return
        line = next((one for one in self._places.rows if one.key == code), None)
        if line is not None and line.final:
            self._picker = picker.spelled("")
            self.change(searching=False, spelled="")
            self._put(code)
        else:
            self._picker = picker.into(code)
            self.change(searching=False, spelled="", error="")
            self._show()

    @Slot()
    def up(self) -> None:
        """One place up."""
        if self._picker is not None:
            trail = places.trail(self._picker, self._filing.divisions)
            if len(trail) > 1:
                self._picker = self._picker.into(trail[-2].code)
                self._show()

    @Slot(bool)
    def search(self, on: bool) -> None:  # noqa: FBT001 -- a slot; QML knows no keywords
        """Type a name of a place, or back to the lists."""
        if self._picker is not None:
            self._picker = self._picker.spelled("")
            self.change(searching=on, spelled="")
            self._show()

    @Slot()
    def add(self) -> None:
        """One more entry of the list."""
        value = answer_at(self._answers, self._question.path)
        self.open(len(value) if isinstance(value, list) else 0)

    @Slot(int)
    def open(self, index: int) -> None:
        """One entry, its first question."""
        question = self._question
        if question.entry:
            self._inside = Inside(question.path, index)
            self._fresh()

    @Slot(int)
    def remove(self, index: int) -> None:
        """Take one entry out of the list."""
        value = answer_at(self._answers, self._question.path)
        if isinstance(value, list) and 0 <= index < len(value):
            self._put(value[:index] + value[index + 1 :])

    # -- going on -------------------------------------------------------------------------------

    @Slot(str)
    def proceed(self, composing: str) -> None:
        """下一步; ``composing``: letters that are not characters yet."""
        if composing:
            self.change(error=COMPOSING)
            return
        question = self._question
        faults = faults_at(self._filing.engine, question.path, self._answers)
        if self._inside is None and question.kind == "list":
            faults = tuple(one for one in faults if one.path == question.path) or faults
        if faults:
            self.change(error=faults[0].words, good="")
        elif self._inside is not None:
            self._next_inside(self._inside)
        else:
            self._filing.next(Page.QUESTION)

    def _next_inside(self, inside: Inside) -> None:
        following = replace(inside, number=inside.number + 1)
        self._inside = following if following.number < len(self._asked(following)) else None
        self._fresh()

    def back(self) -> bool:
        """One question back; out of an entry; up from a place to its county."""
        if self.view.searching:
            self.search(False)  # noqa: FBT003 -- a slot
            return True
        inside = self._inside
        if inside is not None:
            self._inside = replace(inside, number=inside.number - 1) if inside.number else None
            self._fresh()
            return True
        return not self._filing.returning and self._filing.previous_question()

    # -- what is shown --------------------------------------------------------------------------

    @property
    def _filing(self) -> Filing:
        return self.session.filing

    @property
    def _answers(self) -> Json:
        return self._filing.now_application.answers

    @property
    def _question(self) -> Question:
        inside = self._inside
        if inside is not None:
            return self._asked(inside)[inside.number]
        asked = self._filing.questions
        return asked[min(self._filing.index, len(asked) - 1)]

    def _asked(self, inside: Inside) -> tuple[Question, ...]:
        return self._filing.engine.entry_questions(inside.path, inside.index, self._answers)

    def _put(self, value: Json) -> None:
        """Keep an answer and tell what can no longer be mended."""
        question = self._question
        application = self._filing.now_application
        answers = application.answers
        if self._inside is not None and answer_at(answers, self._inside.path) is None:
            answers = with_value(answers, tokens_of(self._inside.path), [])
        answers = kept(answers, question.path, value)
        self.change(error="")
        self._filing.replace(replace(application, answers=answers))
        self.change(error=self._early(question))

    def _early(self, question: Question) -> str:
        if question.kind == "resident_id":
            from kiosk.domain.identity import typing_flaw

            flaw = typing_flaw(self.view.entry, self._filing.today)
            return flaw.words if flaw else ""
        whole = question.kind == "date" and len(self.view.entry) == LENGTHS["date"]
        found = self._filing.engine.check(question.path, self._answers).faults
        for fault in found:
            if whole or fault.code not in MENDABLE:
                return fault.words
        return ""

    def _spell(self, text: str) -> None:
        if self._picker is not None:
            self._picker = self._picker.spelled(text)
            self.change(spelled=text, error="")
            self._show()

    def _changed(self) -> None:
        """Another answer, another question, or nothing at all any more."""
        if self.session.page is Page.QUESTION and self._filing.begun and self._filing.questions:
            if self._inside is None and self.view.path != self._question.path:
                self._fresh()
            else:
                self._show()

    def _fresh(self) -> None:
        """Another question: no fault told yet, the picker where it opens."""
        self._picker = None
        self.change(error="", searching=False, spelled="")
        self._show()

    def _show(self) -> None:
        question = self._question
        how = HOW.get(question.kind, "text")
        view = self._filing.engine.schemas.view(self._location(question))
        most = view.get("maxLength")
        self._show_options(question)
        self._show_entries(question)
        self.change(
            path=question.path,
            how=how,
            kind=question.kind,
            title=self._title(question),
            help=self._office(question)
            or help_words(question, blank=answer_at(self._answers, question.path) is None),
            cites=f"依据：{question.cites}" if question.cites else "",
            note=self._note(),
            context=self._filing.whom,
            entry=in_field(how, typed(self._answers, question.path)),
            good=self._good(question),
            most=LENGTHS.get(question.kind, most if isinstance(most, int) else 0),
            letters=question.kind == "credit_code" or question.format in ASCII,
            next_words=self._next_words(),
        )
        if how == "place":
            self._show_places(question, places.least_level(view.get("divisionLevel")))

    def _office(self, question: Question) -> str:
        """In a supplement: what the office says of this question."""
        targets = (f"field:{question.path}", f"field:/form{question.path}")
        return office_words(self._filing.now_application, self.session.tracked, *targets)

    def _title(self, question: Question) -> str:
        if self._inside is None:
            return question.title
        outer = next(one for one in self._filing.questions if one.path == self._inside.path)
        return question.title or outer.title

    def _note(self) -> str:
        asked = len(self._filing.questions)
        note = f"{min(self._filing.index, asked - 1) + 1}/{asked}"
        return note if self._inside is None else f"{note}，第{self._inside.index + 1}个"

    def _next_words(self) -> str:
        inside = self._inside
        if inside is not None:
            return "下一步" if inside.number + 1 < len(self._asked(inside)) else "这个填好了"
        return "改好了，回去核对" if self._filing.returning else "下一步"

    def _location(self, question: Question) -> str:
        """Where the schema of a question stands; of an entry's question within the list."""
        fields = self._filing.engine.fields
        path = question.path
        if self._inside is not None:
            outer = next(one for one in fields if one.pointer == self._inside.path)
            fields = outer.entry
            path = path.removeprefix(f"{self._inside.path}/{self._inside.index}")
        return next(one.locations[0] for one in fields if one.pointer == path)

    def _show_options(self, question: Question) -> None:
        answer = answer_at(self._answers, question.path)
        several = answer if question.kind == "choices" and isinstance(answer, list) else [answer]
        lines = [
            OptionLine(one.words, any(same(one.value, kept_one) for kept_one in several))
            for one in question.choices
        ]
        self._options.show(lines)
        self.change(chosen=next((n for n, one in enumerate(lines) if one.selected), -1))

    def _show_entries(self, question: Question) -> None:
        value = answer_at(self._answers, question.path)
        if question.kind != "list" or not isinstance(value, list):
            self._entries.show(())
            return
        faults = {one.path for one in self._filing.engine.faults(self._answers)}
        lines = []
        for index, entry in enumerate(value):
            here = f"{question.path}/{index}"
            open_ones = any(one == here or one.startswith(f"{here}/") for one in faults)
            words = entry_words(question, entry, self._filing.divisions)
            lines.append(EntryLine(words, "还没填完" if open_ones else ""))
        self._entries.show(lines)

    def _show_places(self, question: Question, least: Level) -> None:
        divisions = self._filing.divisions
        code = typed(self._answers, question.path)
        if self._picker is None:
            prefixes = self._filing.now_application.item.coverage.prefixes
            self._picker = places.reopened(code, divisions, least) or places.opening(
                prefixes, divisions, least
            )
        trail = places.trail(self._picker, divisions)
        found = places.listed(self._picker, divisions)
        self._places.show(
            [
                PlaceLine(one.code, one.name, one.within, one.final, one.code == code)
                for one in found
            ]
        )
        self.change(
            placed=place(code, divisions) if code else "",
            trail=" ".join(one.name for one in trail[1:]) or trail[0].name,
            above=trail[-2].name if len(trail) > 1 else "",
        )

    def _good(self, question: Question) -> str:
        """A date or a birthday, read back."""
        text = typed(self._answers, question.path)
        if question.kind == "resident_id" and len(text) >= BIRTH_KNOWN:
            return birthday(text, self._filing)
        return ""

    def enter(self, page: Page) -> None:
        """The question that is to be asked now."""
        del page
        self._inside = None
        if self._filing.begun and self._filing.questions:
            self._fresh()

    def speech(self, page: Page) -> str:
        """The question, its reason, the answers by number."""
        del page
        parts = [self.view.title, self.view.help]
        parts += [f"{number}，{one.text}" for number, one in enumerate(self._options.rows, 1)]
        return "。".join(part.rstrip("。") for part in parts if part)

    def reset(self) -> None:
        """Forget whose answers these were."""
        super().reset()
        self._inside = self._picker = None
        for rows in (self._options, self._places, self._entries):
            rows.show(())

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

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.forms.pointers import tokens_of, with_value
from ui.bridge import places
from ui.bridge.answers import answer_at, faults_at, kept, office_words, typed
from ui.bridge.controller import Controller, shown
from ui.bridge.question_view import (
    COMPOSING,
    HOW,
    LONGEST,
    EntryLine,
    Inside,
    OptionLine,
    PlaceLine,
    QuestionView,
    as_date,
    chosen_of,
    early_fault,
    entries_of,
    help_words,
    in_field,
    letters_only,
    location_of,
    most_of,
    next_words,
    note_of,
    options_of,
    picker_for,
    places_of,
    read_back,
    title_of,
    toggled,
    where,
)
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

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
            value = toggled(question, answer_at(self._answers, question.path), value)
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
        found = self._filing.engine.check(question.path, self._answers).faults
        self.change(error=early_fault(question, self.view.entry, found, self._filing.today))

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
        question, answers, filing, inside = (
            self._question,
            self._answers,
            self._filing,
            self._inside,
        )
        engine = filing.engine
        how = HOW.get(question.kind, "text")
        schema = engine.schemas.view(location_of(question, engine.fields, inside))
        options = options_of(question, answers)
        self._options.show(options)
        self._show_entries(question)
        self.change(
            path=question.path,
            how=how,
            kind=question.kind,
            title=title_of(question, self._outer),
            help=self._office(question)
            or help_words(question, blank=answer_at(answers, question.path) is None),
            cites=f"依据：{question.cites}" if question.cites else "",
            note=note_of(filing.index, len(filing.questions), inside),
            context=filing.whom,
            entry=in_field(how, typed(answers, question.path)),
            good=read_back(question, answers, filing.today),
            most=most_of(question, schema),
            letters=letters_only(question),
            chosen=chosen_of(options),
            next_words=self._next_words(),
        )
        if how == "place":
            self._show_places(question, schema)

    @property
    def _outer(self) -> Question | None:
        """The list within whose entry a question is asked."""
        inside = self._inside
        if inside is None:
            return None
        return next(one for one in self._filing.questions if one.path == inside.path)

    def _office(self, question: Question) -> str:
        """In a supplement: what the office says of this question."""
        targets = (f"field:{question.path}", f"field:/form{question.path}")
        return office_words(self._filing.now_application, self.session.tracked, *targets)

    def _next_words(self) -> str:
        inside = self._inside
        asked = len(self._asked(inside)) if inside is not None else 0
        return next_words(inside, asked, returning=self._filing.returning)

    def _show_entries(self, question: Question) -> None:
        found = self._filing.engine.faults(self._answers) if question.kind == "list" else ()
        paths = {one.path for one in found}
        lines = entries_of(question, self._answers, paths, self._filing.divisions)
        self._entries.show(lines)

    def _show_places(self, question: Question, schema: Mapping[str, Json]) -> None:
        divisions = self._filing.divisions
        code = typed(self._answers, question.path)
        if self._picker is None:
            prefixes = self._filing.now_application.item.coverage.prefixes
            self._picker = picker_for(code, schema, prefixes, divisions)
        self._places.show(places_of(self._picker, code, divisions, self.session.division))
        self.change(**asdict(where(self._picker, code, divisions)))

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

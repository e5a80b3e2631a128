"""Rows: frozen dataclasses as a list model.

Rules:

* A model shows a tuple of frozen rows of one dataclass; its fields are the roles, so a delegate
  says ``required property string name``.
* ``show`` tells the view only what changed: same length means changed rows, else the tail grows or
  shrinks. Delegates that did not change are not built anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    Property,
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtQml import QmlElement, QmlUncreatable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

_FIRST_ROLE = int(Qt.ItemDataRole.UserRole) + 1


@QmlElement
@QmlUncreatable("made by controllers")
class Rows(QAbstractListModel):  # type: ignore[operator]  # the decorator's stub is wrong
    """A list model over frozen rows.

    Args:
        kind: the dataclass of the rows.
        parent: the owner, as everywhere in Qt.
    """

    countChanged = Signal()

    def __init__(self, kind: type[DataclassInstance], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names = tuple(field.name for field in fields(kind))
        self._rows: tuple[Any, ...] = ()

    @Property(int, notify=countChanged)
    def count(self) -> int:
        """Number of rows, for QML."""
        return len(self._rows)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Number of rows, for views."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def roleNames(self) -> dict[int, QByteArray]:
        """The fields of the dataclass."""
        return {
            _FIRST_ROLE + number: QByteArray(name.encode())
            for number, name in enumerate(self._names)
        }

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:  # noqa: ANN401 -- whatever the field holds
        """One field of one row."""
        number = role - _FIRST_ROLE
        if not index.isValid() or not 0 <= number < len(self._names):
            return None
        return getattr(self._rows[index.row()], self._names[number])

    @property
    def rows(self) -> tuple[Any, ...]:
        """What is shown."""
        return self._rows

    def show(self, rows: Sequence[DataclassInstance]) -> None:
        """Show ``rows`` instead."""
        old, new = self._rows, tuple(rows)
        if old == new:
            return
        common = min(len(old), len(new))
        if len(new) < len(old):
            self.beginRemoveRows(QModelIndex(), common, len(old) - 1)
            self._rows = old[:common]
            self.endRemoveRows()
        self._rows = new[:common]
        for number in range(common):
            if old[number] != new[number]:
                self.dataChanged.emit(self.index(number), self.index(number))
        if len(new) > len(old):
            self.beginInsertRows(QModelIndex(), common, len(new) - 1)
            self._rows = new
            self.endInsertRows()
        if len(new) != len(old):
            self.countChanged.emit()

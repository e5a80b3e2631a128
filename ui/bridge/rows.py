"""List models over tuples of frozen rows.

Rules: a row is a frozen dataclass of plain values; its field names are the roles; a model replaces
its whole tuple at once and keeps rows that did not change (views keep their delegates).
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

Row = TypeVar("Row")
_FIRST_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_NO_PARENT = QModelIndex()


class RowsModel(QAbstractListModel, Generic[Row]):
    """A read-only list for QML. Subclasses set ``row_type``."""

    row_type: ClassVar[type]

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._names = [field.name for field in fields(self.row_type)]

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    def replace(self, rows: tuple[Row, ...]) -> None:
        """Show other rows; of equal length only the changed ones are announced."""
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        old, self._rows = self._rows, rows
        for number, (before, after) in enumerate(zip(old, rows, strict=True)):
            if before != after:
                index = self.index(number)
                self.dataChanged.emit(index, index)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        """Number of rows (a list has no children)."""
        return 0 if parent.isValid() else len(self._rows)

    def roleNames(self) -> dict[int, QByteArray]:
        """One role per field of the row."""
        return {
            _FIRST_ROLE + number: QByteArray(name.encode())
            for number, name in enumerate(self._names)
        }

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 (Qt's own signature)
        """One field of one row."""
        number = role - _FIRST_ROLE
        if not index.isValid() or not 0 <= number < len(self._names):
            return None
        return getattr(self._rows[index.row()], self._names[number])

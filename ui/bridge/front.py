"""The front: what stands on the glass when nobody is there, and what every header repeats.

Rules:

* It is all that the first frame needs of Python, so it stays lean: no session, no controller, no
  dataclass; everything behind it is opened once it is on the glass (``kiosk.main.interior``).
* It never claims more than is known: 有网 only after proven contact, 没网 otherwise
  (没网：能先填好、存着; never 也能办 alone).
* A touch that comes before the pages are ready is kept until somebody takes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.zone import CHINA

if TYPE_CHECKING:
    from kiosk.domain.clock import Clock
    from ui.bridge.ports import LinkFacts

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

_SECOND_MS: Final = 1000
_WEEKDAYS: Final = "一二三四五六日"


def _told(name: str) -> Callable[[Front], Any]:
    def get(front: Front) -> Any:  # noqa: ANN401 -- whatever was told
        return front.told[name]

    return get


@QmlElement
class Front(QObject):
    """The one object that Main.qml is given.

    Args:
        clock: time of day.
        parent: the owner.

    Attributes:
        told: what is shown now, by name.
    """

    changed = Signal()
    touched = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.told: dict[str, Any] = {
            "place": "",
            "phone": "",
            "demo": False,
            "network": "offline",
            "networkText": "还没连上网",
            "clock": "",
            "date": "",
            "nobody": True,
        }
        self._time = clock
        self._kept = False
        self._second = QTimer(self, interval=_SECOND_MS)
        self._second.timeout.connect(self.tick)
        self._second.start()
        self.tick()

    place = Property(str, _told("place"), notify=changed)
    phone = Property(str, _told("phone"), notify=changed)
    demo = Property(bool, _told("demo"), notify=changed)
    network = Property(str, _told("network"), notify=changed)
    networkText = Property(str, _told("networkText"), notify=changed)
    clock = Property(str, _told("clock"), notify=changed)
    date = Property(str, _told("date"), notify=changed)
    nobody = Property(bool, _told("nobody"), notify=changed)

    def _tell(self, **now: object) -> None:
        if any(self.told[name] != value for name, value in now.items()):
            self.told.update(now)
            self.changed.emit()

    def tell_place(self, place: str, phone: str, *, demo: bool) -> None:
        """Where the station stands; known before the first frame."""
        self._tell(place=_plain(place, demo=demo), phone=phone, demo=demo)

    def tell_link(self, link: LinkFacts) -> None:
        """What the sync side knows of the line."""
        if link.portal:
            self._tell(network="portal", networkText="网络要先登录")
        elif link.online:
            self._tell(network="online", networkText="有网")
        else:
            self._tell(network="offline", networkText="没网：能先填好、存着")

    def tell_nobody(self, *, nobody: bool) -> None:
        """Whether the attract page is shown."""
        self._tell(nobody=nobody)

    @Slot()
    def tick(self) -> None:
        """The time of day, in China."""
        now = self._time.now().astimezone(CHINA)
        self._tell(
            clock=f"{now.hour}:{now:%M}",
            date=f"{now.month}月{now.day}日 星期{_WEEKDAYS[now.weekday()]}",
        )

    @Slot()
    def begin(self) -> None:
        """The first touch of a person."""
        self._kept = True
        self.touched.emit()

    def take_touches(self, begin: Callable[[], None]) -> None:
        """Let ``begin`` hear of touches, of the one that came already first."""
        self.touched.connect(begin)
        if self._kept:
            begin()


def _plain(place: str, *, demo: bool) -> str:
    """The place for the header; the ribbon beside it says 演示 already."""
    return place.replace("（演示）", "") if demo else place

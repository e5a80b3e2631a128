"""What must be true, whatever happened: judged from outside, by counting.

Rules: the oracle knows three things only: which ids a terminal called saved, which effects the
office's books hold, and what each row of an outbox says. It uses no code of the engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

SAID_HELD = frozenset(
    {"received", "accepted", "in_progress", "suspended", "correction_wanted", "closed"}
)


@dataclass(slots=True)
class Oracle:
    """Counts; see the module. ``promised``: saved; ``hopeless``: of an item that is refused."""

    promised: set[UUID] = field(default_factory=set)
    unsure: set[UUID] = field(default_factory=set)
    hopeless: set[UUID] = field(default_factory=set)

    def exactly_once(self, effects: Iterable[UUID]) -> list[str]:
        """Doubles, losses and cases out of nothing, at the end."""
        counted = Counter(effects)
        wanted = self.promised - self.hopeless
        allowed = wanted | (self.unsure - self.hopeless)
        return [
            *(f"double: {id_} has {times} effects" for id_, times in counted.items() if times > 1),
            *(f"loss: {id_} was saved and has no effect" for id_ in wanted - set(counted)),
            *(f"nobody saved {id_}, yet it has an effect" for id_ in set(counted) - allowed),
        ]

    @staticmethod
    def honest(rows: Mapping[UUID, str], ever_held: set[UUID]) -> list[str]:
        """A terminal never says more than the office once proved."""
        return [
            f"dishonest: {id_} is called {state}, and the office never held all of it"
            for id_, state in rows.items()
            if state in SAID_HELD and id_ not in ever_held
        ]

    def settled(self, rows: Mapping[UUID, str], cases: Mapping[UUID, str]) -> list[str]:
        """At the end every row says what the office says."""
        return [
            f"mirror: {id_} is called {state}, at the office it is {cases.get(id_, 'absent')}"
            for id_, state in rows.items()
            if state != cases.get(id_, "parked" if id_ in self.hopeless else "absent")
        ]

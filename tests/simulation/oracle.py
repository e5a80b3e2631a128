"""What must be true, whatever happened: judged from outside, by counting.

Rules: the oracle knows four things only: which ids a terminal called saved (and which of them were
taken back), which effects the office's books hold and which ids it refused by a signed statement,
what was brought to it over the line, and what each row of an outbox says. It uses no code of the
engine.
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
    """Counts; see the module.

    ``unsure``: the power may have gone before 已保存 was seen. ``answers``: supplements and what
    they are about; one whose filing was taken back may wait for ever.
    """

    promised: set[UUID] = field(default_factory=set)
    unsure: set[UUID] = field(default_factory=set)
    taken_back: set[UUID] = field(default_factory=set)
    answers: dict[UUID, UUID] = field(default_factory=dict)

    def exactly_once(self, effects: Iterable[UUID], refused: set[UUID]) -> list[str]:
        """Doubles, losses and cases out of nothing, at the end."""
        counted = Counter(effects)
        moot = {id_ for id_, about in self.answers.items() if about in self.taken_back}
        wanted = self.promised - refused - self.taken_back - moot
        return [
            *(f"double: {id_} has {times} effects" for id_, times in counted.items() if times > 1),
            *(f"loss: {id_} was saved and has no effect" for id_ in wanted - set(counted)),
            *(
                f"nobody saved {id_}, yet it has an effect"
                for id_ in set(counted) - self.promised - self.unsure
            ),
        ]

    @staticmethod
    def honest(rows: Mapping[UUID, str], ever_held: set[UUID]) -> list[str]:
        """A terminal never says more than the office once proved."""
        return [
            f"dishonest: {id_} is called {state}, and the office never held all of it"
            for id_, state in rows.items()
            if state in SAID_HELD and id_ not in ever_held
        ]

    @staticmethod
    def silent(rows: Mapping[UUID, str], brought: set[UUID]) -> list[str]:
        """Nor less: what is called queued has never left."""
        return [
            f"dishonest: {id_} is called queued, and it was brought to the office"
            for id_, state in rows.items()
            if state == "queued" and id_ in brought
        ]

    def settled(
        self, rows: Mapping[UUID, str], cases: Mapping[UUID, str], refused: set[UUID]
    ) -> list[str]:
        """At the end every row says what the office says.

        What the office refused is parked or, when it was proven before the office was restored,
        keeps its proof; what was taken back before it came is withdrawn.
        """
        return [
            f"mirror: {id_} is called {state}, at the office it is {cases.get(id_, 'absent')}"
            for id_, state in rows.items()
            if state != cases.get(id_)
            and not (id_ not in cases and id_ in refused and state in {"parked", "received"})
            and not (id_ not in cases and id_ in self.taken_back and state == "withdrawn")
        ]

"""What comes back on a stick: directory, enrolment, receipts, refusals, events.

Rules:

* Only what proves itself is taken: the directory by TUF, everything else by the platform's
  signature on the return as a whole and on each statement. The directory comes first: it may bring
  new keys.
* Every page stands alone; one that is torn keeps no other from being taken, and is told.
* Importing again, or an older stick, changes nothing: receipts and events are idempotent; a
  refusal, an epoch and a mark of durability count only if nothing newer was known.
* A receipt of an epoch that has passed proves nothing any more.
* The caller holds the sync lock: nothing is being sent meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from kiosk.domain.clock import from_text, to_text
from kiosk.domain.lifecycle import OWED, State
from kiosk.domain.problems import InputProblem, PlatformProblem, Problem
from kiosk.sealing.canonical import JsonObject, parse_object
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.inbox import ProvenEvent
from kiosk.store.rows import OutboxRow
from sync.bundle import layout
from sync.bundle.layout import Entry, ReturnManifest
from sync.bundle.stick import StickFolder
from sync.courier.place import AFTER, ENROLLED, MADE_AT, RENEW, Place
from sync.engine.decisions import on_reply
from sync.engine.directory_update import Outcome, UpdateResult
from sync.engine.pull import stored
from sync.engine.upkeep import at_stake, drop_durable
from sync.protocol.messages import CaseEvent, Enrolment, Receipt, Refusal
from sync.protocol.statements import prove

NONE: Final = "none"
_OLDER: Final = frozenset({"rollback"})
_NEWS: Final = OWED | {State.PARKED}
_GIVEN_UP: Final = frozenset({State.WITHDRAWN, State.SUPERSEDED})


@dataclass(slots=True)
class Imported:
    """What was taken.

    ``receipts`` and ``events`` told something new; ``parked`` are new signed refusals;
    ``directory`` is updated, current, kept or none; ``refused`` is what stood there and was not
    taken; ``changed`` are the submissions that may stand elsewhere now.
    """

    receipts: int = 0
    events: int = 0
    parked: int = 0
    directory: str = NONE
    refused: list[Problem] = field(default_factory=list)
    changed: set[UUID] = field(default_factory=set)


def import_(
    place: Place, stick: StickFolder, update_directory: Callable[[str], UpdateResult]
) -> Imported:
    """Take what the platform sent; the sync lock is held.

    Args:
        place: the station.
        stick: where it stands.
        update_directory: takes a TUF tree at a ``file://`` address.

    Raises:
        InputProblem: nothing on the stick is for this station (``nothing-here``), or nothing of
            it could be taken.
        EnvironmentProblem: the stick or this machine refuses.
    """
    done = Imported()
    found = _take_directory(stick, update_directory, done)
    folder = stick.child(layout.return_name(place.device.terminal))
    if folder is not None:
        with folder:
            _Return(place, folder, done).run()
    elif not found:
        raise InputProblem(
            "nothing-here",
            f"{stick.where} brings nothing for {place.device.terminal}: the platform has not "
            "written to it",
            path=str(stick.where),
        )
    return done


def _take_directory(
    stick: StickFolder, update_directory: Callable[[str], UpdateResult], done: Imported
) -> bool:
    try:
        folder = stick.child(layout.DIRECTORY)
    except InputProblem as problem:
        done.refused.append(problem)
        return False
    if folder is None:
        return False
    with folder:
        result = update_directory(folder.where.absolute().as_uri())
    done.directory = result.outcome.value
    if result.outcome is Outcome.KEPT and result.reason not in _OLDER:
        done.refused.append(InputProblem(result.reason, f"the directory: {result.detail}"))
    return True


class _Return:
    """One return being taken."""

    def __init__(self, place: Place, folder: StickFolder, done: Imported) -> None:
        self._place = place
        self._stores = place.stores
        self._folder = folder
        self._done = done
        self._latest = False
        self._present = ""
        self._proven: dict[UUID, Receipt] = {}

    def run(self) -> None:
        terminal, keys = self._place.device.terminal, self._place.keys.signing
        refused = len(self._done.refused)
        try:
            if not self._folder.exists(layout.MANIFEST):
                raise _unfinished(self._folder)
            data = self._folder.read(layout.MANIFEST, layout.MAX_MANIFEST)
            manifest = ReturnManifest.parse(terminal, data, keys)
        except InputProblem as problem:
            self._done.refused.append(problem)
            return
        self._date(manifest)
        for entry in manifest.files:
            try:
                self._take_page(entry)
            except (InputProblem, PlatformProblem) as problem:
                self._done.refused.append(problem)
        if self._latest:
            self._follow(manifest)
            self._note(manifest, whole=len(self._done.refused) == refused)
        self._record()

    def _date(self, manifest: ReturnManifest) -> None:
        """Whether this is the latest that is known of the platform, and its present epoch."""
        made_at, floor = self._place.fact(MADE_AT), self._stores.hosts.proven_time()
        self._latest = (not made_at or manifest.made_at >= from_text(made_at)) and (
            floor is None or manifest.made_at >= floor
        )
        known = self._stores.inbox.epoch()
        self._present = manifest.epoch if self._latest or known is None else known

    def _take_page(self, entry: Entry) -> None:
        sealed = self._folder.read(entry.name, layout.MAX_PAGE)
        if Entry.of(entry.name, sealed) != entry:
            raise InputProblem(
                "torn", f"{entry.name} is torn", path=str(self._folder.where / entry.name)
            )
        device = self._place.device
        plain = device.reply.open(sealed, context=layout.return_context(device.terminal))
        page = parse_object(plain, what="a page", limit=layout.MAX_PAGE)
        statements = page.get("statements")
        events: list[ProvenEvent] = []
        for statement in statements if isinstance(statements, list) else ():
            if isinstance(statement, dict):
                self._take(statement, events)
        self._take_events(events)

    def _take(self, statement: JsonObject, events: list[ProvenEvent]) -> None:
        kind = statement.get("type")
        if kind not in ("enrolment", "receipt", "refusal", "event"):
            return  # Of a newer platform, perhaps; it proves nothing that we understand.
        proven = prove(statement, self._place.keys.signing, kind=str(kind))
        if kind == "event":
            try:
                events.append(stored(CaseEvent.from_json(proven)))
            except PlatformProblem:
                return  # Signed, so a newer platform speaks; the rest counts all the same.
        elif kind == "receipt":
            self._take_receipt(Receipt.from_json(proven))
        elif kind == "refusal":
            self._take_refusal(Refusal.from_json(proven))
        else:
            self._take_enrolment(Enrolment.from_json(proven))

    def _take_enrolment(self, enrolment: Enrolment) -> None:
        device = self._place.device
        about = (enrolment.terminal, enrolment.device_key_id)
        if about == (device.terminal, device.signing.public.id) and not self._place.fact(ENROLLED):
            self._stores.hosts.note(**{ENROLLED: to_text(enrolment.at)})

    def _take_receipt(self, receipt: Receipt) -> None:
        row = self._row(receipt.submission_id, receipt.envelope_digest)
        if row is None or receipt.epoch != self._present:
            return
        self._proven[row.id] = receipt
        if _tells_news(row, receipt):
            self._apply(row, receipt)
            self._done.receipts += 1

    def _take_refusal(self, refusal: Refusal) -> None:
        row = self._row(refusal.submission_id, refusal.envelope_digest)
        if row is None or not self._latest or row.id in self._proven or row.state not in _NEWS:
            return
        if row.state is not State.PARKED or row.last_problem != on_reply(refusal).problem:
            self._apply(row, refusal)
            self._done.parked += 1

    def _take_events(self, events: list[ProvenEvent]) -> None:
        inbox = self._stores.inbox
        concerned = {event.submission_id for event in events}
        before = sum(len(inbox.events(found)) for found in concerned)
        self._done.changed |= inbox.apply(events, None, self._place.clock.now())
        self._done.events += sum(len(inbox.events(found)) for found in concerned) - before

    def _apply(self, row: OutboxRow, reply: Receipt | Refusal) -> None:
        move = on_reply(reply)
        self._stores.outbox.apply(
            row.id,
            move.signal,
            now=self._place.clock.now(),
            problem=move.problem,
            receipt=move.receipt,
        )
        self._done.changed.add(row.id)

    def _row(self, submission_id: UUID, envelope_digest: str) -> OutboxRow | None:
        row = self._stores.outbox.get(submission_id)
        return row if row is not None and row.envelope_digest == envelope_digest else None

    def _follow(self, manifest: ReturnManifest) -> None:
        """Follow the platform into its epoch, once nothing that it may have lost is missing."""
        stores, mark = self._stores, manifest.durable_before
        if stores.inbox.epoch() != manifest.epoch:
            proven = {found for found, receipt in self._proven.items() if receipt.complete}
            if any(row.id not in proven for row in at_stake(stores)):
                stores.hosts.note(**{RENEW: manifest.epoch})
                return
        self._done.changed |= stores.inbox.reset(manifest.epoch)
        if mark is not None:
            drop_durable(stores, mark)

    def _note(self, manifest: ReturnManifest, *, whole: bool) -> None:
        hosts = self._stores.hosts
        hosts.raise_floor(manifest.made_at)
        hosts.note(**{MADE_AT: to_text(manifest.made_at)})
        if whole:
            hosts.note(**{AFTER: manifest.next})

    def _record(self) -> None:
        done = self._done
        with self._place.casebook.write() as tx:
            Audit(self._place.casebook).record(
                tx,
                AuditEvent.COURIER_IMPORTED,
                at=self._place.clock.now(),
                detail=f"receipts:{done.receipts}/events:{done.events}/parked:{done.parked}",
            )


def _unfinished(folder: StickFolder) -> InputProblem:
    return InputProblem(
        "unfinished",
        f"{folder.where.name} was broken off while the platform wrote it; it must be written again",
        path=str(folder.where),
    )


def _tells_news(row: OutboxRow, receipt: Receipt) -> bool:
    """Whether a receipt says more than is known; an old stick must not take a state back."""
    if row.state in _NEWS:
        known = row.state is State.FILED and row.receipt_number == receipt.number
        return receipt.complete or not known
    if row.state in _GIVEN_UP:
        return row.received_at is None
    return row.receipt_number is None

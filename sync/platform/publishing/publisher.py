"""One publish, from the items file to the signed tree.

Rules:

* Everything is checked before anything is written; then the catalogue (what the platform will
  accept for ever), the files, the metadata, and the timestamp last. A crash between leaves the old
  tree served.
* Each publish is a new version, a small delta when little changed. An item's own version rises only
  when its content changed, and never repeats a number that was ever recorded.
* Every role publishes ``current.json`` (what there is), the full directory and up to 60 deltas. A
  terminal follows whichever way is shorter, so full files may be far apart on its line, yet a
  terminal that was away for a year always finds one.
* ``common`` holds every item. Parts for single prefectures are made when there are more items than
  a terminal should hold (``slice_over``); ``config.json`` says which.
"""

from __future__ import annotations

import dataclasses
import fcntl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

from backports import zstd
from tuf.api.metadata import TargetFile

from kiosk.domain import directory_rows as rows
from kiosk.domain.clock import to_text
from kiosk.domain.directory_rows import Header, RowKey, Value
from kiosk.domain.item_reading import from_text
from kiosk.domain.items import ServiceItem
from kiosk.domain.parties import Role
from kiosk.forms.definition import FormDefinition
from kiosk.forms.generic import GENERIC
from kiosk.sealing.canonical import canonical, digest, parse_object
from kiosk.search.lexicon import Lexicon
from kiosk.search.lexicon import load as load_lexicon
from sync.platform import catalogue
from sync.platform.publishing import content, source, trust_file
from sync.platform.publishing.consistency import warnings
from sync.platform.publishing.derive import Derivation
from sync.platform.publishing.divisions import Divisions
from sync.platform.publishing.enrichment import Enrichment
from sync.platform.publishing.repository import Repository, Target
from sync.platform.publishing.source import Fault
from sync.platform.secrets import PlatformSecrets
from sync.protocol.trust import MAX_TRUST

COMMON: Final = "common"
SLICE_OVER: Final = 20_000
DELTAS_KEPT: Final = 60
_LEVEL: Final = 12


@dataclass(frozen=True, slots=True)
class Request:
    """What to publish. None: the bundled file."""

    data_dir: Path
    items: Path
    forms: Path | None = None
    lexicon: Path | None = None
    divisions: Path | None = None
    enrichment: Path | None = None
    url: str | None = None
    slice_over: int = SLICE_OVER


@dataclass(frozen=True, slots=True)
class Summary:
    """What was published."""

    version: int
    items: int
    changed: int
    roles: tuple[str, ...]
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a publish is made of, checked."""

    items: tuple[ServiceItem, ...]
    forms: Mapping[str, FormDefinition]
    divisions: Divisions
    lexicon: Lexicon
    warnings: tuple[Fault, ...]


def publish(request: Request, now: datetime) -> Summary:
    """Check, sign and publish.

    Raises:
        InputProblem: an item, form, division or word is at fault; nothing was written.
        EnvironmentProblem: keys or the present tree are lost or damaged.
    """
    material = prepare(request)
    request.data_dir.mkdir(parents=True, exist_ok=True)
    with alone(request.data_dir):
        return _publish(request, material, now)


def announce(data_dir: Path, secrets: PlatformSecrets, now: datetime) -> bool:
    """Sign configuration and trust file anew, with these keys and the same directory.

    The caller publishes :func:`alone`.

    Returns:
        False: nothing was ever published, so there was nobody to tell.

    Raises:
        EnvironmentProblem: keys or the present tree are lost or damaged.
    """
    repository = Repository(data_dir)
    roles = repository.roles()
    if not roles:
        return False
    url = trust_file.read_url(data_dir)
    slices = [role.removeprefix("d-") for role in roles if role != COMMON]
    root = repository.first_root()
    kept = {role: list(repository.targets_of(role).values()) for role in roles}
    config = _config(root, secrets, url, slices)
    repository.publish(config, {role: [] for role in roles}, kept, now)
    trust_file.write_trust(data_dir, root, secrets, url)
    return True


def prepare(request: Request) -> Material:
    """Read and check everything; write nothing.

    Raises:
        InputProblem: as :func:`publish`.
    """
    raw = source.load(request.items)
    divisions = Divisions.load(request.divisions)
    assets = resources.files("assets")
    with (
        resources.as_file(assets.joinpath("forms")) as forms_folder,
        resources.as_file(assets.joinpath("lexicon")) as lexicon_folder,
    ):
        forms = content.load_forms(forms_folder, *([request.forms] if request.forms else []))
        lexicon = load_lexicon(request.lexicon or lexicon_folder)
    derivation = Derivation(
        divisions, Enrichment.load(request.enrichment), content.forms_of_items(forms)
    )
    items = tuple(derivation.item(entry) for entry in raw)
    found = tuple(
        fault for entry, item in zip(raw, items, strict=True) for fault in warnings(entry, item)
    )
    return Material(items, forms, divisions, lexicon, found)


def _publish(request: Request, material: Material, now: datetime) -> Summary:
    repository = Repository(request.data_dir)
    repository.prepare_root(now)
    common = _Published.read(repository, COMMON)
    items, changed = _versioned(material.items, common.items(), request.data_dir)
    slices = content.prefectures(items) if len(items) > request.slice_over else []
    version = common.version + 1
    targets: dict[str, list[Target]] = {}
    kept: dict[str, list[TargetFile]] = {}
    for role in (COMMON, *(f"d-{code}" for code in slices)):
        old = common if role == COMMON else _Published.read(repository, role)
        mine = items if role == COMMON else content.slice_of(items, role.removeprefix("d-"))
        fresh = content.rows(mine, material.forms, material.divisions.rows(), material.lexicon)
        targets[role], kept[role] = _role_files(role, old, fresh, version, now)
    _record(request.data_dir, items, material.forms)
    secrets = PlatformSecrets.load_or_create(request.data_dir)
    url = request.url if request.url is not None else trust_file.read_url(request.data_dir)
    config = _config(repository.first_root(), secrets, url, slices)
    repository.publish(config, targets, kept, now)
    trust_file.write_trust(request.data_dir, repository.first_root(), secrets, url)
    return Summary(version, len(items), changed, tuple(targets), material.warnings)


@dataclass(frozen=True, slots=True)
class _Published:
    """What a role publishes now."""

    version: int
    content: Mapping[RowKey, Value]
    deltas: tuple[TargetFile, ...]

    @classmethod
    def read(cls, repository: Repository, role: str) -> _Published:
        named = repository.targets_of(role)
        whole = next((file for file in named.values() if _kind(file) == "full"), None)
        if whole is None:
            return cls(0, {}, ())
        lines = zstd.decompress(repository.read(whole)).splitlines()
        header, found = rows.read(lines)
        present: dict[RowKey, Value] = {
            (row.table, row.key): row.value for row in found if row.value is not None
        }
        deltas = sorted(
            (file for file in named.values() if _kind(file) == "delta"),
            key=lambda file: int(file.custom["to"]) if file.custom else 0,
        )
        return cls(header.version, present, tuple(deltas))

    def items(self) -> dict[str, ServiceItem]:
        return {
            key: from_text(value)
            for (table, key), value in self.content.items()
            if table == content.ITEM and isinstance(value, str)
        }


def _kind(file: TargetFile) -> object:
    return file.custom["kind"] if file.custom else None


def _versioned(
    items: Sequence[ServiceItem], before: Mapping[str, ServiceItem], data_dir: Path
) -> tuple[list[ServiceItem], int]:
    """Give every item its version; also how many are new or changed."""
    recorded = catalogue.read(data_dir).items
    result: list[ServiceItem] = []
    changed = 0
    for item in items:
        old = before.get(item.item_id)
        if old is not None and dataclasses.replace(item, version=old.version) == old:
            result.append(old)
            continue
        known = recorded.get(item.item_id)
        last = max(known.versions, default=0) if known else 0
        result.append(dataclasses.replace(item, version=last + 1))
        changed += 1
    return result, changed


def _role_files(
    role: str, old: _Published, fresh: Mapping[RowKey, Value], version: int, now: datetime
) -> tuple[list[Target], list[TargetFile]]:
    """The new files of a role and the old deltas that it goes on naming."""
    header = Header(role, version, None, to_text(now), rows.digest_of(fresh))
    whole = _target(f"{role}/dir-full-{version}.jsonl.zst", "full", header, rows.full(fresh))
    files, kept = [whole], list(old.deltas[-DELTAS_KEPT + 1 :])
    if old.version:
        since = dataclasses.replace(header, since=old.version)
        name = f"{role}/dir-{old.version}-{version}.jsonl.zst"
        files.append(_target(name, "delta", since, rows.difference(old.content, fresh)))
    deltas = [_entry(file.custom or {}, file.path, file.length) for file in kept]
    deltas += [_entry(file.custom, file.path, len(file.data)) for file in files[1:]]
    current = {
        "format": rows.FORMAT,
        "role": role,
        "version": version,
        "published_at": header.published_at,
        "state_digest": header.state_digest,
        "full": {"path": whole.path, "size": len(whole.data)},
        "deltas": deltas,
    }
    files.append(Target(f"{role}/current.json", rows.text_of(current).encode(), {}))
    return files, kept


def _entry(custom: Mapping[str, Any], path: str, size: int) -> dict[str, object]:
    return {"from": custom["from"], "to": custom["to"], "path": path, "size": size}


def _target(path: str, kind: str, header: Header, found: Sequence[rows.Row]) -> Target:
    data = zstd.compress(b"".join(rows.lines(header, found)), _LEVEL)
    custom = {
        "kind": kind,
        "from": header.since,
        "to": header.version,
        "state_digest": header.state_digest,
    }
    return Target(path, data, custom)


def _record(
    data_dir: Path, items: Sequence[ServiceItem], forms: Mapping[str, FormDefinition]
) -> None:
    catalogue.record(
        data_dir,
        [
            catalogue.PublishedItem(
                item.item_id,
                frozenset({item.version}),
                item.implementation_code,
                proxy_rule(item),
            )
            for item in items
        ],
        # The generic form is made of the item and counts its versions.
        {form_id: {form.version} for form_id, form in forms.items()}
        | {GENERIC: {item.version for item in items}},
    )


def proxy_rule(item: ServiceItem) -> catalogue.ProxyRule:
    """What the catalogue remembers of an item, so that mandates can be judged by it."""
    form = item.proxy.mandate_form
    return catalogue.ProxyRule(
        allowed=item.proxy.allowed,
        presence_only=item.proxy.presence_only,
        mandate_form=form.value if form is not None else None,
        payees=any(need.role is Role.PAYEE for need in item.roles),
    )


def _config(root: bytes, secrets: PlatformSecrets, url: str, slices: Sequence[str]) -> Target:
    fleet = digest(canonical(parse_object(root, what="the TUF root", limit=MAX_TRUST)))
    document = {
        "format": 1,
        "url": url,
        "keys": secrets.public.as_json(),
        "fleet": fleet,
        "slices": list(slices),
    }
    return Target("config.json", rows.text_of(document).encode(), {})


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """One publish at a time."""
    with (data_dir / "publish.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

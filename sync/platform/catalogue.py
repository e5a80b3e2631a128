"""What the platform has ever published: which item and form versions it will take.

Rules:

* ``DIR/catalogue.json`` is cumulative and never served: a version once published is accepted for
  ever, because a terminal may have sealed an application years of cable faults ago.
* Publishing calls :func:`record` *before* the new metadata becomes visible; a reader sees either
  the old file or the new one (write aside, fsync, rename).
* A platform that has published nothing judges no content: it asks senders to come back later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.sealing.canonical import Json, JsonObject, parse_object
from sync.platform.publishing.files import write_file

FILE_NAME = "catalogue.json"
_LIMIT = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ProxyRule:
    """What the newest version of an item asks of a mandate. ``payees``: others may be paid."""

    allowed: bool | None
    presence_only: bool
    mandate_form: str | None
    payees: bool


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """One item: every version ever published.

    Of the newest the 实施编码 (None: has none) and the rule for mandates (None: never recorded).
    """

    item_id: str
    versions: frozenset[int]
    implementation_code: str | None = None
    rule: ProxyRule | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything ever published."""

    items: Mapping[str, PublishedItem]
    forms: Mapping[str, frozenset[int]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been published yet."""
        return not self.items


def read(data_dir: Path) -> Catalogue:
    """The catalogue of a data folder; empty before the first publishing.

    Raises:
        EnvironmentProblem: the file is damaged.
    """
    path = data_dir / FILE_NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Catalogue({}, {})
    try:
        document = parse_object(data, what="the catalogue", limit=_LIMIT)
        items = {key: _item(key, value) for key, value in _member(document, "items").items()}
        forms = {key: _versions(value) for key, value in _member(document, "forms").items()}
    except InputProblem as problem:
        raise EnvironmentProblem(
            "catalogue-damaged", f"{FILE_NAME} is damaged; publish again", path=str(path)
        ) from problem
    return Catalogue(items, forms)


def record(
    data_dir: Path, items: Iterable[PublishedItem], forms: Mapping[str, Iterable[int]]
) -> Catalogue:
    """Add what is about to be published; nothing is ever taken out.

    Args:
        data_dir: the platform's data folder.
        items: the published items with the versions to add.
        forms: form id → versions to add.

    Returns:
        The catalogue as it stands now.
    """
    before = read(data_dir)
    merged = dict(before.items)
    for item in items:
        old = merged.get(item.item_id)
        versions = item.versions | (old.versions if old else frozenset())
        code = item.implementation_code or (old.implementation_code if old else None)
        rule = item.rule or (old.rule if old else None)
        merged[item.item_id] = PublishedItem(item.item_id, versions, code, rule)
    all_forms = dict(before.forms)
    for form_id, versions_added in forms.items():
        all_forms[form_id] = all_forms.get(form_id, frozenset()) | frozenset(versions_added)
    after = Catalogue(merged, all_forms)
    _write(data_dir / FILE_NAME, after)
    return after


class CatalogueReader:
    """The present catalogue, read again only when the file was replaced."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._seen: tuple[int, int, int] | None = None
        self._catalogue = Catalogue({}, {})

    def current(self) -> Catalogue:
        """The catalogue as published now."""
        mark = self._mark()
        if mark != self._seen:
            self._catalogue = read(self._data_dir)
            self._seen = mark
        return self._catalogue

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            status = (self._data_dir / FILE_NAME).stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size


def _write(path: Path, catalogue: Catalogue) -> None:
    document = {
        "items": {
            item.item_id: {
                "versions": sorted(item.versions),
                "implementation_code": item.implementation_code,
                "rule": asdict(item.rule) if item.rule else None,
            }
            for item in catalogue.items.values()
        },
        "forms": {form_id: sorted(versions) for form_id, versions in catalogue.forms.items()},
    }
    write_file(path, json.dumps(document, ensure_ascii=False, sort_keys=True).encode())


def _member(document: JsonObject, name: str) -> JsonObject:
    value = document.get(name)
    if not isinstance(value, dict):
        raise InputProblem("bad-catalogue", f"{name} is missing", path=f"/{name}")
    return value


def _item(item_id: str, value: Json) -> PublishedItem:
    if not isinstance(value, dict):
        raise InputProblem("bad-catalogue", "an item is no object", path=f"/items/{item_id}")
    code = value.get("implementation_code")
    return PublishedItem(
        item_id,
        _versions(value.get("versions")),
        code if isinstance(code, str) else None,
        _rule(value.get("rule")),
    )


def _rule(value: Json) -> ProxyRule | None:
    if not isinstance(value, dict):
        return None
    allowed, form = value.get("allowed"), value.get("mandate_form")
    return ProxyRule(
        allowed if isinstance(allowed, bool) else None,
        value.get("presence_only") is True,
        form if isinstance(form, str) else None,
        value.get("payees") is True,
    )


def _versions(value: Json) -> frozenset[int]:
    if isinstance(value, list):
        numbers = frozenset(entry for entry in value if isinstance(entry, int))
        if len(numbers) == len(value):
            return numbers
    raise InputProblem("bad-catalogue", "versions must be a list of whole numbers")

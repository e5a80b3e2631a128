"""The bundled items as they are published, and their divisions, for tests of forms and guides."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib import resources

from kiosk.domain.divisions import Division, level_of, significant
from kiosk.domain.items import ServiceItem
from kiosk.forms.definition import FormDefinition
from kiosk.forms.generic import form_for
from sync.platform.publishing import content
from sync.platform.publishing.derive import Derivation
from sync.platform.publishing.divisions import Divisions
from sync.platform.publishing.enrichment import Enrichment


class Lookup:
    """A division lookup in memory."""

    def __init__(self, names: dict[str, str]) -> None:
        self._all = {
            code: Division(code, name, level_of(code), None) for code, name in names.items()
        }
        self._children: dict[str, list[Division]] = defaultdict(list)
        for code, division in sorted(self._all.items()):
            parent = self._parent(code)
            if parent is not None:
                self._children[parent].append(division)

    def _parent(self, code: str) -> str | None:
        for length in (9, 6, 4, 2):
            upper = code[:length].ljust(12, "0")
            if length < len(significant(code)) and upper != code and upper in self._all:
                return upper
        return None

    def get(self, code: str) -> Division | None:
        return self._all.get(code)

    def children(self, code: str) -> Sequence[Division]:
        return self._children.get(code, [])

    def path(self, code: str) -> Sequence[Division]:
        return [d for end in (2, 4, 6, 9, 12) if (d := self._all.get(code[:end].ljust(12, "0")))]


@cache
def forms() -> dict[str, FormDefinition]:
    with resources.as_file(resources.files("assets").joinpath("forms")) as folder:
        return content.load_forms(folder)


@cache
def _divisions() -> Divisions:
    return Divisions.load()


@cache
def divisions() -> Lookup:
    return Lookup(_divisions().rows())


@cache
def items() -> dict[str, ServiceItem]:
    derivation = Derivation(_divisions(), Enrichment.load(), content.forms_of_items(forms()))
    raw = resources.files("assets").joinpath("directory", "items.json").read_text("utf-8")
    return {source["id"]: derivation.item(source, 1) for source in json.loads(raw)}


def form_of(item: ServiceItem) -> FormDefinition:
    return form_for(item, forms().get)

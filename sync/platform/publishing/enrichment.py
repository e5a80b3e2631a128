"""What publishing adds to items: roles, who may file for whom, coverage, deadlines.

Rules: additions live in one reviewable file (``assets/directory/enrichment.json``); each carries
its basis in words; an item that the file does not name keeps ``None`` where its source is silent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, TypeAlias

from kiosk.domain.item_reading import read
from kiosk.domain.items import CoverageBasis, Deadline, MandateForm, ProxyWho
from kiosk.domain.parties import RoleNeed
from kiosk.domain.problems import InputProblem

_Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Additions:
    """What is added to one item."""

    roles: tuple[RoleNeed, ...] | None = None
    who: tuple[ProxyWho, ...] = ()
    mandate_form: MandateForm | None = None
    presence_only: bool = False
    basis: CoverageBasis | None = None
    deadline: Deadline | None = None


@dataclass(frozen=True, slots=True)
class Enrichment:
    """The additions to every item of a collection."""

    items: Mapping[str, Additions]
    role_sets: Mapping[str, tuple[RoleNeed, ...]]
    demo_fileable: bool
    source_date: str | None

    def of(self, item_id: str) -> Additions:
        """The additions to one item; empty for an item that the file does not name."""
        return self.items.get(item_id, Additions())

    @classmethod
    def load(cls, path: Path | None = None) -> Enrichment:
        """Read the file (None: the bundled one).

        Raises:
            InputProblem: unreadable or malformed (code ``bad-enrichment``), with the JSON Pointer.
        """
        try:
            text = (
                resources.files("assets").joinpath("directory/enrichment.json").read_text("utf-8")
                if path is None
                else path.read_text("utf-8")
            )
            return _parsed(json.loads(text))
        except (OSError, ValueError, RecursionError) as error:
            raise InputProblem(
                "bad-enrichment", f"the enrichment cannot be read: {error}", path=str(path or "")
            ) from error
        except (KeyError, TypeError, AttributeError) as error:
            raise InputProblem(
                "bad-enrichment", f"the enrichment lacks or mistypes {error}", path=str(path or "")
            ) from error


def _parsed(document: _Json) -> Enrichment:
    sets = {
        name: tuple(
            read(RoleNeed, need, f"/role_sets/{name}/{index}") for index, need in enumerate(needs)
        )
        for name, needs in document["role_sets"].items()
    }
    defaults = document["defaults"]
    items = {
        item_id: _additions(entry, sets, f"/items/{item_id}")
        for item_id, entry in document["items"].items()
    }
    return Enrichment(
        items, sets, defaults["demo_fileable"]["value"] is True, defaults["source_date"]["value"]
    )


def _additions(entry: _Json, sets: Mapping[str, tuple[RoleNeed, ...]], path: str) -> Additions:
    for part, value in entry.items():
        if not (value.get("basis") or value.get("why")):
            raise InputProblem("bad-enrichment", f"{part} has no basis", path=f"{path}/{part}")
    proxy: _Json = entry.get("proxy", {})
    form = proxy.get("mandate_form")
    coverage, deadline = entry.get("coverage"), entry.get("deadline")
    return Additions(
        roles=sets[entry["roles"]["set"]] if "roles" in entry else None,
        who=tuple(ProxyWho(word) for word in proxy.get("who", ())),
        mandate_form=MandateForm(form) if form else None,
        presence_only=proxy.get("presence_only") is True,
        basis=CoverageBasis(coverage["basis"]) if coverage else None,
        deadline=read(Deadline, deadline, f"{path}/deadline") if deadline else None,
    )

"""The rows of a directory: items, forms, divisions, holidays and the index of searching.

Rules: the same input gives the same rows, byte for byte; the index is built from exactly the items
that stand beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

from kiosk.domain.directory_rows import RowKey, Value, text_of
from kiosk.domain.item_reading import to_json
from kiosk.domain.items import ServiceItem
from kiosk.domain.problems import InputProblem
from kiosk.forms import definition
from kiosk.forms.definition import FormDefinition
from kiosk.search.lexicon import Lexicon
from sync.platform.publishing import index

ITEM: Final = "item"
FORM: Final = "form"
DIVISION: Final = "division"
HOLIDAY: Final = "holiday"
PREFECTURE_DIGITS: Final = 4
_SHARED: Final = "shared.json"  # definitions that forms refer to


def load_forms(*folders: Path) -> dict[str, FormDefinition]:
    """Read and check the forms of some folders; a later folder replaces forms of an earlier one.

    Raises:
        InputProblem: a form is at fault; ``path`` names the file and the place in it.
    """
    forms: dict[str, FormDefinition] = {}
    for folder in folders:
        found: dict[str, FormDefinition] = {}
        for path in sorted(folder.glob("*.json")):
            if path.name == _SHARED:
                continue
            form = _form(path)
            if form.form_id in found:
                raise InputProblem(
                    "bad-form",
                    f"{path.name}: another file holds the form {form.form_id} too",
                    path=path.name,
                )
            found[form.form_id] = form
        forms |= found
    return forms


def _form(path: Path) -> FormDefinition:
    document = _json(path, "bad-form")
    faults = definition.faults(document)
    if faults:
        raise InputProblem(
            "bad-form",
            "; ".join(f"{path.name}{fault.path}: {fault.reason}" for fault in faults[:20]),
            path=f"{path.name}{faults[0].path}",
        )
    return definition.parse(document, path.stem)


def forms_of_items(forms: Mapping[str, FormDefinition]) -> dict[str, str]:
    """Item id → form id: a form serves the items that it lists, or the one of its own name."""
    return {
        item_id: form_id for form_id, form in forms.items() for item_id in form.items or (form_id,)
    }


def holidays() -> dict[str, Any]:
    """The announced holidays by year."""
    with resources.as_file(resources.files("assets").joinpath("holidays/holidays.json")) as path:
        years: dict[str, Any] = _json(path, "bad-holidays")["years"]
        return years


def rows(
    items: Sequence[ServiceItem],
    forms: Mapping[str, FormDefinition],
    divisions: Mapping[str, str],
    lexicon: Lexicon,
) -> dict[RowKey, Value]:
    """All rows of one directory."""
    content: dict[RowKey, Value] = {(ITEM, item.item_id): text_of(to_json(item)) for item in items}
    content |= {
        (FORM, form_id): text_of(definition.to_json(form)) for form_id, form in forms.items()
    }
    content |= {(DIVISION, code): name for code, name in divisions.items()}
    content |= {(HOLIDAY, year): text_of(days) for year, days in holidays().items()}
    for table, key, value in index.build(items, lexicon):
        content[table, key] = value
    return content


def prefectures(items: Sequence[ServiceItem]) -> list[str]:
    """The prefectures that items belong to."""
    return sorted(
        {
            prefix[:PREFECTURE_DIGITS]
            for item in items
            for prefix in item.coverage.prefixes
            if len(prefix) >= PREFECTURE_DIGITS
        }
    )


def slice_of(items: Sequence[ServiceItem], prefecture: str) -> list[ServiceItem]:
    """The items of one prefecture and those that belong to none."""
    return [
        item
        for item in items
        if not item.coverage.prefixes
        or any(
            prefix.startswith(prefecture) or prefecture.startswith(prefix)
            for prefix in item.coverage.prefixes
        )
    ]


def _json(path: Path, code: str) -> Any:  # noqa: ANN401 (a JSON document, checked by the caller)
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise InputProblem(code, f"{path.name} cannot be read", path=str(path)) from error
    except (ValueError, RecursionError) as error:
        raise InputProblem(code, f"{path.name} is not JSON: {error}", path=path.name) from error

"""What a keystroke in a form of sixty fields costs: ``python -m tests.bench.forms`` prints JSON.

Measured in CPU time of this process: the typed field's own check and the visibility of all fields,
with fifteen rules; also the whole check, and putting the engine together.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

from kiosk.forms.definition import parse
from kiosk.forms.engine import Engine

BUDGET_MS = 0.17
FIELDS = 60
TYPED = "44000019410305002"


def form() -> dict[str, Any]:
    """Sixty fields, every fourth shown by a rule on the one before it."""
    properties: dict[str, Any] = {
        f"f{index}": {"type": "string", "maxLength": 30} for index in range(FIELDS - 1)
    }
    properties["id"] = {"$ref": "jinban:shared#/$defs/residentId"}
    elements: list[dict[str, Any]] = []
    for index, name in enumerate(properties):
        element: dict[str, Any] = {"type": "Control", "scope": f"#/properties/{name}"}
        if index % 4 == 3:
            condition = {"scope": f"#/properties/f{index - 1}", "schema": {"const": "y"}}
            element["rule"] = {"effect": "HIDE", "condition": condition}
        elements.append(element)
    ui = {"type": "VerticalLayout", "elements": elements}
    return {"form_id": "bench", "schema": {"type": "object", "properties": properties}, "ui": ui}


def cost_ms(act: Callable[[], object], times: int) -> float:
    """Median CPU milliseconds of one act over batches."""
    batches = []
    for _ in range(9):
        start = time.process_time()
        for _ in range(times):
            act()
        batches.append((time.process_time() - start) / times * 1000)
    return median(batches)


def measure() -> dict[str, float | int | bool]:
    """All figures."""
    definition, today = parse(form()), date(2026, 11, 22)
    engine = Engine(definition, None, today)
    answers = {f"f{index}": "文字" for index in range(FIELDS - 1)} | {"id": TYPED}
    keystroke = cost_ms(lambda: engine.check("/id", answers), 200)
    return {
        "fields": FIELDS,
        "keystroke_ms": round(keystroke, 4),
        "budget_ms": BUDGET_MS,
        "within_budget": keystroke <= BUDGET_MS,
        "whole_ms": round(cost_ms(lambda: engine.faults(answers), 20), 4),
        "engine_ms": round(cost_ms(lambda: Engine(definition, None, today), 3), 4),
    }


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))

"""Rules of a UI schema: SHOW, HIDE, ENABLE and DISABLE on conditions.

Rules: a condition holds or not by the answers alone; kinds: a schema against the value at a scope,
``LEAF`` with an expected value, ``AND``, ``OR``, ``NOT``. An absent value fits a schema as a value
of no type would (``const`` and ``type`` do not hold, bounds do), unless ``failWhenUndefined``.
Conditions that the schema states itself (``if``) come as guards and are treated alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import jsonschema_rs

from kiosk.forms.pointers import ABSENT, Json, look_up
from kiosk.forms.schemas import Guard, path_of_scope

Test: TypeAlias = Callable[[Json], bool]
Compile: TypeAlias = Callable[[Json], jsonschema_rs.Validator]

EFFECTS: Final = ("SHOW", "HIDE", "ENABLE", "DISABLE")
"""What a rule can do."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What decides whether a field is shown and whether it can be changed."""

    shown: tuple[Test, ...] = ()
    enabled: tuple[Test, ...] = ()

    def also(self, other: Gate) -> Gate:
        """Both gates must be open."""
        return Gate(self.shown + other.shown, self.enabled + other.enabled)


def gate_of(rule: Json, compile_schema: Compile) -> Gate:
    """The gate of one UI element's ``rule``."""
    if not isinstance(rule, dict):
        return Gate()
    test = condition(rule["condition"], compile_schema)
    effect = rule["effect"]
    if effect in ("HIDE", "DISABLE"):
        test = _negated(test)
    return Gate(shown=(test,)) if effect in ("SHOW", "HIDE") else Gate(enabled=(test,))


def condition(spec: Json, compile_schema: Compile) -> Test:
    """Compile a condition of a UI schema (already known to be well formed)."""
    kind = spec.get("type")
    if kind in ("AND", "OR"):
        parts = [condition(part, compile_schema) for part in spec["conditions"]]
        combine = all if kind == "AND" else any
        return lambda answers: combine(part(answers) for part in parts)
    if kind == "NOT":
        return _negated(condition(spec["condition"], compile_schema))
    path = path_of_scope(spec["scope"])
    if kind == "LEAF":
        wanted = spec.get("expectedValue")
        return lambda answers: _same(look_up(answers, path), wanted)
    fits = compile_schema(spec["schema"]).is_valid
    if_absent = not spec.get("failWhenUndefined", False) and fits(None)

    def test(answers: Json) -> bool:
        value = look_up(answers, path)
        return if_absent if value is ABSENT else fits(value)

    return test


def guard_gate(
    alternatives: Sequence[tuple[Guard, ...]], base: tuple[str, ...], compile_schema: Compile
) -> Gate:
    """The gate of a property that the schema describes under these alternative guards."""
    if any(not guards for guards in alternatives):
        return Gate()
    tests = [[_guard_test(guard, base, compile_schema) for guard in way] for way in alternatives]
    return Gate(shown=(lambda answers: any(all(t(answers) for t in way) for way in tests),))


def _guard_test(guard: Guard, base: tuple[str, ...], compile_schema: Compile) -> Test:
    path = base + guard.path
    if guard.location == "#present":
        return lambda answers: look_up(answers, path) is not ABSENT
    fits = compile_schema({"$ref": guard.location}).is_valid
    wanted = guard.holds

    def test(answers: Json) -> bool:
        value = look_up(answers, path)
        if value is ABSENT:
            return not guard.path and fits({}) is wanted
        return fits(value) is wanted

    return test


def _negated(test: Test) -> Test:
    return lambda answers: not test(answers)


def _same(value: Json, wanted: Json) -> bool:
    return value is not ABSENT and value == wanted and (value is True) == (wanted is True)

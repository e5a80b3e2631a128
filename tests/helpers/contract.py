"""docs/protocol/openapi.yaml as a judge: is this answer one that the contract allows?"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import yaml

CONTRACT = Path(__file__).resolve().parents[2] / "docs" / "protocol" / "openapi.yaml"


@cache
def contract() -> dict[str, Any]:
    """The parsed file."""
    document: dict[str, Any] = yaml.safe_load(CONTRACT.read_text("utf-8"))
    return document


def check(response: httpx.Response) -> httpx.Response:
    """Assert that status, headers and body of an answer are documented; returns it."""
    method = response.request.method.lower()
    operation = _operation(method, response.request.url.path)
    described = operation["responses"].get(str(response.status_code))
    assert described is not None, f"{method} {response.request.url.path}: {response.status_code}"
    described = _resolve(described)
    for name, header in described.get("headers", {}).items():
        assert not header.get("required") or name in response.headers, f"{name} is missing"
    _check_body(response, described, method)
    return response


def _check_body(response: httpx.Response, described: dict[str, Any], method: str) -> None:
    content = described.get("content")
    if method == "head" or content is None:
        assert not response.content, "an undocumented body"
        return
    if "*/*" in content:
        return
    kind = response.headers["content-type"].partition(";")[0]
    assert kind in content, f"{kind} is not documented"
    schema = {**content[kind]["schema"], "components": contract()["components"]}
    jsonschema_rs.Draft202012Validator(schema).validate(response.json())


def _operation(method: str, path: str) -> dict[str, Any]:
    for template, operations in contract()["paths"].items():
        pattern = re.sub(r"\{path\}", ".+", template)
        if re.fullmatch(re.sub(r"\{[a-z_]+\}", "[^/]+", pattern), path) and method in operations:
            found: dict[str, Any] = operations[method]
            return found
    raise AssertionError(f"{method} {path} is not in the contract")


def _resolve(value: dict[str, Any]) -> dict[str, Any]:
    reference = value.get("$ref")
    if reference is None:
        return value
    found: Any = contract()
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    resolved: dict[str, Any] = found
    return resolved

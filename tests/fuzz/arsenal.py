"""Every target there is, around one temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.fuzz import directory, documents, files, platform, replies, values
from tests.fuzz.target import Target

NAMES: Final = (
    "slip-code", "resident-id", "credit-code", "account", "phone", "name", "date",
    "division-code", "local-number", "retry-after", "bundle-names",
    "ping", "receipt", "refusal", "absence", "enrolment-reply", "event-page", "event",
    "upload-reply",
    "package", "package-file", "bundle-manifest", "return-manifest", "letter", "trust", "settings",
    "form", "answers", "mandate", "items", "item-row", "enrichment", "lexicon-words",
    "lexicon-items",
    "request", "submission", "enrolment", "status", "tus-headers", "content-digest", "cursor",
    "tuf-metadata", "tuf-pointer", "tuf-config", "directory-rows", "directory-file",
)  # fmt: skip
"""Their names, without building anything."""


@contextmanager
def arsenal(folder: Path) -> Iterator[dict[str, Target]]:
    """The targets by name."""
    with platform.arsenal(folder) as at_the_platform:
        built = [
            *values.targets(),
            *replies.targets(),
            *files.targets(),
            *documents.targets(folder),
            *at_the_platform,
            *directory.targets(folder),
        ]
        found = {target.name: target for target in built}
        assert tuple(sorted(found)) == tuple(sorted(NAMES))
        assert len(found) == len(built)
        yield found

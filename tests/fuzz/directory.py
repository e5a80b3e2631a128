"""Targets: what a terminal fetches for its directory: TUF metadata, config, pointer, row files.

Rules: the real updater works over a tree that was really published; what was bent is mostly signed
again with the role's own key, as if that key were stolen. Whatever comes, the updater answers with
a result; it never raises, and the directory that stands stays whole.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from backports import zstd
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.exceptions import FormatError
from securesystemslib.formats import encode_canonical
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import TargetFile
from tuf.ngclient import FetcherInterface

from kiosk.domain import directory_rows
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.store.directory_apply import Origin, build_delta, build_full
from kiosk.store.home import Home
from sync.engine.directory_update import DirectoryUpdater, Outcome, PlatformConfig
from sync.platform.publishing.publisher import Request, publish
from tests.fuzz.hostile import Hostile
from tests.fuzz.target import Target
from tests.helpers.publishing import NOW, Publisher, small_item, station

_BASE: Final = "http://platform/tuf"
_ROLES: Final = ("timestamp", "snapshot", "targets", "common", "root")
_CANNOT: Final = (ValueError, TypeError, AttributeError, RecursionError, FormatError)
_REFUSALS: Final = (InputProblem, EnvironmentProblem)


def targets(folder: Path) -> list[Target]:
    """The targets of this module, around a tree that was published twice."""
    tree = _Tree(_published(folder / "publisher"))
    return [
        _metadata(folder, tree),
        _pointers(folder, tree),
        _config(tree),
        _row_lines(tree),
        _row_files(folder, tree),
    ]


def _published(folder: Path) -> Publisher:
    """A small directory, its second version by a delta."""
    publisher = Publisher(folder)
    (folder / "words.txt").write_text("[虚词]\n请问\n", "utf-8")
    (folder / "items.txt").write_text("[事项]\n办事\n", "utf-8")
    for names in (("one", "two"), ("one", "two", "three")):
        items = folder / "items.json"
        items.write_text(json.dumps([small_item(name) for name in names]), "utf-8")
        divisions = folder / "divisions.csv"
        publish(Request(publisher.data, items, divisions=divisions, lexicon=folder), NOW)
    return publisher


class _Tree(FetcherInterface):
    """A published tree in memory, in which files can be replaced for one update."""

    def __init__(self, publisher: Publisher) -> None:
        self.trust = publisher.trust()
        self.changed: dict[str, bytes] = {}
        self._data = publisher.data
        root = publisher.data / "tuf"
        self.files = {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in root.glob("**/*")
            if path.is_file()
        }

    def newest(self, ending: str) -> str:
        """The file of the last publish whose name ends so."""
        found = [name for name in self.files if name.endswith(ending)]
        return max(found, key=lambda name: int(name.rpartition("/")[2].partition(".")[0] or 0))

    def metadata(self, role: str) -> str:
        """Where the present metadata of a role stand."""
        return "metadata/timestamp.json" if role == "timestamp" else self.newest(f".{role}.json")

    def target(self, name: str) -> str:
        """The file behind the name of a target, by what is signed now."""
        role = "targets" if "/" not in name else name.partition("/")[0]
        signed = json.loads(self.files[self.metadata(role)])["signed"]
        sums = signed["targets"][name]["hashes"]["sha256"]
        folder, slash, last = name.rpartition("/")
        return f"targets/{folder}{slash}{sums}.{last}"

    def sign(self, role: str, signed: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
        """Metadata signed by the role's own key."""
        pem = (self._data / "private" / f"tuf-{role}.pem").read_bytes()
        signer = CryptoSigner(load_pem_private_key(pem, None))
        signature = signer.sign(str(encode_canonical(signed)).encode())
        return {"signatures": [signature.to_dict()], "signed": signed}

    def _fetch(self, url: str) -> Iterator[bytes]:
        name = unquote(urlsplit(url).path).removeprefix("/tuf/")
        data = self.changed.get(name, self.files.get(name))
        if data is None:
            raise DownloadHTTPError(f"{name} is not there", 404)
        return iter([data])


class _Station:
    """A station that is up to date before every example."""

    def __init__(self, folder: Path, tree: _Tree, name: str) -> None:
        self._tree = tree
        self._home = station(folder / name, tree.trust)
        tree.changed = {}
        assert self._update(self._home).outcome is Outcome.UPDATED
        shutil.rmtree(self._home.directory / "tuf")
        self._database = self._home.directory_db.read_bytes()

    def take(self, changed: dict[str, bytes]) -> bool:
        """Update from the tree with some files replaced."""
        self._tree.changed = changed
        found = self._update(self._home)
        shutil.rmtree(self._home.directory / "tuf", ignore_errors=True)
        if found.outcome is Outcome.KEPT:
            assert found.reason, found
            assert self._home.directory_db.read_bytes() == self._database
        elif found.outcome is Outcome.UPDATED:
            self._home.directory_db.write_bytes(self._database)
        return found.outcome is not Outcome.KEPT

    def _update(self, home: Home) -> Any:  # noqa: ANN401 (an UpdateResult)
        now: datetime = NOW
        return DirectoryUpdater(home, self._tree, lambda: now).update(_BASE)


def _metadata(folder: Path, tree: _Tree) -> Target:
    """One metadata file of the tree is bent; a bent root comes as the next one."""
    place = _Station(folder, tree, "metadata-home")

    def draw(hostile: Hostile) -> dict[str, bytes]:
        role = hostile.rng.choice(_ROLES)
        name = tree.metadata(role)
        valid = json.loads(tree.files[name])
        if role == "root":
            name, valid = "metadata/2.root.json", _next_root(valid)
        bent = hostile.document(valid["signed"], 2)
        document: Any = {**valid, "signed": bent}
        if not hostile.one_in(4):
            with contextlib.suppress(*_CANNOT):
                document = tree.sign(role, bent)
        if hostile.one_in(6):
            document = hostile.document(document)
        return {name: hostile.encoded(document)}

    return Target("tuf-metadata", "TUF metadata", draw, place.take, ())


def _next_root(valid: dict[str, Any]) -> dict[str, Any]:
    return {**valid, "signed": {**valid["signed"], "version": valid["signed"]["version"] + 1}}


def _pointers(folder: Path, tree: _Tree) -> Target:
    """``current.json`` is bent and signed: the publisher itself is wrong or hostile."""
    place = _Station(folder, tree, "pointer-home")
    name, role = "common/current.json", "common"
    valid = json.loads(tree.files[tree.target(name)])
    metadata = json.loads(tree.files[tree.metadata(role)])["signed"]

    def draw(hostile: Hostile) -> dict[str, bytes]:
        data = hostile.encoded(hostile.document(valid))
        file = TargetFile.from_data(name, data, ["sha256"])
        targets = {**metadata["targets"], name: file.to_dict()}
        signed = json.dumps(tree.sign(role, {**metadata, "targets": targets})).encode()
        where = f"targets/common/{file.hashes['sha256']}.current.json"
        return {where: data, tree.metadata(role): signed}

    return Target("tuf-pointer", "signed pointer of a directory", draw, place.take, ())


def _config(tree: _Tree) -> Target:
    valid = json.loads(tree.files[tree.target("config.json")])
    return Target(
        "tuf-config",
        "signed config of the platform",
        lambda hostile: hostile.encoded(hostile.document(valid)),
        lambda data: PlatformConfig.parse(data).url is not None,
        _REFUSALS,
    )


def _full(tree: _Tree) -> bytes:
    return tree.files[tree.target("common/dir-full-2.jsonl.zst")]


def _bent_lines(hostile: Hostile, data: bytes) -> list[bytes]:
    lines = zstd.decompress(data).splitlines(keepends=True)
    few = [*lines[:1], *hostile.rng.sample(lines[1:], min(8, len(lines) - 1))]
    place = hostile.rng.randrange(len(few))
    few[place] = hostile.encoded(hostile.document(json.loads(few[place]))) + b"\n"
    return few if hostile.one_in(3) else _refitted(few)


def _refitted(lines: list[bytes]) -> list[bytes]:
    """The same with a header whose digest fits the rows, if they can be read."""
    try:
        rows = {(row.table, row.key): row.value or "" for row in directory_rows.read(lines)[1]}
        header = {**json.loads(lines[0]), "state_digest": directory_rows.digest_of(rows)}
    except (InputProblem, *_CANNOT):
        return lines
    return [json.dumps(header).encode() + b"\n", *lines[1:]]


def _row_lines(tree: _Tree) -> Target:
    data = _full(tree)

    def feed(lines: list[bytes]) -> bool:
        return len(list(directory_rows.read(lines)[1])) > 0

    return Target(
        "directory-rows",
        "rows of a directory file",
        lambda hostile: _bent_lines(hostile, data),
        feed,
        _REFUSALS,
    )


def _row_files(folder: Path, tree: _Tree) -> Target:
    """Whole files: damaged compression, bent rows, a digest that fits them."""
    data, file, target = _full(tree), folder / "rows.zst", folder / "rows.db"
    base, origin = folder / "base.db", Origin("fuzz", "r")
    file.write_bytes(data)
    build_full(file, base, origin)
    delta = tree.files[tree.target("common/dir-1-2.jsonl.zst")]

    def draw(hostile: Hostile) -> bytes:
        valid = hostile.rng.choice((data, delta))
        if hostile.one_in(4):
            return hostile.raw(valid) if not hostile.one_in(8) else valid
        return zstd.compress(b"".join(_bent_lines(hostile, valid)), 1)

    def feed(found: bytes) -> bool:
        file.write_bytes(found)
        try:
            build_full(file, target, origin)
        except InputProblem:
            build_delta(base, [file], target, origin)
        return True

    return Target("directory-file", "file of a directory, full or delta", draw, feed, _REFUSALS)

"""Sticks that lie, cheat and attack: nothing unproven is taken, the rest is, and it is told."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.lifecycle import State
from kiosk.sealing.canonical import canonical
from kiosk.sealing.keys import SigningKey
from sync.bundle import layout
from sync.bundle.layout import BundleManifest, BundleName, Entry
from sync.protocol.statements import sign
from tests.helpers.couriers import Desk, Village, bundles, new_desk, village

LUCK = random.Random(20261122)


def flip(path: Path, at: int | None = None) -> None:
    """Change one byte."""
    data = bytearray(path.read_bytes())
    place = LUCK.randrange(len(data)) if at is None else at
    data[place] ^= 1 << LUCK.randrange(8)
    path.write_bytes(data)


def resign(place: Village, folder: Path, files: list[dict[str, Any]]) -> None:
    """A manifest that the device really signed, listing whatever is wanted."""
    document = json.loads((folder / layout.MANIFEST).read_bytes())
    document["files"] = files
    signed = sign(document, place.site.device.signing)
    (folder / layout.MANIFEST).write_bytes(canonical(signed))


def test_a_changed_byte_anywhere_in_a_bundle_is_found(
    place: Village, desk: Desk, stick: Path
) -> None:
    one, two = place.site.save(blobs=1), place.site.save()
    place.export(stick)
    ((folder, _),) = bundles(stick)
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    for _ in range(25):
        flip(folder / layout.MANIFEST)
        assert "manifest" in desk.take(stick, status=2) or desk.cases() == []
        (folder / layout.MANIFEST).write_bytes(whole[layout.MANIFEST])
    flip(folder / layout.LETTER)
    taken = desk.take(stick, status=1)
    assert (taken["filed"], taken["waiting"], taken["torn"]) == (0, 2, 1)
    (folder / layout.LETTER).write_bytes(whole[layout.LETTER])
    flip(folder / layout.package_name(one))
    taken = desk.take(stick, status=1)
    assert (taken["filed"], taken["torn"]) == (1, 1)
    assert [case["submission_id"] for case in desk.cases()] == [str(two)]
    (folder / layout.package_name(one)).write_bytes(whole[layout.package_name(one)])
    for _ in range(5):
        path = folder / layout.package_name(one)
        path.write_bytes(whole[path.name][: LUCK.randrange(len(whole[path.name]))])
        assert desk.take(stick, status=1)["torn"] == 1
    (folder / layout.package_name(one)).unlink()
    assert desk.take(stick, status=1)["torn"] == 1
    (folder / layout.package_name(one)).write_bytes(whole[layout.package_name(one)])
    assert desk.take(stick)["filed"] == 1


def test_a_changed_byte_anywhere_in_a_return_is_found(
    place: Village, desk: Desk, stick: Path
) -> None:
    place.site.save()
    place.export(stick)
    desk.take(stick)
    desk.give(stick)
    folder = stick / layout.return_name(place.site.device.terminal)
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    for name in [*whole, *[layout.MANIFEST] * 20]:
        flip(folder / name)
        error = place.kiosk.refused(2, "courier", "import", stick)
        assert error["code"] in {"torn", "manifest-unproven", "bad-manifest", "not-json"}, error
        (folder / name).write_bytes(whole[name])
        assert place.site.states() == ["queued"]
    assert place.import_(stick)["receipts"] == 1


def test_a_torn_page_keeps_no_other_from_being_taken(
    place: Village, desk: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.platform.courier_returns._PAGE_BYTES", 600)
    for _ in range(3):
        place.site.save()
    place.export(stick)
    desk.take(stick)
    desk.give(stick)
    folder = stick / layout.return_name(place.site.device.terminal)
    manifest = json.loads((folder / layout.MANIFEST).read_bytes())
    names = [entry["name"] for entry in manifest["files"]]
    assert len(names) > 5
    flip(folder / names[-1])  # the last event
    ran = place.kiosk("courier", "import", stick)
    assert (ran.status, ran.json()["refused"], ran.json()["receipts"]) == (1, 1, 3)
    assert sorted(place.site.states()) == ["accepted", "accepted", "received"]
    desk.give(stick)  # The station says what it has; what was torn comes again.
    assert place.import_(stick)["events"] == 1
    assert place.site.states() == ["accepted"] * 3


def test_a_bundle_of_another_fleet_is_not_taken(
    place: Village, desk: Desk, stick: Path, tmp_path: Path
) -> None:
    stranger = new_desk(tmp_path / "stranger")
    place.site.save()
    place.export(stick)
    taken = stranger.take(stick, status=1)
    assert (taken["filed"], taken["waiting"], taken["torn"]) == (0, 1, 1)
    assert stranger.cases() == []
    with village(tmp_path / "theirs", stranger) as other:
        other.site.save()
        foreign = tmp_path / "foreign"
        foreign.mkdir()
        other.export(foreign)
        stranger.take(foreign)
        stranger.give(foreign)
        theirs = foreign / layout.return_name(other.site.device.terminal)
        theirs.rename(foreign / layout.return_name(place.site.device.terminal))
        error = place.kiosk.refused(2, "courier", "import", foreign)
    assert error["code"] == "manifest-unproven"
    assert place.site.states() == ["queued"]


def test_a_return_to_another_terminal_is_not_ours(
    place: Village, desk: Desk, stick: Path, tmp_path: Path
) -> None:
    with village(tmp_path / "second", desk) as other:
        other.site.save()
        other.export(stick)
        desk.take(stick)
        desk.give(stick)
        assert place.kiosk.refused(2, "courier", "import", stick)["code"] == "nothing-here"
        theirs = stick / layout.return_name(other.site.device.terminal)
        theirs.rename(stick / layout.return_name(place.site.device.terminal))
        error = place.kiosk.refused(2, "courier", "import", stick)
    assert error["code"] == "manifest-unproven"


def test_a_bundle_under_another_name_or_key_is_not_one(
    place: Village, desk: Desk, stick: Path
) -> None:
    place.site.save()
    place.export(stick)
    ((folder, manifest),) = bundles(stick)
    renamed = stick / str(BundleName(manifest.name.terminal, manifest.name.number + 1))
    folder.rename(renamed)
    assert "manifest-unproven" in desk.take(stick, status=2)
    thief = SigningKey.generate()
    stolen = BundleManifest(manifest.name, thief.public, manifest.made_at, manifest.files)
    renamed.rename(folder)
    (folder / layout.MANIFEST).write_bytes(stolen.signed(thief))
    assert "manifest-unproven" in desk.take(stick, status=2)
    assert desk.cases() == []


@pytest.mark.parametrize(
    "name",
    [
        "../../secret.sealed",
        "/etc/passwd",
        "..",
        "a.sealed",
        "manifest.json",
        "01A20315-3C49-742C-8CA7-E6C9FDEA7B17.sealed",
        "01a20315-3c49-742c-8ca7-e6c9fdea7b17.sealed\n",
        "01a20315-3c49-742c-8ca7-e6c9fdea7b17.sealed/../../x",
        "０1a20315-3c49-742c-8ca7-e6c9fdea7b17.sealed",
    ],
)
def test_names_that_lead_elsewhere_are_never_followed(
    place: Village, desk: Desk, stick: Path, name: str
) -> None:
    place.site.save()
    place.export(stick)
    ((folder, _),) = bundles(stick)
    (stick.parent / "secret.sealed").write_bytes(b"x")
    resign(place, folder, [{"name": name, "digest": "0" * 64, "size": 1}])
    assert "bad-manifest" in desk.take(stick, status=2)


def test_links_devices_and_giants_in_place_of_files(
    place: Village, desk: Desk, stick: Path
) -> None:
    ids = [place.site.save() for _ in range(5)]
    place.export(stick)
    ((folder, _),) = bundles(stick)
    link, pipe, giant, empty, _ = (folder / layout.package_name(found) for found in ids)
    kept = folder.parent / "elsewhere"
    link.rename(kept)
    link.symlink_to(kept)
    pipe.unlink()
    os.mkfifo(pipe)
    os.truncate(giant, 1 << 40)
    empty.write_bytes(b"")
    taken = desk.take(stick, status=1)
    assert (taken["filed"], taken["torn"]) == (1, 4)
    assert [case["submission_id"] for case in desk.cases()] == [str(ids[-1])]


def test_a_linked_folder_or_manifest_is_not_looked_into(
    place: Village, desk: Desk, stick: Path, tmp_path: Path
) -> None:
    place.site.save()
    place.export(stick)
    ((folder, _),) = bundles(stick)
    folder.rename(tmp_path / "away")
    folder.symlink_to(tmp_path / "away")
    assert "not-plain" in desk.take(stick, status=2)
    assert place.kiosk.refused(2, "courier", "export", stick)["code"] == "not-plain"
    folder.unlink()
    (tmp_path / "away").rename(folder)
    (folder / layout.MANIFEST).rename(tmp_path / "m")
    (folder / layout.MANIFEST).symlink_to(tmp_path / "m")
    assert "not-plain" in desk.take(stick, status=2)
    # The station mends its own bundle; what the link pointed to is left alone.
    before = (tmp_path / "m").read_bytes()
    place.export(stick)
    assert (tmp_path / "m").read_bytes() == before
    assert desk.take(stick)["filed"] == 1


def test_writing_never_follows_a_link(place: Village, desk: Desk, stick: Path) -> None:
    one = place.site.save()
    name = BundleName(place.site.device.terminal, 1)
    folder = stick / str(name)
    folder.mkdir()
    victim = stick.parent / "victim"
    victim.write_text("untouched")
    for planted in (
        layout.package_name(one),
        layout.package_name(one) + ".tmp",
        layout.LETTER,
        layout.MANIFEST + ".tmp",
    ):
        (folder / planted).symlink_to(victim)
    exported = place.export(stick)
    assert exported["bundle"] == str(name)
    assert victim.read_text() == "untouched"
    assert not [path for path in folder.iterdir() if path.is_symlink()]
    assert desk.take(stick)["filed"] == 1


def test_a_stick_with_endless_entries_is_told(place: Village, desk: Desk, stick: Path) -> None:
    place.site.save()
    place.export(stick)
    for number in range(layout.MAX_ENTRIES):
        (stick / f"{number}").touch()
    assert "too-many-files" in desk.take(stick, status=2)
    assert place.kiosk.refused(2, "courier", "export", stick)["code"] == "too-many-files"
    shutil.rmtree(stick)
    stick.mkdir()


def test_a_manifest_that_lists_too_much_or_nonsense(
    place: Village, desk: Desk, stick: Path
) -> None:
    one = place.site.save()
    place.export(stick)
    ((folder, manifest),) = bundles(stick)
    good = [entry.as_json() for entry in manifest.files]
    same = {"digest": "0" * 64, "size": 1}
    name = layout.package_name(one)
    for files in (
        [*good, good[0]],
        [{**good[0], "size": 1 << 50}],
        [{**good[0], "size": -1}],
        [{**good[0], "size": True}],
        [{**good[0], "digest": "0" * 63}],
        ["text"],
        [{"name": name, **same}] * (layout.MAX_FILES + 1),
    ):
        resign(place, folder, files)  # type: ignore[arg-type]
        assert "bad-manifest" in desk.take(stick, status=2), files
    (folder / layout.MANIFEST).write_bytes(b"[" * 100_000)
    assert "not-json" in desk.take(stick, status=2)
    os.truncate(folder / layout.MANIFEST, layout.MAX_MANIFEST + 1)
    assert "too-large" in desk.take(stick, status=2)


def test_a_package_under_the_name_of_another_is_torn(
    place: Village, desk: Desk, stick: Path
) -> None:
    one, two = place.site.save(), place.site.save()
    place.export(stick)
    ((folder, manifest),) = bundles(stick)
    data = (folder / layout.package_name(one)).read_bytes()
    (folder / layout.package_name(two)).write_bytes(data)
    files = [entry for entry in manifest.files if entry.name != layout.package_name(two)]
    files.append(Entry.of(layout.package_name(two), data))
    resign(place, folder, [entry.as_json() for entry in files])
    taken = desk.take(stick, status=1)
    assert (taken["filed"], taken["torn"]) == (1, 1)


def test_a_letter_that_enrols_somebody_else_or_with_a_wrong_code(
    place: Village, desk: Desk, stick: Path, tmp_path: Path
) -> None:
    from sync.bundle.letter import Letter

    place.site.save()
    place.export(stick)
    ((folder, manifest),) = bundles(stick)
    recipient = desk.secrets.public.courier
    assert recipient is not None
    original = Letter.unwrap((folder / layout.LETTER).read_bytes(), desk.secrets.courier)
    for change, code in (
        ({"terminal": "T000000000000"}, "not-yours"),
        ({"fleet_code": "guess"}, "fleet-code"),
        ({"signing_key": "AAAA"}, "bad-document"),
    ):
        letter = Letter({**original.enrolment, **change}, {}, (), ())
        data = letter.wrapped(recipient)
        (folder / layout.LETTER).write_bytes(data)
        files = [
            Entry.of(layout.LETTER, data) if entry.name == layout.LETTER else entry
            for entry in manifest.files
        ]
        resign(place, folder, [entry.as_json() for entry in files])
        taken = desk.take(stick, status=1)
        assert (taken["filed"], taken["waiting"], taken["torn"]) == (0, 1, 1), code
    assert desk.give(stick)["terminals"] == 0
    assert place.site.outbox.page()[0].state is State.QUEUED

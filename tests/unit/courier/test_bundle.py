"""The format: names, manifests, letters; and what a stick's refusals become."""

from __future__ import annotations

import errno
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.sealing.canonical import canonical
from kiosk.sealing.keys import OpenKey, SigningKey
from sync.bundle import layout
from sync.bundle.layout import BundleManifest, BundleName, Entry, ReturnManifest, terminal_of
from sync.bundle.letter import Letter, new_identity, recipient_of
from sync.bundle.stick import StickFolder, stick_problem
from sync.protocol.statements import sign
from sync.protocol.trust import PlatformKeys

KEY = SigningKey(bytes(32))
NAME = BundleName(terminal_of(KEY.public), 7)
NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
ID = UUID("019a0000-0000-7000-8000-000000000001")
PACKAGE = Entry.of(layout.package_name(ID), b"package")
LETTER = Entry.of(layout.LETTER, b"letter")


@given(st.text(max_size=60))
def test_a_name_is_a_bundle_s_only_if_it_is_written_exactly_so(text: str) -> None:
    found = BundleName.parse(text)
    assert found is None or str(found) == text


@given(st.integers(0, 10**12 - 1))
def test_names_are_read_as_they_were_written(number: int) -> None:
    name = BundleName("T0123456789ab", number)
    assert BundleName.parse(str(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        "jinban-T0123456789ab-7",
        "jinban-T0123456789ab-0000000",
        "jinban-T0123456789AB-000007",
        "jinban-T0123456789ab-000007\n",
        "jinban-T0123456789ab-1000000000000",
        "jinban-T0123456789ab-００0007",
        "jinban-T0123456789ab-000007/..",
        "jinban-return-T0123456789ab",
        "jinban-directory",
    ],
)
def test_other_names_are_none(name: str) -> None:
    assert BundleName.parse(name) is None


@given(st.text(max_size=50))
def test_no_name_with_a_way_in_it_is_ever_ours(text: str) -> None:
    for name in (text, f"../{text}", f"{text}/x.sealed"):
        if layout.is_ours(name):
            assert Path(name).name == name
            assert name not in {".", ".."}
    assert layout.package_id(f"{ID}.sealed") == ID
    assert layout.package_id(f"{ID}.sealed.tmp") is None


def test_a_manifest_is_read_as_it_was_signed() -> None:
    manifest = BundleManifest(NAME, KEY.public, NOW, (PACKAGE, LETTER))
    found = BundleManifest.parse(NAME, manifest.signed(KEY))
    assert found == manifest
    assert found.packages == ((ID, PACKAGE),)
    assert found.letter == LETTER
    assert BundleManifest(NAME, KEY.public, NOW, (PACKAGE,)).letter is None


@given(st.data())
def test_a_changed_manifest_is_refused(data: st.DataObject) -> None:
    signed = bytearray(BundleManifest(NAME, KEY.public, NOW, (PACKAGE, LETTER)).signed(KEY))
    place = data.draw(st.integers(0, len(signed) - 1))
    signed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InputProblem):
        BundleManifest.parse(NAME, bytes(signed))


def test_a_manifest_belongs_to_its_folder_and_key() -> None:
    signed = BundleManifest(NAME, KEY.public, NOW, ()).signed(KEY)
    other = SigningKey(bytes(31) + b"1")
    for name in (BundleName(NAME.terminal, 8), BundleName(terminal_of(other.public), 7)):
        with pytest.raises(InputProblem, match="torn, forged or of another fleet"):
            BundleManifest.parse(name, signed)
    with pytest.raises(InputProblem):
        BundleManifest.parse(NAME, BundleManifest(NAME, other.public, NOW, ()).signed(other))
    with pytest.raises(InputProblem):
        BundleManifest.parse(NAME, b"{}")


def test_a_return_is_read_as_it_was_signed() -> None:
    page = Entry.of("a" * 64 + ".sealed", b"page")
    for mark in (None, NOW):
        manifest = ReturnManifest("T0123456789ab", NOW, "0" * 16, mark, "0-1", (page,))
        data = canonical(sign(manifest.as_json(), KEY))
        keys = (KEY.public,)
        assert ReturnManifest.parse("T0123456789ab", data, keys) == manifest
        with pytest.raises(InputProblem):
            ReturnManifest.parse("T0123456789ac", data, keys)
        with pytest.raises(InputProblem):
            ReturnManifest.parse("T0123456789ab", data, (SigningKey.generate().public,))
    outward = ReturnManifest("T0123456789ab", NOW, "0" * 16, None, "0-1", (PACKAGE,))
    with pytest.raises(InputProblem, match="no bundle may hold"):
        ReturnManifest.parse("T0123456789ab", canonical(sign(outward.as_json(), KEY)), keys)


def test_a_letter_is_for_one_platform() -> None:
    mine, theirs = new_identity(), new_identity()
    letter = Letter({"terminal": "T"}, {"queue": 1}, (ID,), ("a-1",))
    data = letter.wrapped(recipient_of(mine))
    assert Letter.unwrap(data, mine) == letter
    for wrong in (data[:-1], b"", b"\0" * 500):
        with pytest.raises(InputProblem, match="damaged or was written for another"):
            Letter.unwrap(wrong, mine)
    with pytest.raises(InputProblem, match="another platform"):
        Letter.unwrap(data, theirs)
    with pytest.raises(EnvironmentProblem, match="not usable"):
        letter.wrapped("age1nobody")
    with pytest.raises(InputProblem, match="no age identity"):
        recipient_of("AGE-SECRET-KEY-1")


def test_a_letter_of_another_format_is_told() -> None:
    import pyrage

    identity = new_identity()
    to = [pyrage.x25519.Recipient.from_str(recipient_of(identity))]
    for plain in (b"{}", b"[]", b'{"enrolment":{},"status":{},"wanted":["x"],"cursors":[]}'):
        with pytest.raises(InputProblem):
            Letter.unwrap(pyrage.encrypt(plain, to), identity)


def test_the_recipient_travels_with_the_platform_s_keys() -> None:
    recipient = recipient_of(new_identity())
    keys = PlatformKeys((KEY.public,), OpenKey.generate().public, recipient)
    assert PlatformKeys.from_json(keys.as_json()) == keys
    none = PlatformKeys(keys.signing, keys.sealing)
    assert PlatformKeys.from_json(none.as_json()) == none
    for wrong in ("age1", recipient + "x", 7, recipient.upper()):
        with pytest.raises(InputProblem, match="no age recipient"):
            PlatformKeys.from_json({**keys.as_json(), "courier": wrong})


@pytest.mark.parametrize(
    ("number", "code", "status"),
    [
        (errno.ENOSPC, "stick-full", 3),
        (errno.EDQUOT, "stick-full", 3),
        (errno.EFBIG, "stick-full", 3),
        (errno.EROFS, "stick-read-only", 3),
        (errno.EACCES, "stick-read-only", 3),
        (errno.EIO, "stick-gone", 3),
        (errno.ENODEV, "stick-gone", 3),
        (errno.ENOENT, "missing", 2),
        (errno.ELOOP, "not-plain", 2),
    ],
)
def test_every_refusal_of_a_stick_has_words(number: int, code: str, status: int) -> None:
    problem = stick_problem(OSError(number, os.strerror(number)), Path("/media/stick"))
    assert (problem.code, problem.exit_status) == (code, status)
    assert "/media/stick" in problem.message


def test_only_plain_files_are_read_and_never_more_than_allowed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "folder").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "folder")
    os.mkfifo(tmp_path / "pipe")
    with StickFolder.open(tmp_path) as folder:
        assert folder.read("file", 5) == b"12345"
        for name, code in (
            ("file", "too-large"),
            ("link", "not-plain"),
            ("pipe", "not-plain"),
            ("folder", "not-plain"),
            ("none", "missing"),
        ):
            with pytest.raises(InputProblem) as caught:
                folder.read(name, 4)
            assert caught.value.code == code, name
        with pytest.raises(InputProblem):
            folder.child("linked")
        assert folder.child("none") is None
        assert folder.names(5) == ["file", "folder", "link", "linked", "pipe"]
        with pytest.raises(InputProblem):
            folder.names(4)
        assert folder.holds(Entry.of("file", b"12345"))
        for entry in (
            Entry.of("file", b"12346"),
            Entry.of("file", b"1"),
            Entry.of("link", b"12345"),
            Entry.of("none", b""),
        ):
            assert not folder.holds(entry)
    with pytest.raises(InputProblem, match="is not a folder"):
        StickFolder.open(tmp_path / "file")


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with StickFolder.open(tmp_path) as folder:
        folder.write("file", b"first")
        folder.write("file", b"second")
        assert folder.read("file", 10) == b"second"
        assert stat.S_IMODE((tmp_path / "file").stat().st_mode) & 0o044
        (tmp_path / "taken").mkdir()
        with pytest.raises(InputProblem):
            folder.write("taken", b"x")
        (tmp_path / "tmp.tmp").mkdir()
        with pytest.raises((InputProblem, EnvironmentProblem)):
            folder.write("tmp", b"x")
        with folder.make("new") as made:
            made.write("inside", b"x")
        assert not folder.remove_empty("new")
        with folder.make("new") as again:
            again.remove("inside")
            again.remove("inside")
        assert folder.remove_empty("new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "taken", "tmp.tmp"]

"""The search for canaries finds them in every form, and nothing else."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from tests.helpers.canaries import Canaries, Watched

WORD = "饕餮树下"
CANARIES = Canaries({"place": WORD, "number": "440000194307177370", "picture": b"\x00\xffpixels"})


def in_png(word: str) -> bytes:
    """In the packed text of a picture."""
    text = PngImagePlugin.PngInfo()
    text.add_itxt("note", word, zip=True)
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG", pnginfo=text)
    return buffer.getvalue()


FORMS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16": lambda word: word.encode("utf-16-le"),
    "utf-16-be": lambda word: word.encode("utf-16-be"),
    "utf-32": lambda word: word.encode("utf-32-le"),
    "gbk": lambda word: word.encode("gbk"),
    "url": lambda word: quote(word).encode(),
    "json": lambda word: json.dumps({"place": word}).encode(),
    "zlib": lambda word: zlib.compress(word.encode(), 9),
    "gzip": lambda word: gzip.compress(word.encode()),
    "twice": lambda word: zlib.compress(b"x" + zlib.compress(word.encode())),
    "a picture's text": in_png,
}


@pytest.mark.parametrize("form", list(FORMS))
def test_every_form_is_found(form: str) -> None:
    data = b"before" + FORMS[form](WORD) + b"after"
    assert {trace.canary for trace in CANARIES.within(data, "here")} == {"place"}


@given(st.binary(max_size=20), st.binary(max_size=20), st.booleans())
def test_base64_is_found_at_any_offset(before: bytes, after: bytes, url: bool) -> None:
    encode = base64.urlsafe_b64encode if url else base64.b64encode
    data = encode(before + WORD.encode() + after)
    assert "place" in {trace.canary for trace in CANARIES.within(data, "here")}


def test_bytes_are_found_too() -> None:
    assert CANARIES.within(b"a\x00\xffpixelsb", "here")
    assert not CANARIES.within(os.urandom(2_000_000), "noise")
    assert not CANARIES.within("饕餮，树下。".encode(), "other words")


def test_a_word_that_chance_would_find_is_not_taken() -> None:
    with pytest.raises(AssertionError):
        Canaries({"code": "8317"})


def test_names_and_new_and_changed_files_are_searched(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "old").write_text(WORD)
    (tmp_path / "grown").write_text("x")
    watched = Watched(tmp_path, tmp_path / "not-there")
    assert watched.changed() == []
    (tmp_path / "grown").write_text("x" + WORD)
    (tmp_path / "deep" / f"{WORD}.txt").write_text("nothing")
    (tmp_path / "deep" / "link").symlink_to(tmp_path / "old")
    changed = watched.changed()
    assert {path.name for path in changed} == {"grown", f"{WORD}.txt"}
    assert {trace.place.rpartition("/")[2] for trace in CANARIES.in_files(changed)} == {
        "grown",
        f"{WORD}.txt",
    }
    (tmp_path / "grown").unlink()
    CANARIES.in_files(changed)

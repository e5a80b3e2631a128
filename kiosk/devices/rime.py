"""librime through ctypes: pinyin, jyutping and strokes.

Rules:

* librime keeps its state per process: one :class:`Rime` at a time, opened by :func:`open_engine`.
* The compiled dictionaries are made once, at set-up (:mod:`kiosk.devices.rime_deploy`), and only
  read here. The user folder is a fresh temporary folder, in memory where the system has one, and
  is removed by :meth:`Rime.forget` and :meth:`Rime.close`. User dictionaries are off in our
  schemas, so even that folder never holds what a person typed.
* librime's own log is off: it could hold letters of a name.
* ``RimeTraits.data_size`` counts the bytes after itself; every structure passed in is sized so.
"""

from __future__ import annotations

import ctypes
import itertools
import shutil
import tempfile
from collections.abc import Callable
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_size_t, c_void_p
from pathlib import Path
from typing import Final

from kiosk.devices.keying import InputEngine, InputSession, LettersOnly, Script
from kiosk.domain.problems import EnvironmentProblem

LIBRARY = "librime.so.1"
_BACKSPACE = 0xFF08
_SELECT_SLOT = 72  # after the size field, in rime_api.h since 1.0; the table only ever grows
_QUIET = 3  # only what kills librime is logged
_MEMORY = Path("/dev/shm")  # noqa: S108 -- a file system in memory, the folder itself is private
# librime sets up its log when it is given a name; a second time kills the process.
_log_names = itertools.chain((b"rime.jinban",), itertools.repeat(None))


class _Traits(Structure):
    """``RimeTraits`` of librime 1.8."""

    _fields_ = (
        ("data_size", c_int),
        ("shared_data_dir", c_char_p),
        ("user_data_dir", c_char_p),
        ("distribution_name", c_char_p),
        ("distribution_code_name", c_char_p),
        ("distribution_version", c_char_p),
        ("app_name", c_char_p),
        ("modules", POINTER(c_char_p)),
        ("min_log_level", c_int),
        ("log_dir", c_char_p),
        ("prebuilt_data_dir", c_char_p),
        ("staging_dir", c_char_p),
    )


class _Composition(Structure):
    _fields_ = (
        ("length", c_int),
        ("cursor_pos", c_int),
        ("sel_start", c_int),
        ("sel_end", c_int),
        ("preedit", c_char_p),
    )


class _Candidate(Structure):
    _fields_ = (("text", c_char_p), ("comment", c_char_p), ("reserved", c_void_p))


class _Menu(Structure):
    _fields_ = (
        ("page_size", c_int),
        ("page_no", c_int),
        ("is_last_page", c_int),
        ("highlighted_candidate_index", c_int),
        ("num_candidates", c_int),
        ("candidates", POINTER(_Candidate)),
        ("select_keys", c_char_p),
    )


class _Context(Structure):
    _fields_ = (
        ("data_size", c_int),
        ("composition", _Composition),
        ("menu", _Menu),
        ("commit_text_preview", c_char_p),
        ("select_labels", POINTER(c_char_p)),
    )


class _Commit(Structure):
    _fields_ = (("data_size", c_int), ("text", c_char_p))


class _Iterator(Structure):
    _fields_ = (("ptr", c_void_p), ("index", c_int), ("candidate", _Candidate))


def _after_size(structure: type[Structure]) -> int:
    return ctypes.sizeof(structure) - ctypes.sizeof(c_int)


def load_library() -> ctypes.CDLL:
    """The library, with the signatures that we use.

    Raises:
        EnvironmentProblem: it is not installed.
    """
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError as missing:
        raise EnvironmentProblem(
            "no-librime",
            f"{LIBRARY} is not installed; install the package librime1 to type Chinese",
        ) from missing
    session = c_size_t
    signatures: dict[str, tuple[type | None, tuple[object, ...]]] = {
        "RimeSetup": (None, (POINTER(_Traits),)),
        "RimeDeployerInitialize": (None, (POINTER(_Traits),)),
        "RimeDeployWorkspace": (c_int, ()),
        "RimeInitialize": (None, (POINTER(_Traits),)),
        "RimeFinalize": (None, ()),
        "RimeCreateSession": (session, ()),
        "RimeDestroySession": (c_int, (session,)),
        "RimeSelectSchema": (c_int, (session, c_char_p)),
        "RimeProcessKey": (c_int, (session, c_int, c_int)),
        "RimeClearComposition": (None, (session,)),
        "RimeGetCommit": (c_int, (session, POINTER(_Commit))),
        "RimeFreeCommit": (c_int, (POINTER(_Commit),)),
        "RimeGetContext": (c_int, (session, POINTER(_Context))),
        "RimeFreeContext": (c_int, (POINTER(_Context),)),
        "RimeCandidateListFromIndex": (c_int, (session, POINTER(_Iterator), c_int)),
        "RimeCandidateListNext": (c_int, (POINTER(_Iterator),)),
        "RimeCandidateListEnd": (None, (POINTER(_Iterator),)),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library


def _select_candidate(library: ctypes.CDLL) -> Callable[[int, int], int]:
    """``RimeApi.select_candidate``: the one call that 1.8 offers only in its table of functions."""
    library.rime_get_api.restype = POINTER(c_void_p)
    library.rime_get_api.argtypes = ()
    table = library.rime_get_api()
    size = ctypes.cast(table, POINTER(c_int)).contents.value
    if size < (_SELECT_SLOT + 1) * ctypes.sizeof(c_void_p) - ctypes.sizeof(c_int):
        raise EnvironmentProblem("old-librime", f"{LIBRARY} is older than 1.5; install a newer one")
    prototype = ctypes.CFUNCTYPE(c_int, c_size_t, c_size_t)
    return prototype(table[_SELECT_SLOT])


def traits(shared: Path, user: Path, prebuilt: Path) -> _Traits:
    """What librime is told at start: folders, and to log nothing."""
    return _Traits(
        data_size=_after_size(_Traits),
        shared_data_dir=str(shared).encode(),
        user_data_dir=str(user).encode(),
        distribution_name=b"jinban",
        distribution_code_name=b"jinban",
        distribution_version=b"1",
        app_name=next(_log_names),
        min_log_level=_QUIET,
        log_dir=b"",
        prebuilt_data_dir=str(prebuilt).encode(),
        staging_dir=str(user / "build").encode(),
    )


class _Session:
    """One composition inside librime."""

    def __init__(self, rime: Rime, script: Script) -> None:
        self._rime = rime
        self._library = rime.library
        self._script = script
        self._id = 0
        self._renew()

    def _renew(self) -> None:
        self._generation = self._rime.generation
        self._id = int(self._library.RimeCreateSession())
        self.use(self._script)

    def _live(self) -> int:
        # After ``forget`` the library has dropped its sessions: begin afresh.
        if self._generation != self._rime.generation:
            self._renew()
        return self._id

    def use(self, script: Script) -> None:
        self._script = script
        self.clear()
        self._library.RimeSelectSchema(self._live(), script.value.encode())

    def press(self, letter: str) -> str:
        if len(letter) != 1 or not ("a" <= letter <= "z"):
            raise ValueError(f"not a lower-case letter: {letter!r}")
        if not self._library.RimeProcessKey(self._live(), ord(letter), 0):
            return ""  # a letter that this script has no use for
        return self._committed()

    def backspace(self) -> bool:
        if not self.letters:
            return False
        self._library.RimeProcessKey(self._live(), _BACKSPACE, 0)
        return True

    def choose(self, index: int) -> str:
        if not self._rime.select(self._live(), index):
            raise IndexError(index)
        return self._committed()

    def candidates(self, start: int, count: int) -> tuple[str, ...]:
        if not self.letters:
            return ()
        iterator = _Iterator()
        if not self._library.RimeCandidateListFromIndex(self._live(), byref(iterator), start):
            return ()
        try:
            found: list[str] = []
            while len(found) < count and self._library.RimeCandidateListNext(byref(iterator)):
                found.append(bytes(iterator.candidate.text).decode())
            return tuple(found)
        finally:
            self._library.RimeCandidateListEnd(byref(iterator))

    def clear(self) -> None:
        self._library.RimeClearComposition(self._live())

    def close(self) -> None:
        if self._generation == self._rime.generation:
            self._library.RimeDestroySession(self._id)

    @property
    def letters(self) -> str:
        context = _Context(data_size=_after_size(_Context))
        if not self._library.RimeGetContext(self._live(), byref(context)):
            return ""
        try:
            shown = context.composition.preedit
            return bytes(shown).decode() if shown else ""
        finally:
            self._library.RimeFreeContext(byref(context))

    def _committed(self) -> str:
        commit = _Commit(data_size=_after_size(_Commit))
        if not self._library.RimeGetCommit(self._live(), byref(commit)):
            return ""
        try:
            return bytes(commit.text).decode()
        finally:
            self._library.RimeFreeCommit(byref(commit))


class Rime:
    """The engine; one per process.

    Args:
        prebuilt: folder that :func:`kiosk.devices.rime_deploy.deploy` made.

    Raises:
        EnvironmentProblem: the library or its compiled data is missing.
    """

    scripts: tuple[Script, ...] = tuple(Script)
    lack = ""

    def __init__(self, prebuilt: Path) -> None:
        for script in Script:
            if not (prebuilt / f"{script.value}.schema.yaml").is_file():
                raise EnvironmentProblem(
                    "no-input-data",
                    f"the dictionaries of the keyboard are not compiled in {prebuilt}; "
                    "run: python -m kiosk.devices.rime_deploy <that folder>",
                )
        self.library: Final = load_library()
        self.select: Final = _select_candidate(self.library)
        self.generation = 0
        self._prebuilt = prebuilt
        self._user: Path | None = None
        self._traits: _Traits | None = None
        self._start()

    def open(self) -> InputSession:
        """A new session, spelling pinyin."""
        return _Session(self, Script.PINYIN)

    def forget(self) -> None:
        """Drop all sessions and the user folder, and begin with an empty one."""
        self.close()
        self._start()

    def close(self) -> None:
        """Give everything back. Sessions that are still held begin afresh after a new start."""
        if self._user is None:
            return
        self.library.RimeFinalize()
        self.generation += 1
        shutil.rmtree(self._user)
        self._user = None

    def _start(self) -> None:
        memory = _MEMORY if _MEMORY.is_dir() else None
        self._user = Path(tempfile.mkdtemp(prefix="keys-", dir=memory))
        # Kept: librime does not copy every string of the traits.
        self._traits = traits(self._prebuilt, self._user, self._prebuilt)
        self.library.RimeSetup(byref(self._traits))
        self.library.RimeInitialize(byref(self._traits))


def open_engine(prebuilt: Path) -> InputEngine:
    """The engine where librime it can be had, else letters only, with the reason in ``lack``."""
    try:
        return Rime(prebuilt)
    except EnvironmentProblem as problem:
        return LettersOnly(problem.message)

"""The typed pipeline finds what people misspell."""

from __future__ import annotations

from pathlib import Path

from ui.lint import ROOT, describe, lint, registered

HEAD = "import QtQuick\nimport Kiosk\n"


WRONG = {
    "papr": "Words { text: Theme.papr }",
    "txt": "Words { txt: '好' }",
    "compsing": "Item { KeySurface { id: keys }\nWords { text: keys.compsing } }",
    "pres": "Item { KeySurface { id: keys }\nComponent.onCompleted: keys.pres('a') }",
    "cont": "Item { KeySurface { id: keys }\nWords { text: keys.candidates.cont } }",
    "cleer": "Item { Ink { id: ink }\nComponent.onCompleted: ink.cleer() }",
}


def test_every_misspelt_name_fails(tmp_path: Path) -> None:
    pages = []
    for name, body in WRONG.items():
        page = tmp_path / f"Page{name}.qml"
        page.write_text(HEAD + body, encoding="utf-8")
        pages.append(page)
    status, words = lint(_module(tmp_path), registered("ui.bridge"), tmp_path / "out", pages)
    assert status == 1
    told = words.splitlines()
    for name in WRONG:
        assert any(f"Page{name}.qml" in line and f'"{name}"' in line for line in told), (name, told)


def test_the_right_names_pass(tmp_path: Path) -> None:
    page = tmp_path / "Page.qml"
    page.write_text(
        HEAD + "Item { KeySurface { id: keys }\n"
        "Words { text: keys.composing + keys.candidates.count; color: Theme.paper } }",
        encoding="utf-8",
    )
    assert lint(_module(tmp_path), registered("ui.bridge"), tmp_path / "out", [page]) == (0, "")


def test_components_and_sheets_are_clean(tmp_path: Path) -> None:
    sheets = sorted(Path(__file__).parent.glob("*.qml"))
    assert lint(_module(tmp_path), registered("ui.bridge"), tmp_path / "out", sheets) == (0, "")


def test_inherited_members_are_described() -> None:
    described = {one["className"]: one for one in describe(registered("ui.bridge"))}
    assert {"count"} <= {prop["name"] for prop in described["Rows"]["properties"]}
    assert {"press", "choose", "clear"} <= {
        slot["name"] for slot in described["KeySurface"]["slots"]
    }


def _module(tmp_path: Path) -> Path:
    """The module without the pages: these have tests of their own."""
    source = ROOT / "ui" / "qml" / "Kiosk"
    target = tmp_path / "qml" / "Kiosk"
    target.mkdir(parents=True)
    for name in ("theme", "components"):
        (target / name).symlink_to(source / name)
    lines = (source / "qmldir").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "pages/" not in line and "Main.qml" not in line]
    (target / "qmldir").write_text("\n".join(kept) + "\n", encoding="utf-8")
    return target.parent

"""The report of one run: one page, as Markdown and as HTML, beside its pictures.

Rules: both say the same; every check is listed, with what was found; the page needs nothing but the
folder that it stands in.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

from kiosk.main.demo.record import REPORT, Check, Record, Scene

TITLE: Final = "近办 Jinban: the demonstration"
_LEAD: Final = (
    "The real station window, driven by touch through its accessibility tree; the reference "
    "platform as a process of its own; power cuts by SIGKILL. People and papers are invented."
)
_STYLE: Final = """
:root { color-scheme: light; }
body { font: 17px/1.55 system-ui, "Noto Sans CJK SC", sans-serif; color: #1b211e;
  background: #f6f4ee; max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
h1 { font-size: 2.1rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { margin: 3rem 0 .25rem; font-size: 1.4rem; }
p { max-width: 46rem; }
.verdict { font-weight: 700; font-size: 1.15rem; }
.held { color: #1d6b47; } .not { color: #a32121; }
table { border-collapse: collapse; margin: 1rem 0; }
td, th { text-align: left; padding: .3rem 1.2rem .3rem 0; border-bottom: 1px solid #d9d4c6;
  vertical-align: top; }
td.number { font-variant-numeric: tabular-nums; font-weight: 700; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr));
  gap: 1.5rem; margin: 1.25rem 0; }
figure { margin: 0; } img { width: 100%; border: 1px solid #d9d4c6; border-radius: 8px; }
figcaption { font-size: .93rem; color: #4b544f; margin-top: .35rem; }
ul { padding-left: 1.1rem; list-style: none; } li { margin: .2rem 0; }
li::before { display: inline-block; width: 1.4rem; margin-left: -1.1rem; font-weight: 700; }
li.held::before { content: "✓"; } li.not::before { content: "✗"; }
li.held { color: inherit; } .found { color: #4b544f; }
"""


def write_report(record: Record) -> Path:
    """Write ``report.md`` and ``report.html``.

    Returns:
        The path of the HTML page.
    """
    (record.folder / "report.md").write_text("\n".join(_markdown(record)), encoding="utf-8")
    page = record.folder / REPORT
    page.write_text("\n".join(_html(record)), encoding="utf-8")
    return page


def verdict(record: Record) -> str:
    """One line: how it ended."""
    checks, failed = len(record.checks), len(record.failed)
    took = f"{record.seconds:.0f} s"
    if failed:
        return f"{failed} of {checks} checks did not hold ({took})."
    return f"All {checks} checks held ({took})."


def _markdown(record: Record) -> Iterator[str]:
    yield f"# {TITLE}\n"
    yield f"{_LEAD}\n"
    yield f"**{verdict(record)}**\n"
    yield "| figure | |"
    yield "|---|---|"
    yield from (f"| {name} | {value} |" for name, value in record.figures.items())
    for number, scene in enumerate(record.scenes, 1):
        yield f"\n## {number}. {scene.title}\n"
        yield f"{scene.story} *({scene.seconds:.0f} s)*\n"
        for picture in scene.pictures:
            yield f"![{picture.caption}]({picture.name})\n{picture.caption}\n"
        for check in scene.checks:
            yield f"- {'✓' if check.held else '✗ **not so:**'} {check.sentence}{_found(check)}"
    yield ""


def _found(check: Check) -> str:
    return f" ({check.detail})" if check.detail else ""


def _html(record: Record) -> Iterator[str]:
    tone = "not" if record.failed else "held"
    yield '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(TITLE)}</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{escape(TITLE)}</h1><p>{escape(_LEAD)}</p>"
    yield f'<p class="verdict {tone}">{escape(verdict(record))}</p><table>'
    for name, value in record.figures.items():
        yield f'<tr><td>{escape(name)}</td><td class="number">{escape(str(value))}</td></tr>'
    yield "</table>"
    for number, scene in enumerate(record.scenes, 1):
        yield from _html_scene(number, scene)
    yield "</body></html>"


def _html_scene(number: int, scene: Scene) -> Iterator[str]:
    yield f"<h2>{number}. {escape(scene.title)}</h2>"
    yield f"<p>{escape(scene.story)} <small>({scene.seconds:.0f} s)</small></p>"
    if scene.pictures:
        yield '<div class="pictures">'
        for one in scene.pictures:
            yield f'<figure><a href="{one.name}"><img src="{one.name}" loading="lazy"'
            yield f' alt="{escape(one.caption)}"></a>'
            yield f"<figcaption>{escape(one.caption)}</figcaption></figure>"
        yield "</div>"
    yield "<ul>"
    for check in scene.checks:
        tone = "held" if check.held else "not"
        found = f' <span class="found">{escape(_found(check))}</span>' if check.detail else ""
        yield f'<li class="{tone}">{escape(check.sentence)}{found}</li>'
    yield "</ul>"

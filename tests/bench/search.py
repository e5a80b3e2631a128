"""Quality and cost of the search, with the usual ways beside it: prints one JSON document.

Rules: every engine answers the same questions on the same corpus in the same run; a keystroke is
every prefix of every question; times are CPU times of this process, so that a busy machine does not
lie; on generated corpora a variant of an accepted name counts as that name, as a resident would
find the item from it.

Use: ``python -m tests.bench.search [--sizes 91,10000,200000] [--queries FILE]``
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from kiosk.domain.items import ServiceItem
from kiosk.search.engine import Searcher
from kiosk.search.schema import CREATE, IndexRows
from kiosk.store.directory_postings import DirectoryPostings
from sync.platform.publishing.index import build
from tests.helpers.search_corpus import Query, corpus, own_queries, queries, the_lexicon

TOP = 5
FRAME_MS = 1000 / 60
Engine = Callable[[str], Sequence[tuple[str, bool]]]  # question → (official name, sure), best first


def write_index(rows: IndexRows, path: Path) -> int:
    """Write an index into a file of its own; its size in bytes."""
    with sqlite3.connect(path) as connection:
        for statement in CREATE:
            connection.execute(statement)
        for table, key, value in rows:
            connection.execute(f"INSERT INTO {table} VALUES (?, ?)", (key, value))
    connection.execute("VACUUM")
    connection.close()
    return path.stat().st_size


def ours(postings: DirectoryPostings, names: dict[str, str]) -> Engine:
    """The product's own search."""
    searcher = Searcher(postings)

    def search(text: str) -> list[tuple[str, bool]]:
        return [(names[hit.item_id], hit.sure) for hit in searcher.search(text)]

    return search


def like(items: Sequence[ServiceItem]) -> Engine:
    """What most kiosks do: LIKE '%question%' over names and keywords."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE item (name TEXT, words TEXT)")
    connection.executemany(
        "INSERT INTO item VALUES (?, ?)",
        ((item.name, f"{item.name} {' '.join(item.keywords)}") for item in items),
    )

    def search(text: str) -> list[tuple[str, bool]]:
        found = connection.execute(
            "SELECT name FROM item WHERE words LIKE ? LIMIT 20", (f"%{text}%",)
        )
        return [(name, True) for (name,) in found]

    return search


def linear(items: Sequence[ServiceItem]) -> Engine:
    """rapidfuzz over every name and keyword, without an index."""
    words = [f"{item.name} {' '.join(item.keywords)}" for item in items]

    def search(text: str) -> list[tuple[str, bool]]:
        found = process.extract(text, words, scorer=fuzz.partial_ratio, limit=20, score_cutoff=60)
        return [(items[index].name, True) for _, _, index in found]

    return search


def quality(engine: Engine, asked: Iterable[Query], names: dict[str, str]) -> dict[str, object]:
    """hit@5 by class, mean reciprocal rank, share of the keystrokes needed for the first hit."""
    right: defaultdict[str, int] = defaultdict(int)
    total: defaultdict[str, int] = defaultdict(int)
    sure = 0
    ranks: list[float] = []
    typed: list[float] = []
    for query in asked:
        accepted = tuple(names[item_id] for item_id in query.expected)
        found = engine(query.text)
        total[query.kind] += 1
        if not accepted:
            right[query.kind] += not any(certain for _, certain in found)
            continue
        places = [place for place, (name, _) in enumerate(found, 1) if name.startswith(accepted)]
        ranks.append(1 / places[0] if places else 0.0)
        right[query.kind] += bool(places and places[0] <= TOP)
        sure += any(certain and name.startswith(accepted) for name, certain in found[:TOP])
        typed.append(_keystrokes(engine, query.text, accepted))
    return {
        "hit_at_5": {kind: [right[kind], total[kind]] for kind in sorted(total)},
        "all": [sum(right.values()), sum(total.values())],
        "mrr": round(statistics.mean(ranks), 3),
        "right_and_sure": [sure, len(ranks)],
        "share_of_keystrokes": round(statistics.mean(typed), 3),
    }


def cost(engine: Engine, asked: Sequence[Query], most: int) -> dict[str, float]:
    """CPU milliseconds per keystroke."""
    prefixes = [query.text[:end] for query in asked for end in range(1, len(query.text) + 1)]
    step = max(1, len(prefixes) // most)
    times = []
    for prefix in prefixes[::step]:
        start = time.process_time_ns()
        engine(prefix)
        times.append((time.process_time_ns() - start) / 1e6)
    times.sort()
    return {
        "keystrokes": len(times),
        "p50_ms": round(times[len(times) // 2], 3),
        "p99_ms": round(times[int(len(times) * 0.99)], 3),
        "p99_of_a_frame": round(times[int(len(times) * 0.99)] / FRAME_MS, 3),
    }


def measure(size: int, sets: dict[str, list[Query]]) -> dict[str, object]:
    """Everything at one size."""
    items = corpus(size)
    names = {item.item_id: item.name for item in items}
    start = time.process_time()
    rows = build(items, the_lexicon())
    built = time.process_time() - start
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "index.db")
        on_disk = write_index(rows, path)
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        start = time.process_time()
        engine = ours(DirectoryPostings(connection), names)
        opened = time.process_time() - start
        every = [query for asked in sets.values() for query in asked]
        result: dict[str, object] = {
            "items": len(items),
            "names": len({item.name for item in items}),
            "build_s": round(built, 1),
            "open_ms": round(opened * 1000, 1),
            "bytes_per_item": round(on_disk / len(items), 1),
            "cost": cost(engine, every, 1_000_000),
            "quality": {title: quality(engine, asked, names) for title, asked in sets.items()},
        }
        connection.close()
    for title, other, most in (("like", like(items), 300), ("rapidfuzz", linear(items), 60)):
        result[title] = {
            "cost": cost(other, every, most),
            "all": {name: quality_of_whole(other, asked, names) for name, asked in sets.items()},
        }
    return result


def quality_of_whole(engine: Engine, asked: Sequence[Query], names: dict[str, str]) -> list[int]:
    """hit@5 over all classes, whole questions only."""
    right = 0
    for query in asked:
        accepted = tuple(names[item_id] for item_id in query.expected)
        top = [name for name, _ in engine(query.text)[:TOP]]
        right += any(name.startswith(accepted) for name in top) if accepted else not top
    return [right, len(asked)]


def _keystrokes(engine: Engine, text: str, accepted: tuple[str, ...]) -> float:
    for end in range(1, len(text) + 1):
        if any(name.startswith(accepted) for name, _ in engine(text[:end])[:TOP]):
            return end / len(text)
    return 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="91,10000,200000")
    parser.add_argument("--queries", type=Path, help="another set: JSON of type, query, expected")
    options = parser.parse_args(arguments)
    sets = {"own": own_queries()}
    if options.queries is not None:
        sets["given"] = list(queries(options.queries))
    result = [measure(int(size), sets) for size in options.sizes.split(",")]
    json.dump(result, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

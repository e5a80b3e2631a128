"""Which network devices carry something."""

from pathlib import Path

from sync.engine.links import links_up


def test_a_link_is_up_when_it_carries_something(tmp_path: Path) -> None:
    for name, carrier in (("eth0", "1\n"), ("eth1", "0\n"), ("lo", "1\n"), ("wlan0", None)):
        (tmp_path / name).mkdir()
        if carrier is not None:
            (tmp_path / name / "carrier").write_text(carrier)
    assert links_up(tmp_path) == {"eth0"}
    assert links_up(tmp_path / "nowhere") == frozenset()
    assert "lo" not in links_up()

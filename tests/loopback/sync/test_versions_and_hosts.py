"""Applications that waited while things changed: newer versions, another certificate."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.lifecycle import State
from kiosk.domain.problems import PlatformProblem
from sync.client.session import PlatformClient
from sync.client.transport import Transport
from sync.platform.catalogue import PublishedItem, record
from tests.helpers.client_line import (
    DEVICE,
    PING,
    PLATFORM,
    make_certificate,
    reply,
    serving_tls,
)
from tests.helpers.platform_process import platform, publish_catalogue
from tests.helpers.sync_station import RealClock, station


def test_an_application_of_an_older_version_is_still_taken(tmp_path: Path) -> None:
    data = tmp_path / "platform"
    publish_catalogue(data)
    with (
        platform(data) as served,
        station(tmp_path / "home", served.keys, served.fleet_code, served.url) as place,
    ):
        waiting = place.save()
        record(data, [PublishedItem("demo-item", frozenset({2}), None)], {"generic": [2]})
        place.once(served.url)
        assert place.outbox.require(waiting).state is State.ACCEPTED


def code_of(url: str, bundle: Path) -> str:
    with (
        PlatformClient(
            url,
            DEVICE,
            (PLATFORM.public,),
            RealClock(),
            nonce=lambda: "n",
            transport=Transport(ca_bundle=str(bundle)),
        ) as client,
        pytest.raises(PlatformProblem) as caught,
    ):
        client.ping()
    return caught.value.code


def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    bundle = make_certificate(tmp_path, -1, 1)
    with serving_tls(bundle, reply(PING)) as url:
        assert code_of(url.replace("127.0.0.1", "localhost"), bundle) == "tls"

"""``office rotate-keys``: the platform's keys are renewed while the fleet is at work.

Rules:

* First the coming keys are kept, then announced in the signed configuration and the trust file,
  then used. Broken off anywhere, the same order finishes it with the same keys; a running ``serve``
  takes each step up without a restart.
* Applications that were sealed before, to the old key, are opened for ever.
* A terminal that has not heard of the new keys believes nothing they sign and takes nothing back:
  it fetches the configuration, which the TUF root vouches for, and asks again.
* ``--compromised``: the old signing keys are no longer announced; what they had signed is told
  anew.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sync.platform.desk import opened
from sync.platform.secrets import PlatformSecrets


def register(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the order to ``office``."""
    renewing = actions.add_parser("rotate-keys", help="renew the keys of statements and packages")
    renewing.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    renewing.add_argument(
        "--compromised", action="store_true", help="nobody is to believe the old signing keys"
    )
    renewing.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Renew the keys."""
    # Publishing brings pinyin tables and TUF, which no other order waits for.
    from sync.platform.publishing.publisher import alone, announce

    with opened(arguments.data) as office, alone(office.data_dir):
        data_dir = office.data_dir
        kept = PlatformSecrets.load_or_create(data_dir).announced()
        kept.keep(data_dir)
        renewed = kept.renewed(compromised=arguments.compromised)
        told = renewed if arguments.compromised else kept
        published = announce(data_dir, told, office.clock.now())
        renewed.keep(data_dir)
    document = {
        "signing": renewed.signing.public.id,
        "sealing": renewed.sealing.public.id,
        "retired": [key.public.id for key in renewed.retired_sealing],
        "published": published,
    }
    sys.stdout.write(json.dumps(document) + "\n")
    return 0

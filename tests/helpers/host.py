"""The real application, held by a test: ``python -m tests.helpers.host --home DIR``.

Rules: the product's own stage (``kiosk.main.puppet.stage``), unchanged: the real window on the real
services, moved by touch and seen through the accessibility tree; any fault ends it with status 4.
"""

from __future__ import annotations

import sys

from kiosk.main.puppet.stage import main

if __name__ == "__main__":
    sys.exit(main())

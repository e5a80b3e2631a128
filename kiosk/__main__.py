"""``python -m kiosk`` is the command ``kiosk``."""

import sys

from kiosk.main.cli import main

sys.exit(main())

"""The one time zone: days and times of day are China's, everywhere in the country.

Rules: imported before the first frame of the window, so nothing else stands here.
"""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8), "CST")

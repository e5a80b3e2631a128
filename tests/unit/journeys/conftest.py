"""Fixtures of the counter."""

from tests.helpers.counter import clock, home, station

__all__ = ["clock", "home", "station"]

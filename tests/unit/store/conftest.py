"""Fixtures of the store."""

from tests.helpers.stores import pristine, site

__all__ = ["pristine", "site"]

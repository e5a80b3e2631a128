"""Canonical bytes, device keys, envelopes and sealed packages.

Both ends use this package: the station seals, the platform opens. No SQL, no network, no Qt.
"""

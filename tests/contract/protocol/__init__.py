"""The protocol as both ends understand it."""

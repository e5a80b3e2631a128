"""Finding and help in the real window."""

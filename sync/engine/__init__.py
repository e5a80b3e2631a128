"""Pushes the outbox, pulls the inbox, updates the directory, decides when; runs headless."""

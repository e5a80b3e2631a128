"""One controller per screen, list models, and the relay that brings events to the GUI thread."""

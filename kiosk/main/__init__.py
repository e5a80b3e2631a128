"""The command line, the wiring of the parts, the start-up order."""

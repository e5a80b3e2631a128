"""One module per group of commands; each has ``register(commands)`` and its handlers."""

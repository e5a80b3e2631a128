"""The reference provincial platform: durable, idempotent, with a fault switchboard."""

"""The reference platform over a real socket."""

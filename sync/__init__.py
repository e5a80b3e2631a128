"""The road to the provincial platform: protocol, client, engine, and the reference platform.

No Qt anywhere; the engine runs headless as well as beside the window.
"""

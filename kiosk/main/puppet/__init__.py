"""The real window, moved by a program as a person would move it.

Rules: the window runs in a process of its own (``stage``) that obeys JSON lines; the other side
(``hand``) knows what a person knows: names, places, pictures. Nothing here reaches into objects of
the application, and nothing of the application knows that it is being moved. The demonstration and
the tests use it; the station never does.
"""

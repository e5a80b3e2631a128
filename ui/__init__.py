"""The window: a typed QML module and the controllers behind it."""

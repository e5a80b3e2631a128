"""近办 Jinban: the offline-first station for government services in Guangdong.

Layers, top to bottom (enforced by import-linter, see pyproject.toml)::

    kiosk.main        command line, wiring, start-up order
    ui | sync         the window; the road to the platform
    kiosk.journeys    what people do at the station
    kiosk.store | kiosk.devices
    kiosk.forms | kiosk.search | kiosk.sealing
    kiosk.domain      the words of the trade; standard library only
"""

__version__ = "0.1.0"

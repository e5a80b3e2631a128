"""What the station keeps: the casebook, the directory, the packages; the only SQL of the kiosk."""

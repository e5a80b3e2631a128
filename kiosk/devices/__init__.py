"""Printer, camera, readers, speaker: each a port with the devices that can be had."""

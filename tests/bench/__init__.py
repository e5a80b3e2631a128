"""Measurements; run by hand or by make bench, not by pytest."""

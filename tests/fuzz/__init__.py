"""Hostile input: every parser at the edge of the product, fed with documents that were bent."""

"""Tests of validators."""

"""Tests of the picture service; none of them leaves the process."""

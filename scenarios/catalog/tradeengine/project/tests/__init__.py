"""Tests of the trading engine; none of them leaves the process."""

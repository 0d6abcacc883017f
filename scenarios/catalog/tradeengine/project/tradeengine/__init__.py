"""A trading engine: signals in, orders out, risk in between."""

__version__ = "1.0.0"

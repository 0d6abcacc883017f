"""A small picture service: upload, thumbnail, colours, listing."""

__version__ = "1.0.0"

"""Something to copy."""

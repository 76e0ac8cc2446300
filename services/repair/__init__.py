"""Bringing the read tables up to date after a loss."""

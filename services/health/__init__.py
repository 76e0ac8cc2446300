"""How the parts of the system are."""

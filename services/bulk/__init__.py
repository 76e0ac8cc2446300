"""Acts for many journeys at once, and roll-outs of another version."""

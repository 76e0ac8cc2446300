"""Reports from outside: written down, passed on, and kept on a desk where they fit nowhere."""

"""The web console: pages that read the database and send commands, and work without scripts."""

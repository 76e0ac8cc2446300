"""The acts that command line and console share: they read the database and send commands, and decide nothing."""

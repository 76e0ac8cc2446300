"""The interface for other systems, under /api/v1: the same services, rules and sentences as people meet."""

"""Saying how a task ended, with a form."""

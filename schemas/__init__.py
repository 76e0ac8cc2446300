"""Nouns: the frozen data classes that everything else speaks in. Imports pydantic and the standard library only."""

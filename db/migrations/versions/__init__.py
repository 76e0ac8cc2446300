"""One change of the schema each; they are numbered, and never edited after a release."""

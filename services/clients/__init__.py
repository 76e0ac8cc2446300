"""Other systems that act here: who they are, by what they are known, and that the same wish acts once."""

"""Personal links, by which participants come to their own page."""

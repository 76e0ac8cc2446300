"""What participants see and do on their own page."""

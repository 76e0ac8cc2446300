"""Who is stuck, why, and what to do about it."""

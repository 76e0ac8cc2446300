"""What touches the outside world. Classes that hold live clients; every effect has an id and is safe to repeat."""

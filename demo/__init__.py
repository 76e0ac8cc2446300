"""The demonstration: a programme's life on the real stack in three minutes. Nothing else imports it."""

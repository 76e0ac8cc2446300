"""Attendance: what somebody took part in, for how long, and who has said that it is right."""

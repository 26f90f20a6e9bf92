"""A plan and a lab → outcomes: the only loop, and what it judges with. All but `run` is pure."""

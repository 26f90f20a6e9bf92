"""The pytest side of the bench: pages are collected, run whole, and reported block by block."""

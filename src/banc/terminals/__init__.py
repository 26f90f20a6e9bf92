"""One shell on a pseudo-terminal, and what is open in it: type, wait, status, what the screen shows."""

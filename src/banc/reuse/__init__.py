"""Not twice: a page's last green run, what it rested on, and what it would rest on now."""

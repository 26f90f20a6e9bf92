"""The course to take along: as a folder that a browser opens (`make offline`), and on paper (`make pdf`)."""

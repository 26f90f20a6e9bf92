"""Throw-away Docker hosts, always removed, on the Docker hosts there are; and the registry that they pull from."""

"""What the bench costs, measured against doing the same without it: `make bench`."""

"""Pages with one thing changed in one block: does anything on the page notice? Run by `make mutants`."""

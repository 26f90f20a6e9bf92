"""What ``--update`` writes: outputs into a page's text, into its file, and into its translations."""

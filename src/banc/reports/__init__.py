"""All that a run gave, as data, and what is made of it: text, a page for the browser, what GitHub shows."""

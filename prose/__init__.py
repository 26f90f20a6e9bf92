"""The check of the course's French and English: ``python -m prose``, which ``make lint`` runs.

What readers read is checked, and not the source: pages as the site's own Markdown extensions render them,
without code and outputs. What is found is told at its line of the source.
"""

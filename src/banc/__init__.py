"""The test bench of a course: runs every block of its pages on a throw-away Docker host.

Data flows one way through the modules, and each imports only from those before it:
results, grammar, blocks, plan, terminal, lab, run, report, plugin. ``fences`` (the site's
side) imports ``results`` alone.
"""

__version__ = "0.1.0"

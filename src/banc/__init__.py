"""The test bench of a course: runs every block of its pages on a throw-away Docker host.

Data flows one way through the modules, and each imports only from those before it:

results, grammar, frontmatter, site, blocks, shell, match, plan   a page becomes steps; nothing runs
screen, terminal                                                  one shell in a terminal
errors, host, images, inside, kit, mirror, lab                    a throw-away Docker host and its registry
run, translation, record, report, htmlreport, github, plugin      steps become results, and pytest's items
cache, imports, hub, survey                                       what need not be run again

``fences``, the site's side, imports ``results`` alone; ``machine`` readies a machine for all of it.
"""

__version__ = "0.1.0"

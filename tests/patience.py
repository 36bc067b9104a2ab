"""How long tests wait for what will come."""

# Seconds. Nothing waits so long unless it never comes: a machine that runs five suites at once took
# half a minute for one page.
PATIENCE = 300

"""Workers on several machines: a queue of jobs in PostgreSQL, who fills it, and who works it off.

The ledger is the truth (store/subscribers/): a job is a permit to look at a range of it. One that
runs twice, late or never sends nothing twice and loses nothing. procrastinate is imported in this
room alone, and only where `[deliver] workers` is set.
"""

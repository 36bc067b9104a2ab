"""Who gets the mail, and with whose consent: addresses, states, editions, tokens. Pure.

That somebody subscribes to this newsletter says something about their health: no address appears in
an error, a log, a URL or a `repr`.
"""

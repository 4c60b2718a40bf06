"""Taking in what another system knows: one appointment by REST, a batch, or a file slice by slice.

Resolves the other system's keys, adds what is missing, merges what is known. Every fact gets an outcome.
"""

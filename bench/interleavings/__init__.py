"""Random histories of facts, people, workers and kills, each in its own order, against what a message may never do.

`python -m bench interleavings --count 10000`. Each runs the product's own services and its own worker on a database of one
process; what they may do is said a second time in `oracle.py`, which knows nothing of the product's rules.
"""

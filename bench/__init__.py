"""Ratios, measured in one run: ours against a floor, interleaved, medians. Prints; asserts nothing.

    make bench                      everything
    python -m bench caseload        the caseload over HTTP, and how its cost grows
    python -m bench deliveries      messages through the whole worker, and what a claim costs
    python -m bench imports         an import through the whole product
    python -m bench assess          assessing one episode

The machine is assumed to be noisy: a ratio under 1.3 says nothing.
"""

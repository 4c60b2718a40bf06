"""The public contract: what integrators send and get. No behaviour, no tables; it could be shipped alone."""

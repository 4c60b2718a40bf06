"""The clinical and privacy rules. Pure: standard library and `schemas.vocabulary` only; never a clock, a table or a framework."""

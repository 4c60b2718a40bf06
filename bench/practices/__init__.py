"""Practices that never were: seeded, simulated pasts with a known truth, for fitting and judging what noticing does.

Nothing here comes from anybody's record. What is assumed is said in `setting.py`, each figure with its source or as ours.
"""

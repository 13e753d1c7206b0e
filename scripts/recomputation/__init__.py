"""Fairway's numbers once more, from their formulas, with Python's standard library alone.

Shares no code with the Swift sources. Where a choice of method was free it is another one: dense matrices
instead of closed forms, rows counted at each time instead of one sweep, continued fractions instead of a library.
"""

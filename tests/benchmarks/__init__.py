"""Time what users wait for, beside a reference of the same run: `python -m tests.benchmarks`.

Nothing here passes or fails; a ratio says more than seconds on somebody's machine.
"""

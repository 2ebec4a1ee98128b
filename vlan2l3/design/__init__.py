"""Decide what the rack will be: which hosts move, which stay and why, numbers, links and filters.

Comes in: the Network, its Coverage, the Findings and the Intent (`vlan2l3.toml`). Goes out: a `Target`, or a
`NoSafePlanError` that names every reason. Order is not decided here; `plan` does that.
"""

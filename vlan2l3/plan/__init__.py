"""Order the change: states, steps, checks and undo.

Comes in: the `Target`. Goes out: a `Plan` whose every state was checked, or a `NoSafePlanError`
with the state that would break something. Wording and syntax are `render`'s.
"""

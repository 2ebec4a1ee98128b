"""Write a plan as text: Markdown, JSON, host files, switch commands; the same bytes for the same plan.

Comes in: a `Plan`. Goes out: file names and their texts, and a folder written whole or not at all. Nothing
here decides or computes what the plan did not say.
"""

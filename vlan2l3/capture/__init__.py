"""Keep what devices answered: raw files and a manifest, without the secrets.

Comes in: answers from `collect`, or a folder of files. Goes out: `store.Capture`. Every command is data,
absent, failed or not asked; this stage never guesses which, and never reads what an answer means.
"""

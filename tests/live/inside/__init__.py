"""What runs in the guest of `tests.live.guest`, as its first process, with the standard library only.

Comes in: the job folder. Goes out: `result.json` in it, then the guest is powered off.
"""

"""The one program that runs inside the guest, as its first process, with the standard library only.

Comes in: the job folder. Goes out: `result.json` in that folder, then the guest is powered off. It never
writes anywhere else on the machine: the guest's root is read-only, and every other writable place is memory.
"""

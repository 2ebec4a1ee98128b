"""Ask devices, read-only, and bring back what they said.

Comes in: an inventory, and the commands that `parsers/` lists for each platform. Goes out: `device.Heard`,
one a device. A device that fails is a value and not an exception; nothing here reads what an answer means,
and nothing that is not on the list is ever sent.
"""

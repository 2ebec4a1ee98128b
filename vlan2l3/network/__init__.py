"""Join what single devices said into one network, and keep the account of what is not known.

Comes in: a `parse.records.Reading` and the devices of the capture's manifest. Goes out: a frozen `Network`
and its `Coverage`, by `network.build.build`. The layer-2 graph decides what a segment is, never a VLAN id
alone. This stage never treats unknown as absent: what two sources contradict, or nobody said, is a gap.
"""

"""Execute a plan on an emulated copy of one host's network and count every packet that is lost.

Comes in: a job, which is one host, its segments, its leafs and its steps as plain data, and the plan's own
files. Goes out: what each step lost, flow by flow, measured with real BIRD, real FRR and the kernel's own
bond, bridge and VLAN code in a user-mode-linux guest. It never computes what the checker computes: it shares
no code with it, so that each can contradict the other.
"""

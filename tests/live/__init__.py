"""Be the far end of the wire: devices that answer over real sockets, for end-to-end tests of collecting.

Comes in: what devices look like and what they answer. Goes out: ports to connect to, and a journal of all
that came in. Nothing here imports the collector: the rig must be able to contradict it.
"""

"""Plan the way from VLANs, spanning tree and MLAG to a pure layer-3 fabric, rack by rack.

The stages stand in the order of the folders: capture, parse, network, analyze, design, plan, render,
rehearse. Each imports only what stands to its left; `tests/test_layers.py` holds the order.
"""

__version__ = "0.1.0"

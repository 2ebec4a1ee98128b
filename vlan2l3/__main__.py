"""Run the command line as `python -m vlan2l3`."""

from vlan2l3.cli import main

main()

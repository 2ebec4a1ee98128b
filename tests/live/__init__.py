"""Play the far end of a wire: command lines over SSH, eAPI and NX-API over HTTPS, and a real sshd.

Comes in: what a device answers, and what goes wrong with it. Goes out: ports on 127.0.0.1, and everything
that was received there. The protocols are real; only the device behind them is a recording.
"""

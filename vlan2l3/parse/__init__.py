"""Turn what devices answered into records, and account for every line that was not understood.

Comes in: a capture. Goes out: `records.Reading`. `engine.read_capture` is the way in; nothing here asks a
device anything, and no line is dropped without being counted.
"""

"""Compare what is read of IOS with ntc-templates, NAPALM and genieparser, command by command.

Comes in: nothing. Goes out: `COMPARISONS`.
"""

from __future__ import annotations

from tests.agreements.ios.genieparser import GENIE
from tests.agreements.ios.napalm import NAPALM
from tests.agreements.ios.ntc import NTC

COMPARISONS = (*NTC, *NAPALM, *GENIE)

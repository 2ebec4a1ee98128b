"""Compare what is read of Cisco NX-OS with SuzieQ, ntc-templates, NAPALM and genieparser."""

from __future__ import annotations

from tests.agreements.nxos import genie, napalm, ntc, suzieq

COMPARISONS = (*suzieq.COMPARISONS, *ntc.COMPARISONS, *napalm.COMPARISONS, *genie.COMPARISONS)

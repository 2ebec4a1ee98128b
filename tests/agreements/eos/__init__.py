"""Compare what is read of Arista EOS with SuzieQ, ntc-templates and NAPALM."""

from __future__ import annotations

from tests.agreements.eos import napalm, ntc, suzieq

COMPARISONS = (*suzieq.COMPARISONS, *ntc.COMPARISONS, *napalm.COMPARISONS)

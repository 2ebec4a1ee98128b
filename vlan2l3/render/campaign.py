"""Write the waves of all racks: `campaign.md` for people, `campaign.json` as data, and its JSON Schema.

Comes in: a `Campaign`. Goes out: file name -> text.
"""

from __future__ import annotations

import msgspec

from vlan2l3 import __version__
from vlan2l3.design.intent import Intent
from vlan2l3.plan.waves import Campaign, Release
from vlan2l3.render.document import encode, schema_of
from vlan2l3.render.templating import render

FORMAT = 1
SHOWN = 6  # machines that stay in a segment and are named


class CampaignDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give the file `campaign.json`."""

    format: int
    tool: str
    name: str
    capture: str
    digest: str
    campaign: Campaign


def files(campaign: Campaign, capture: str, digest: str, intent: Intent) -> dict[str, str]:
    """Give both files."""
    document = CampaignDocument(
        format=FORMAT,
        tool=f"vlan2l3 {__version__}",
        name=intent.campaign.name,
        capture=capture,
        digest=digest,
        campaign=campaign,
    )
    overview = render(
        "plan/campaign.md.j2",
        campaign=campaign,
        capture=capture,
        digest=digest,
        name=intent.campaign.name,
        version=__version__,
        hosts=sum(len(wave.moves) for ring in campaign.rings for wave in ring.waves),
        stays=_stays,
    )
    return {"campaign.json": encode(document), "campaign.md": overview}


def _stays(release: Release) -> str:
    """Name who is still in a segment after the last move out of it."""
    named = ", ".join(release.staying[:SHOWN])
    more = len(release.staying) - SHOWN
    return f"{named} and {more} more" if more > 0 else named


def summary(campaign: Campaign) -> str:
    """Say in one line what the waves are."""
    waves = sum(len(ring.waves) for ring in campaign.rings)
    racks = sum(len(ring.racks) for ring in campaign.rings)
    return f"{racks} rack(s) in {len(campaign.rings)} ring(s) and {waves} wave(s)"


def schema() -> str:
    """Give the JSON Schema of `campaign.json`."""
    return schema_of(CampaignDocument)

"""Where one writes after another, as on SQLite, nobody waits for ever for their turn."""

import asyncio

from app.access import doors

ROOM = "/escalations/ACME-7K4"


def test_whoever_waits_too_long_for_their_turn_is_told_so_and_keeps_what_they_typed(as_, site, monkeypatch):
    ben, lane = as_("ben"), asyncio.Lock()
    monkeypatch.setattr(doors, "LONGEST_WAIT", 0.2)
    monkeypatch.setattr(site.state, "write_lane", lane)
    ben.portal.call(lane.acquire)  # somebody writes and does not come to an end
    data = {"words": "Two invoices for one shipment"}
    refused = ben.post(f"{ROOM}/concerns", data=data)
    assert refused.status_code == 503 and "Two invoices for one shipment" in refused.text
    assert ben.get(f"{ROOM}/concerns").status_code == 200, "reading waits for nobody who writes"
    ben.portal.call(lane.release)
    assert ben.post(f"{ROOM}/concerns", data=data).status_code == 303

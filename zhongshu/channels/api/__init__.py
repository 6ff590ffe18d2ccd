"""The API of the channels: doors for systems, and everything their pages can do."""

from ninja import Router

from zhongshu.channels.api import alarms, calls, hotline, letters, load, settings

router = Router(tags=["channels"])
for part in (calls, hotline, alarms, letters, load, settings):
    part.add_to(router)

"""collecting for programs."""

from ninja import Router

from zhongshu.collecting.api import arrears, notices

router = Router(tags=["collecting"])
for part in (arrears, notices):
    router.add_router("", part.router)

"""Cases over `/api/v1`: everything their pages can do."""

from zhongshu.cases.api import complaints, incidents, referrals
from zhongshu.cases.api.cases import router

for part in (incidents, complaints, referrals):
    router.add_router("", part.router)

__all__ = ["router"]

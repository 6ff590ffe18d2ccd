"""Who may call for help, see a call, and tend what follows from it. Who is concerned sees it whatever their role."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import STAFF, Role

RAISE_SOS = right("scene.raise", STAFF)
VIEW_SCENE = right("scene.view", STAFF)
#: Sees every call of the site, answers included, without having been called.
OVERSEE_SCENE = right(
    "scene.oversee",
    {Role.HEAD_OFFICE, Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.SUPERVISOR, Role.QUALITY, Role.LEGAL},
)
#: Plans the care and writes the report.
TEND_SCENE = right("scene.tend", {Role.HEAD_OFFICE, Role.SITE_MANAGER, Role.SERVICE_LEAD})
SET_TARGETS = right("scene.set_targets", {Role.HEAD_OFFICE, Role.SITE_MANAGER})
REVEAL_WITNESS = right("scene.reveal_witness", {Role.HEAD_OFFICE, Role.SITE_MANAGER, Role.QUALITY, Role.LEGAL})

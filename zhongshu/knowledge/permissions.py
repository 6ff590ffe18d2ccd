"""Who may read, write, settle and have others read."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import STAFF, Role

READ_KNOWLEDGE = right("knowledge.read", STAFF)
WRITE_KNOWLEDGE = right("knowledge.write", {Role.HEAD_OFFICE, Role.QUALITY, Role.SERVICE_LEAD})
#: Settles what somebody else wrote.
REVIEW_KNOWLEDGE = right("knowledge.review", {Role.HEAD_OFFICE, Role.QUALITY})
ASK_TO_READ = right("knowledge.ask_to_read", {Role.HEAD_OFFICE, Role.QUALITY, Role.SERVICE_LEAD, Role.SITE_MANAGER})
#: Sees who has not read yet.
VIEW_READERS = right(
    "knowledge.view_readers",
    {Role.HEAD_OFFICE, Role.QUALITY, Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.SUPERVISOR},
)

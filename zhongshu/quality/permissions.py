"""Who asks the quality department, who works in it, who answers it."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import STAFF, Role

DEPARTMENT = frozenset({Role.QUALITY, Role.HEAD_OFFICE})
ANSWERABLE = frozenset({Role.SITE_MANAGER, Role.SERVICE_LEAD})

WORK_QUALITY = right("quality.work", DEPARTMENT)
ASK_QUALITY = right("quality.ask", ANSWERABLE | {Role.KEEPER, Role.SUPERVISOR})
ANSWER_SUPERVISION = right("quality.answer_supervision", ANSWERABLE)
#: Inquiries: the department all of them; those who answer for a site all of theirs; who asked their own.
VIEW_INQUIRIES = right("quality.view_inquiries", DEPARTMENT | ANSWERABLE | {Role.KEEPER, Role.SUPERVISOR})
VIEW_RESULTS = right("quality.view_results", DEPARTMENT | ANSWERABLE)
RESPOND = right("quality.respond", STAFF)
READ_STANDARDS = right("quality.read_standards", STAFF)
SEES_ALL = DEPARTMENT | ANSWERABLE

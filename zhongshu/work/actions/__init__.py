"""The only writers of work: one verb per use case. All by keyword, in one transaction."""

from zhongshu.work.actions.checklists import enter_checklist, publish_checklist
from zhongshu.work.actions.contractors import (
    add_contractor,
    end_contractor,
    hand_to_contractor,
    move_job,
    move_job_by_link,
    renew_link,
)
from zhongshu.work.actions.correcting import put_place, set_urgency
from zhongshu.work.actions.dispatching import claim, object_to, overrule, reassign, reassign_several
from zhongshu.work.actions.ending import close, reopen, sign_off, withdraw
from zhongshu.work.actions.helping import answer_aid, ask_for_aid, join_aid, leave_aid
from zhongshu.work.actions.opening import give_task, open_order
from zhongshu.work.actions.photos import add_photo
from zhongshu.work.actions.prices import add_material, agree_price, end_price, set_price, strike_material
from zhongshu.work.actions.standards import Adopted, adopt_standard, undo_standard
from zhongshu.work.actions.switching import point_to_next
from zhongshu.work.actions.tasks import report_progress
from zhongshu.work.actions.visits import (
    Planned,
    accept_plan,
    add_window,
    book_visit,
    end_window,
    release_visit,
)
from zhongshu.work.actions.working import accept, arrive, finish, hold, resume, travel

__all__ = [
    "Adopted",
    "Planned",
    "accept",
    "accept_plan",
    "add_contractor",
    "add_material",
    "add_photo",
    "add_window",
    "adopt_standard",
    "agree_price",
    "answer_aid",
    "arrive",
    "ask_for_aid",
    "book_visit",
    "claim",
    "close",
    "end_contractor",
    "end_price",
    "end_window",
    "enter_checklist",
    "finish",
    "give_task",
    "hand_to_contractor",
    "hold",
    "join_aid",
    "leave_aid",
    "move_job",
    "move_job_by_link",
    "object_to",
    "open_order",
    "overrule",
    "point_to_next",
    "publish_checklist",
    "put_place",
    "reassign",
    "reassign_several",
    "release_visit",
    "renew_link",
    "reopen",
    "report_progress",
    "resume",
    "set_price",
    "set_urgency",
    "sign_off",
    "strike_material",
    "travel",
    "undo_standard",
    "withdraw",
]

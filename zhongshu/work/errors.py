"""What the work engine says when it says no."""

from zhongshu.kernel.errors import Invalid, NotFound, Refusal


class OrderNotFound(NotFound):
    """No such order, or not for you."""

    code = "order_not_found"


class IllegalMove(Refusal):
    """The table of moves has no such move from this state; the message names those it has."""

    code = "illegal_move"


class NotYourOrder(Refusal):
    """You may see the order, but this move is for somebody else."""

    code = "not_your_order"
    status = 403


class ReasonMissing(Invalid):
    """This move needs a reason."""

    code = "reason_missing"


class RightTeamMissing(Invalid):
    """An objection names the right team, which is not the one that has the order."""

    code = "right_team_missing"


class ObjectionTooLate(Refusal):
    """Later than 15 minutes after dispatch, or already overruled once."""

    code = "objection_too_late"


class ResumeDayWrong(Invalid):
    """A hold ends on a day to come."""

    code = "resume_day_wrong"


class AlreadyAssigned(Refusal):
    """The order is with that person already."""

    code = "already_assigned"


class StaffUnsuitable(Invalid):
    """Not at this site, or not with us any more."""

    code = "staff_unsuitable"


class NobodyAvailable(Refusal):
    """Nobody on shift, no duty officer, no control room, no manager."""

    code = "nobody_available"


class AlreadyClaimed(Refusal):
    """Somebody else was quicker, or the order does not wait to be claimed any more."""

    code = "already_claimed"


class MayNotClaim(Refusal):
    """Not on shift, not of the team, or without the skill."""

    code = "may_not_claim"
    status = 403


class AidRefused(Refusal):
    """Who is asked for help has not agreed, or there is nothing to leave."""

    code = "aid_refused"


class AlreadyHelping(Refusal):
    """Nobody is on two scenes at once."""

    code = "already_helping"


class PriceNotAgreed(Refusal):
    """What is charged lies beyond what the customer agreed to."""

    code = "price_not_agreed"


class ChecklistIncomplete(Refusal):
    """Something that must be answered before the order is finished is not."""

    code = "checklist_incomplete"


class SlotFull(Refusal):
    """No room in that window any more; the message offers the next free ones."""

    code = "slot_full"


class SlotUnsuitable(Invalid):
    """Not a window of the order's team, not offered that day, or gone by; or the order is not one to book."""

    code = "slot_unsuitable"


class ContractorUnsuitable(Invalid):
    """Not under contract that day, or not for work of that kind."""

    code = "contractor_unsuitable"


class IllegalJobMove(Refusal):
    """The contractor's part cannot do that now; the message names what it can."""

    code = "illegal_job_move"


class LinkOver(NotFound):
    """The link names no job, or one that is over."""

    code = "link_over"


class PlanStale(Refusal):
    """The orders have changed since the plan was shown."""

    code = "plan_stale"


class OrderEnded(Refusal):
    """A closed or withdrawn order is not changed; reopen it first."""

    code = "order_ended"


class PhotoRefused(Invalid):
    """Not a picture that we can show, or too large."""

    code = "photo_refused"


class PlaceUnsuitable(Invalid):
    """The place is not at this site."""

    code = "place_unsuitable"


class TargetsMissing(Refusal):
    """No row of targets is in force for this urgency; an administrator has ended one without a successor."""

    code = "targets_missing"


class StandardPlanned(Refusal):
    """Targets from that day or later are there already."""

    code = "standard_planned"


class StandardStarted(Refusal):
    """A standard that is in force is not taken back; another follows it."""

    code = "standard_started"

"""Sending people to who can help them, warm, and asking afterwards whether it did; the directory itself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases.actions.closing import settle
from zhongshu.cases.engine.ordering import order_for
from zhongshu.cases.engine.parts import locked_case, note, require, require_state
from zhongshu.cases.errors import AlreadySettled
from zhongshu.cases.kinds import CHECK_BACK_LABELS, CheckBack, EntryKind
from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Referral, ReferralBody
from zhongshu.cases.permissions import EDIT_DIRECTORY, TEND_CASES
from zhongshu.cases.queries import cases_visible
from zhongshu.cases.queries.complaints import directory
from zhongshu.cases.queries.standing import rules_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.words import short, stated
from zhongshu.work.permissions import vouched


@transaction.atomic
def refer(
    *,
    actor: Actor,
    at: datetime,
    case_id: int,
    body_code: str,
    spoke_to: str = "",
    number_given: str = "",
    is_transferred: bool = False,
    words: str = "",
    follows: Referral | None = None,
) -> Referral:
    """Hand the customer over to a body of the directory; the owner asks back whether it helped.

    Neither the urgency nor the orders change: an emergency inside it stays one. Raises NotFound, IllegalCaseMove,
    Invalid.
    """
    case = locked_case(actor, case_id)
    require(actor, TEND_CASES, case)
    require_state(case, CaseState.OPEN)
    body = next((each for each in directory(case.site) if each.code == body_code), None)
    if body is None:
        raise Invalid(_("转介名录里没有这个单位。"), field="body_code")
    number = short(number_given, field="number_given", most=40, what=_("告知的电话")) or body.phone
    spoke_to = short(spoke_to, field="spoke_to", most=40, what=_("接洽人"))
    if not (number or is_transferred):
        raise Invalid(_("请填写告知客户的电话，或勾选已直接转接。"), field="number_given")
    rules = rules_of(case.site_id, at)
    referral = Referral.objects.create(
        site_id=case.site_id,
        case=case,
        body=body,
        at=at,
        by_id=actor.user_id,
        spoke_to=spoke_to,
        number_given=number,
        is_transferred=is_transferred,
        words=short(words, field="words", most=200, what=_("说明")),
        follows=follows,
        check_back_due_at=at + timedelta(hours=rules.check_back_hours),
        check_back_latest_at=at + timedelta(hours=max(rules.check_back_hours, rules.check_back_latest_hours)),
    )
    line = " ".join(filter(None, [body.name, number, spoke_to, referral.words]))
    note(case, EntryKind.REFERRAL, line, actor=actor, at=at)
    after = {"body": body.code, "number_given": number, "spoke_to": spoke_to, "is_transferred": is_transferred}
    audit.record(actor=actor, at=at, verb="cases.refer", target=case, after=after)
    return referral


@transaction.atomic
def check_back(
    *,
    actor: Actor,
    at: datetime,
    referral_id: int,
    outcome: CheckBack,
    words: str = "",
    then_body_code: str = "",
    back_to_us: bool = False,
) -> Referral:
    """Whether it helped. If not: on to another body (`then_body_code`), or back to us with an order.

    Raises NotFound, AlreadySettled, IllegalCaseMove, Invalid.
    """
    case_id = Referral.objects.filter(pk=referral_id, case__in=cases_visible(actor)).values_list("case_id", flat=True)
    if not case_id:
        raise NotFound(_("没有找到这次转介，或者您无权查看。"))
    case = locked_case(actor, case_id[0])
    require(actor, TEND_CASES, case)
    referral = Referral.objects.select_related("body").get(pk=referral_id)
    if referral.settled_at is not None:
        raise AlreadySettled(_("这次转介已经有回访结果，请刷新查看。"))
    if outcome == CheckBack.NOT_HELPED and not (then_body_code or back_to_us):
        raise Invalid(_("没有解决：请选择再转介给谁，或转回我们处理。"), field="then_body_code")
    referral.outcome, referral.settled_at, referral.settled_by_id = outcome, at, actor.user_id
    referral.outcome_words = short(words, field="words", most=200, what=_("客户的话"))
    referral.save(update_fields=["outcome", "outcome_words", "settled_at", "settled_by"])
    line = f"{referral.body.name}：{CHECK_BACK_LABELS[outcome]} {referral.outcome_words}"  # matter
    note(case, EntryKind.REFERRAL, line.strip(), actor=actor, at=at)
    after = {"outcome": outcome, "words": referral.outcome_words}
    audit.record(actor=actor, at=at, verb="cases.check_back", target=referral, after=after)
    if outcome == CheckBack.NOT_HELPED and then_body_code:
        refer(actor=actor, at=at, case_id=case.pk, body_code=then_body_code, follows=referral)
    elif outcome == CheckBack.NOT_HELPED:
        order = order_for(case, what=referral.outcome_words or case.text, actor=actor, at=at)
        note(case, EntryKind.ORDER, order.number, actor=actor, at=at)
    settle(actor=vouched(actor), at=at, case_id=case.pk)
    return referral


@transaction.atomic
def edit_body(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    code: str,
    name: str,
    phone: str,
    hours: str = "",
    covers: str,
    is_active: bool = True,
) -> ReferralBody:
    """The site's own line of the directory: a number of the town, or a body that only this site knows.

    Raises NotFound, Invalid.
    """
    actor.require(EDIT_DIRECTORY, site.pk)
    general = ReferralBody.objects.filter(site=None, code=code).first()
    given = {
        "name": stated(name, field="name", most=40, what=_("名称")),
        "phone": short(phone, field="phone", most=40, what=_("电话")),
        "hours": short(hours, field="hours", most=60, what=_("时间")),
        "covers": stated(covers, field="covers", most=200, what=_("管什么")),
        "is_active": is_active,
        "position": general.position if general else 500,
    }
    body, made = ReferralBody.objects.select_for_update().get_or_create(site=site, code=code, defaults=given)
    before = None if made else audit.values(body, given)
    if not made:
        for field, value in given.items():
            setattr(body, field, value)
        body.save(update_fields=list(given))
    audit.record(actor=actor, at=at, verb="cases.edit_body", target=body, before=before, after=given)
    return body

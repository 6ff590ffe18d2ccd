"""The satisfaction survey: sent each quarter, answered once, followed up."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from zhongshu.cases.classification import classify
from zhongshu.community.errors import SurveySent
from zhongshu.community.kinds import QUESTION_LABELS, AnswerWay, Question
from zhongshu.community.models import Answer, Invitation, Survey
from zhongshu.community.permissions import SEND_SURVEYS, TYPE_ANSWERS
from zhongshu.community.policies.quarters import quarter_after, quarter_of
from zhongshu.community.policies.surveying import is_whole, low
from zhongshu.community.queries.rules import rule_on
from zhongshu.community.queries.surveys import check_open, invitation_behind
from zhongshu.community.queries.visits import scored
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.identity.tokens import digest_of, link_secret
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import short
from zhongshu.messaging.actions import CustomerTelling, tell, tell_customers
from zhongshu.people.kinds import TeamKind
from zhongshu.people.queries import available
from zhongshu.work.actions import open_order
from zhongshu.work.kinds import TASK_CATEGORY, OrderKind, Urgency
from zhongshu.work.models import WorkOrder

Marks = Mapping[str, int]


def send_survey(*, actor: Actor, at: datetime, site: Site, home: str) -> Survey:
    """The quarter's survey to every scored account: a link of its own each, told by messaging within contact hours.

    `home`: the address under which customers reach us; without one nobody is told, and paper remains. Raises NotFound,
    SurveySent.
    """
    actor.require(SEND_SURVEYS, site.pk)
    try:
        with transaction.atomic():
            return _send(site, home, actor=actor, at=at)
    except IntegrityError as error:
        raise SurveySent(_("本季度的满意度调查已经发出。")) from error


def _send(site: Site, home: str, *, actor: Actor, at: datetime) -> Survey:
    quarter = quarter_of(day_of(at))
    survey = Survey.objects.create(
        site=site, quarter=quarter, closes_on=quarter_after(quarter), sent_at=at, sent_by_id=actor.user_id
    )
    asked = scored(site.pk, day_of(at))
    tokens = {one.account_id: link_secret() for one in asked}
    Invitation.objects.bulk_create(
        Invitation(
            site=site, survey=survey, account_id=one.account_id, keeper_id=one.keeper_id,
            digest=digest_of(tokens[one.account_id]),
        )
        for one in asked
    )  # fmt: skip
    if home:
        tell_customers(_tellings(survey, tokens, home), at=at)
    after = {"quarter": quarter, "asked": len(asked)}
    audit.record(actor=actor, at=at, verb="community.send_survey", target=survey, after=after)
    return survey


def _tellings(survey: Survey, tokens: Mapping[int, str], home: str) -> Iterable[CustomerTelling]:
    for account_id, customer_id in Account.objects.filter(pk__in=tokens).values_list("pk", "customer_id"):
        link = home + reverse("community:answer", args=[tokens[account_id]])
        yield CustomerTelling(
            customer_ids=(customer_id,),
            site_id=survey.site_id,
            kind="survey",
            title="请为本季度的物业服务打分",  # matter
            body=f"六道题，一分钟：{link}",  # matter
            dedupe_key=f"survey:{survey.pk}:{account_id}",
        )


@transaction.atomic
def answer_by_link(*, actor: Actor, at: datetime, token: str, marks: Marks, problem: str = "") -> Answer:
    """What somebody with the link says, once. Raises LinkUnknown, AlreadyAnswered, SurveyOver, Invalid."""
    invitation = _to_answer(invitation_behind(token).pk, at)
    return _answered(invitation, AnswerWay.LINK, marks, problem, actor=actor, at=at)


@transaction.atomic
def type_answer(*, actor: Actor, at: datetime, invitation_id: int, marks: Marks, problem: str = "") -> Answer:
    """A paper form, typed in. Raises NotFound, AlreadyAnswered, SurveyOver, Invalid."""
    seen = found(actor.visible(Invitation.objects.filter(pk=invitation_id), TYPE_ANSWERS))
    return _answered(_to_answer(seen.pk, at), AnswerWay.PAPER, marks, problem, actor=actor, at=at)


def _to_answer(pk: int, at: datetime) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("survey__site", "account__unit", "keeper")
    invitation = rows.get(pk=pk)
    check_open(invitation, at=at)
    return invitation


def _answered(
    invitation: Invitation, way: AnswerWay, marks: Marks, problem: str, *, actor: Actor, at: datetime
) -> Answer:
    if not is_whole(marks):
        raise Invalid(_("请给每一项打分，1 到 5 分。"), field="overall")
    words = short(problem, field="problem", most=1000, what=_("问题和建议"))
    answer = Answer.objects.create(
        site_id=invitation.site_id,
        invitation=invitation,
        way=way,
        marks={each.value: marks[each] for each in Question},
        problem=words,
        category=classify(words).category if words else "",
        at=at,
        typed_by_id=actor.user_id if way == AnswerWay.PAPER else None,
        order=_follow_up(invitation, marks, words, actor=actor, at=at),
    )
    after = {"invitation_id": invitation.pk, "way": way, "marks": answer.marks, "problem": words}
    audit.record(actor=actor, at=at, verb="community.answer_survey", target=answer, after=after)
    return answer


def _follow_up(invitation: Invitation, marks: Marks, words: str, *, actor: Actor, at: datetime) -> WorkOrder | None:
    """An order for the keeper about every low mark and the problem; none where there is nothing to ask about."""
    least = rule_on(invitation.site_id, day_of(at)).low_mark
    with translation.override(settings.LANGUAGE_CODE):
        bad = [f"{QUESTION_LABELS[each]} {marks[each]} 分" for each in low(marks, least=least)]  # matter
    if not bad and not words:
        return None
    account, site = invitation.account, invitation.survey.site
    keeper = available(site_id=site.pk, at=at).filter(user=invitation.keeper_id).first()
    return open_order(
        actor=actor,
        at=at,
        site=site,
        kind=OrderKind.TASK,
        category=TASK_CATEGORY,
        urgency=Urgency.P4,
        title=f"满意度调查跟进：{'、'.join(bad) or words}",  # matter
        description="\n".join(filter(None, ["；".join(bad), words])),  # matter
        place=account.unit,
        account=account,
        team_kind=TeamKind.CUSTOMER_SERVICE,
        assignee=keeper,
    )


@transaction.atomic
def sum_up(*, actor: Actor, at: datetime, survey_id: int) -> Survey:
    """The survey is over: every keeper is told where the problems stand in the customers' words. Again: nothing.

    Raises NotFound.
    """
    rows = actor.visible(Survey.objects.filter(pk=survey_id), SEND_SURVEYS).select_for_update(of=("self",))
    survey = found(rows.select_related("site"))
    if survey.summed_up_at is not None or day_of(at) < survey.closes_on:
        return survey
    keepers = Invitation.objects.filter(survey=survey, keeper__isnull=False).values_list("keeper", flat=True)
    tell(
        recipient_ids=sorted(set(keepers)),
        site_id=survey.site_id,
        kind="report_survey",
        title="满意度调查结束，请看客户提的问题",  # matter
        body="",
        link=_address(survey.quarter),
        dedupe_key=f"survey:{survey.pk}:summed_up",
        at=at,
    )
    survey.summed_up_at = at
    survey.save(update_fields=["summed_up_at"])
    audit.record(actor=actor, at=at, verb="community.sum_up", target=survey, after={"summed_up_at": at})
    return survey


def _address(quarter: date) -> str:
    return reverse("community:survey", args=[quarter.isoformat()])

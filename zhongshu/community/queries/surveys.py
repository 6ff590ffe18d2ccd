"""Surveys: what is behind a link, what was answered, and what customers said in their own words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.cases.classification import CATEGORIES, Category
from zhongshu.community.errors import AlreadyAnswered, LinkUnknown, SurveyOver
from zhongshu.community.kinds import Question
from zhongshu.community.models import Answer, Invitation, Survey
from zhongshu.community.permissions import TYPE_ANSWERS, VIEW_COMMUNITY, sees_all
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.tokens import digest_of
from zhongshu.kernel.clock import day_of


def invitation_behind(token: str) -> Invitation:
    """The invitation whose link has that secret. Raises LinkUnknown."""
    rows = Invitation.objects.filter(digest=digest_of(token)).select_related("survey__site")
    invitation = rows.first()
    if invitation is None:
        raise LinkUnknown(_("这个链接无效，请使用收到的完整链接，或向物业索取纸质问卷。"))
    return invitation


def check_open(invitation: Invitation, *, at: datetime) -> None:
    """Raises AlreadyAnswered, SurveyOver."""
    if Answer.objects.filter(invitation=invitation).exists():
        raise AlreadyAnswered(_("这份问卷已经答过了，谢谢。"))
    if day_of(at) >= invitation.survey.closes_on:
        raise SurveyOver(_("这次调查已经结束，谢谢您的关注。"))


def surveys_listed(actor: Actor, site_id: int) -> QuerySet[Survey]:
    """The latest first, each with `asked` and `answered`."""
    rows = actor.visible(Survey.objects.filter(site_id=site_id), VIEW_COMMUNITY)
    counted = rows.annotate(asked=Count("invitations"), answered=Count("invitations__answer"))
    return counted.select_related("site").order_by("-quarter")


def survey_of(actor: Actor, site_id: int, quarter: date) -> Survey:
    """Raises NotFound."""
    return found(surveys_listed(actor, site_id).filter(quarter=quarter))


def survey_to_type(actor: Actor, site_id: int, quarter: date) -> Survey:
    """For those who type in paper forms. Raises NotFound."""
    rows = actor.visible(Survey.objects.filter(site_id=site_id, quarter=quarter), TYPE_ANSWERS)
    return found(rows.select_related("site"))


def invitation_by_id(actor: Actor, pk: int) -> Invitation:
    """For those who type in paper forms. Raises NotFound."""
    rows = actor.visible(Invitation.objects.filter(pk=pk), TYPE_ANSWERS)
    return found(rows.select_related("survey__site", "account__unit"))


def invitation_of(account: Account, quarter: date) -> Invitation:
    """Raises NotFound where the account is not asked in the quarter."""
    return found(Invitation.objects.filter(account=account, survey__quarter=quarter))


def invitations_listed(survey: Survey, *, text: str = "") -> QuerySet[Invitation]:
    """Those who have not answered yet, by place; `text` is part of the place's label or code."""
    rows = Invitation.objects.filter(survey=survey, answer__isnull=True).select_related("account__unit", "keeper")
    if text:
        rows = rows.filter(Q(account__unit__label__icontains=text) | Q(account__unit__code__icontains=text))
    return rows.order_by("account__unit__path_as_counted", "pk")


def answers_seen(actor: Actor, survey: Survey) -> QuerySet[Answer]:
    """A keeper sees those of their own customers."""
    rows = actor.visible(Answer.objects.filter(invitation__survey=survey), VIEW_COMMUNITY)
    rows = rows.select_related("invitation__keeper", "invitation__account__unit", "order")
    return rows if sees_all(actor, survey.site_id) else rows.filter(invitation__keeper=actor.user_id)


@dataclass(frozen=True, slots=True)
class Result:
    """What a keeper's customers answered: by question the mean of 1 to 5. `followed`: answers that were followed up."""

    keeper: User | None
    asked: int
    answered: int
    means: dict[Question, float]
    followed: int

    @property
    def percent(self) -> float:
        return round(100 * self.answered / self.asked, 1) if self.asked else 0.0


def results(actor: Actor, survey: Survey) -> list[Result]:
    """By keeper, as far as one may see them; three statements."""
    answers: dict[int | None, list[Answer]] = defaultdict(list)
    for answer in answers_seen(actor, survey):
        answers[answer.invitation.keeper_id].append(answer)
    asked = Invitation.objects.filter(survey=survey)
    if not sees_all(actor, survey.site_id):
        asked = asked.filter(keeper=actor.user_id)
    counts = dict(asked.values_list("keeper").annotate(n=Count("pk")).order_by())
    keepers = User.objects.in_bulk([key for key in counts if key])
    rows = [_result(keepers.get(key or 0), number, answers[key]) for key, number in counts.items()]
    return sorted(rows, key=lambda row: (row.keeper is None, row.keeper.name if row.keeper else ""))


def _result(keeper: User | None, asked: int, answers: list[Answer]) -> Result:
    number = len(answers)
    means = {each: round(sum(one.marks[each] for one in answers) / number, 2) for each in Question} if number else {}
    followed = sum(1 for one in answers if one.order_id)
    return Result(keeper, asked, number, means, followed)


@dataclass(frozen=True, slots=True)
class Said:
    """Problems of one category in the words customers used, with the place each came from."""

    category: str
    name: str
    problems: list[tuple[str, str]]


def problems(answers: Iterable[Answer]) -> list[Said]:
    """Grouped, the most frequent first."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for answer in answers:
        if answer.problem:
            unit = answer.invitation.account.unit
            groups[answer.category].append((unit.label if unit else "", answer.problem))
    rows = [Said(code, _name(code), sorted(said)) for code, said in groups.items()]
    return sorted(rows, key=lambda row: (-len(row.problems), row.category))


def _name(code: str) -> str:
    return str(CATEGORIES[Category(code)]) if code in set(Category) else str(_("其他"))

"""The three operating models of a site, as far as who is next differs. One table; everything else is the same code.

centre: the service desk is the hub. lean: no desk; everybody takes matters in, calls go straight to the team on duty,
the keeper follows up. small: one person holds several roles; team walls fall, the site manager rules, signs, answers.
A switch changes nothing that is open, for nothing of this is kept with an order: it is asked when somebody is next.
"""

from dataclasses import dataclass

from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.roles import Role
from zhongshu.people.kinds import TeamKind
from zhongshu.work.kinds import OrderKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Who is next under a model; roles in the order in which they are asked.

    `answering_team`: whose people on shift a call rings at first; None: whoever is on shift.
    """

    has_desk: bool
    has_team_walls: bool
    answering_team: TeamKind | None
    answering: tuple[Role, ...]
    undecided: tuple[Role, ...]
    ruling: tuple[Role, ...]
    signing: tuple[Role, ...]
    follow_up: tuple[Role, ...]


ABOVE = (Role.SITE_MANAGER, Role.HEAD_OFFICE)

WAYS = {
    OperatingModel.CENTRE: Ways(
        has_desk=True,
        has_team_walls=True,
        answering_team=TeamKind.CUSTOMER_SERVICE,
        answering=(Role.CALL_TAKER, Role.SERVICE_LEAD),
        undecided=(Role.CALL_TAKER, Role.SERVICE_LEAD),
        ruling=(Role.SUPERVISOR, Role.SERVICE_LEAD, *ABOVE),
        signing=(Role.KEEPER, Role.CALL_TAKER, Role.SERVICE_LEAD, Role.SUPERVISOR, Role.QUALITY, *ABOVE),
        follow_up=(Role.CALL_TAKER, Role.SERVICE_LEAD),
    ),
    OperatingModel.LEAN: Ways(
        has_desk=False,
        has_team_walls=True,
        answering_team=TeamKind.SECURITY,
        answering=(Role.KEEPER, Role.SUPERVISOR),
        undecided=(Role.KEEPER, Role.SITE_MANAGER),
        ruling=(Role.SUPERVISOR, *ABOVE),
        signing=(Role.KEEPER, Role.SUPERVISOR, Role.QUALITY, *ABOVE),
        follow_up=(Role.KEEPER,),
    ),
    OperatingModel.SMALL: Ways(
        has_desk=False,
        has_team_walls=False,
        answering_team=None,
        answering=(Role.SITE_MANAGER,),
        undecided=(Role.SITE_MANAGER,),
        ruling=ABOVE,
        signing=(*ABOVE, Role.QUALITY),
        follow_up=(Role.SITE_MANAGER,),
    ),
}


def ways(model: str) -> Ways:
    """The row of the table. Raises ValueError for a word that names no model."""
    return WAYS[OperatingModel(model)]


def desk_exists(model: str) -> bool:
    """Whether a service desk is the hub."""
    return ways(model).has_desk


def has_team_walls(model: str) -> bool:
    """Whether work stays within the team it is meant for."""
    return ways(model).has_team_walls


def prefers_keeper(model: str, team_kind: str, kind: str = "") -> bool:
    """Whether the keeper who knows the account gets the work (`kind`: of order) before the team does.

    A complaint is the keeper's under every model; other work of the service team where there is no desk.
    """
    is_service = not desk_exists(model) and has_team_walls(model) and team_kind == TeamKind.CUSTOMER_SERVICE
    return kind == OrderKind.COMPLAINT or is_service


def answering_team(model: str) -> TeamKind | None:
    """Whose people on shift a call rings at first: the desk's, the team on duty's; None: whoever is on shift."""
    return ways(model).answering_team


def answering_roles(model: str) -> tuple[Role, ...]:
    """Who answers customers when that team does not."""
    return ways(model).answering


def undecided_roles(model: str) -> tuple[Role, ...]:
    """Who decides what the machine is not sure about."""
    return ways(model).undecided


def ruling_roles(model: str) -> tuple[Role, ...]:
    """Who rules on objections."""
    return ways(model).ruling


def signing_roles(model: str) -> tuple[Role, ...]:
    """Who signs an order off where the customer does not."""
    return ways(model).signing


def follow_up_roles(model: str) -> tuple[Role, ...]:
    """Who calls customers back."""
    return ways(model).follow_up

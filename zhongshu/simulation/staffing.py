"""Who works at the demo's sites: 60 people at 云栖里, 12 at 西荷, and head office."""

from dataclasses import dataclass

from zhongshu.identity.roles import Role
from zhongshu.people.kinds import TeamKind

DAY, EVENING, NIGHT, OFFICE = "day", "evening", "night", "office"


@dataclass(frozen=True, slots=True)
class Post:
    """`count` people with the same job. `shifts` are taken in turn; `skills` are codes, in turn too."""

    role: Role
    team: TeamKind
    title: str
    count: int
    shifts: tuple[str, ...] = (OFFICE,)
    skills: tuple[tuple[str, ...], ...] = ((),)
    leads: bool = False


@dataclass(frozen=True, slots=True)
class TeamSpec:
    kind: TeamKind
    code: str
    name: str


TEAMS = (
    TeamSpec(TeamKind.MANAGEMENT, "GL", "管理处"),
    TeamSpec(TeamKind.CUSTOMER_SERVICE, "KF", "客服部"),
    TeamSpec(TeamKind.ENGINEERING, "GC", "工程部"),
    TeamSpec(TeamKind.SECURITY, "ZX", "秩序部"),
    TeamSpec(TeamKind.ENVIRONMENT, "HJ", "环境部"),
    TeamSpec(TeamKind.FINANCE, "CW", "财务部"),
    TeamSpec(TeamKind.QUALITY, "PZ", "品质部"),
    TeamSpec(TeamKind.CONTROL_ROOM, "XK", "消控中心"),
)

SKILLS = {
    "plumbing": "给排水",
    "electrical": "强电",
    "elevator": "电梯",
    "building_fabric": "土建防水",
    "access_control": "门禁弱电",
    "fire_safety": "消防",
    "landscaping": "绿化",
    "cleaning": "保洁",
}

# In this order every shift has somebody for water, for current and for lifts.
_ENGINEERS = (
    ("plumbing", "building_fabric"),
    ("electrical", "elevator"),
    ("plumbing", "electrical"),
    ("elevator", "electrical"),
    ("access_control", "fire_safety"),
)

YQL_POSTS = (
    Post(Role.SITE_MANAGER, TeamKind.MANAGEMENT, "项目经理", 1, leads=True),
    Post(Role.SUPERVISOR, TeamKind.MANAGEMENT, "值班经理", 2, (DAY, EVENING)),
    Post(Role.SERVICE_LEAD, TeamKind.CUSTOMER_SERVICE, "客服主管", 1, leads=True),
    Post(Role.CALL_TAKER, TeamKind.CUSTOMER_SERVICE, "客服专员", 5, (DAY, DAY, EVENING, EVENING, NIGHT)),
    Post(Role.KEEPER, TeamKind.CUSTOMER_SERVICE, "管家", 6, (DAY,)),
    Post(Role.SUPERVISOR, TeamKind.ENGINEERING, "工程主管", 1, leads=True),
    Post(Role.TECHNICIAN, TeamKind.ENGINEERING, "维修工程师", 11, (DAY, DAY, EVENING, NIGHT), _ENGINEERS),
    Post(Role.SUPERVISOR, TeamKind.SECURITY, "秩序主管", 1, skills=(("fire_safety",),), leads=True),
    Post(Role.GUARD, TeamKind.SECURITY, "秩序维护员", 12, (DAY, EVENING, NIGHT), (("fire_safety",), ())),
    Post(Role.GUARD, TeamKind.CONTROL_ROOM, "消控值班员", 4, (DAY, EVENING, NIGHT, NIGHT), (("fire_safety",),)),
    Post(Role.SUPERVISOR, TeamKind.ENVIRONMENT, "环境主管", 1, leads=True),
    Post(Role.CLEANER, TeamKind.ENVIRONMENT, "保洁员", 9, (DAY,), (("cleaning",), ("cleaning",), ("landscaping",))),
    Post(Role.CASHIER, TeamKind.FINANCE, "收银员", 2, leads=True),
    Post(Role.FINANCE, TeamKind.FINANCE, "会计", 2),
    Post(Role.QUALITY, TeamKind.QUALITY, "品质专员", 1, leads=True),
    Post(Role.LEGAL, TeamKind.MANAGEMENT, "法务专员", 1),
)

XH_POSTS = (
    Post(Role.SITE_MANAGER, TeamKind.MANAGEMENT, "项目经理", 1, leads=True),
    Post(Role.KEEPER, TeamKind.CUSTOMER_SERVICE, "管家", 1, (DAY,), leads=True),
    Post(Role.TECHNICIAN, TeamKind.ENGINEERING, "维修工程师", 3, (DAY, EVENING, NIGHT), _ENGINEERS[:3], leads=True),
    Post(Role.GUARD, TeamKind.SECURITY, "秩序维护员", 4, (DAY, EVENING, NIGHT, NIGHT), (("fire_safety",),), leads=True),
    Post(Role.CLEANER, TeamKind.ENVIRONMENT, "保洁员", 2, (DAY,), (("cleaning",), ("landscaping",)), leads=True),
    Post(Role.CASHIER, TeamKind.FINANCE, "收银员", 1, leads=True),
)

TINY_POSTS = (
    Post(Role.KEEPER, TeamKind.CUSTOMER_SERVICE, "管家", 1, (DAY,), leads=True),
    Post(Role.TECHNICIAN, TeamKind.ENGINEERING, "维修工程师", 1, (DAY,), _ENGINEERS[:1], leads=True),
)


def posts_for(units: int) -> tuple[Post, ...]:
    """Who works at a site of that size: 12 people for 100 dwellings, 8 at the least; somebody is there at night."""
    hundreds = units / 100
    around = (DAY, EVENING, NIGHT)
    guards, engineers = max(2, round(2 + hundreds)), max(2, round(2 + hundreds))
    posts = [
        Post(Role.SITE_MANAGER, TeamKind.MANAGEMENT, "项目经理", 1, leads=True),
        Post(Role.KEEPER, TeamKind.CUSTOMER_SERVICE, "管家", max(1, round(hundreds / 3)), (DAY,)),
        Post(Role.TECHNICIAN, TeamKind.ENGINEERING, "维修工程师", engineers, around, _ENGINEERS, leads=True),
        Post(Role.GUARD, TeamKind.SECURITY, "秩序维护员", guards, around[::-1], (("fire_safety",), ()), leads=True),
    ]
    if units >= 60:
        posts.append(Post(Role.SERVICE_LEAD, TeamKind.CUSTOMER_SERVICE, "客服主管", 1, leads=True))
    if units >= 300:
        posts.append(Post(Role.CALL_TAKER, TeamKind.CUSTOMER_SERVICE, "客服专员", round(hundreds / 3), around))
    cleaners = max(1, round(hundreds))
    skills = (("cleaning", "landscaping"), ("cleaning",))
    posts.append(Post(Role.CLEANER, TeamKind.ENVIRONMENT, "保洁员", cleaners, (DAY,), skills, leads=True))
    posts.append(Post(Role.CASHIER, TeamKind.FINANCE, "收银员", max(1, round(hundreds / 10)), leads=True))
    posts.append(Post(Role.FINANCE, TeamKind.FINANCE, "会计", 1))
    return tuple(posts)

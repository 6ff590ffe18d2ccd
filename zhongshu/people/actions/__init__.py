"""The only writers of people: one verb per use case."""

from zhongshu.people.actions.absences import absent, back
from zhongshu.people.actions.rosters import repeat_week, roster, strike_from_roster
from zhongshu.people.actions.staff import arrange, hire, leave, move_to_team, seen_at, set_capacity, set_skills
from zhongshu.people.actions.teams import add_skill, make_team, set_handing, set_lead

__all__ = [
    "absent",
    "add_skill",
    "arrange",
    "back",
    "hire",
    "leave",
    "make_team",
    "move_to_team",
    "repeat_week",
    "roster",
    "seen_at",
    "set_capacity",
    "set_handing",
    "set_lead",
    "set_skills",
    "strike_from_roster",
]

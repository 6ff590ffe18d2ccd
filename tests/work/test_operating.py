"""Three ways to run a site, one table."""

import pytest

from zhongshu.identity.roles import Role
from zhongshu.people.kinds import TeamKind
from zhongshu.work.kinds import OrderKind
from zhongshu.work.policies import operating


@pytest.mark.parametrize(
    ("model", "who"),
    [
        ("centre", (True, True, Role.SUPERVISOR, Role.CALL_TAKER, Role.CALL_TAKER, TeamKind.CUSTOMER_SERVICE)),
        ("lean", (False, True, Role.SUPERVISOR, Role.KEEPER, Role.KEEPER, TeamKind.SECURITY)),
        ("small", (False, False, Role.SITE_MANAGER, Role.SITE_MANAGER, Role.SITE_MANAGER, None)),
    ],
)
def test_who_is_next_under_each_model(model: str, who: tuple[object, ...]) -> None:
    assert who == (
        operating.desk_exists(model),
        operating.has_team_walls(model),
        operating.ruling_roles(model)[0],
        operating.follow_up_roles(model)[0],
        operating.undecided_roles(model)[0],
        operating.answering_team(model),
    )


@pytest.mark.parametrize("model", operating.WAYS)
def test_whatever_the_model_somebody_above_can_rule_and_sign(model: str) -> None:
    for roles in (operating.ruling_roles(model), operating.signing_roles(model)):
        assert {Role.SITE_MANAGER, Role.HEAD_OFFICE} <= set(roles)
    assert operating.answering_roles(model)
    assert Role.RESIDENT not in operating.signing_roles(model)


def test_the_keeper_comes_first_only_without_a_desk_and_for_the_customers_own_matters() -> None:
    assert operating.prefers_keeper("lean", TeamKind.CUSTOMER_SERVICE)
    assert not operating.prefers_keeper("lean", TeamKind.ENGINEERING)
    assert not operating.prefers_keeper("centre", TeamKind.CUSTOMER_SERVICE)
    assert not operating.prefers_keeper("small", TeamKind.CUSTOMER_SERVICE)


@pytest.mark.parametrize("model", operating.WAYS)
def test_a_complaint_is_the_keepers_everywhere(model: str) -> None:
    assert operating.prefers_keeper(model, TeamKind.QUALITY, OrderKind.COMPLAINT)
    assert not operating.prefers_keeper(model, TeamKind.ENGINEERING, OrderKind.REPAIR)


def test_an_unknown_model_is_an_error_not_a_guess() -> None:
    with pytest.raises(ValueError, match="palace"):
        operating.desk_exists("palace")

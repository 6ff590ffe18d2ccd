"""What each manner and role must show: the rule by itself."""

import pytest

from zhongshu.care.kinds import Manner, Rule
from zhongshu.care.policies.showing import Asked, Shown, asked_of, missing, signers_for
from zhongshu.collecting.kinds import ContactManner, Outcome
from zhongshu.console.templatetags.console import phone_link
from zhongshu.identity.roles import Role

CALL, DOOR, PAPER, DID = (
    Asked(ways=(ContactManner.PHONE, ContactManner.VISIT)),
    Asked(ways=(ContactManner.VISIT,)),
    Asked(ways=(ContactManner.VISIT,), paper=True),
    Asked(did=True),
)


@pytest.mark.parametrize(
    ("rule", "manner", "asked"),
    [
        (Rule.ARREARS_4, Manner.TELEPHONE, CALL),
        (Rule.ARREARS_5, Manner.DOOR, DOOR),
        (Rule.ARREARS_12, Manner.DOOR_PAPER, PAPER),
        (Rule.ARREARS_LEGAL, Manner.LEGAL, DID),
        (Rule.PREPAID_12, Manner.DOOR, Asked(did=True, is_visit=True)),
    ],
)
def test_the_table_asks_by_manner(rule: Rule, manner: Manner, asked: Asked) -> None:
    assert asked_of(rule, manner) == asked


@pytest.mark.parametrize(
    ("asked", "shown", "lacks"),
    [
        (CALL, Shown(), ("contact",)),
        (CALL, Shown(Outcome.PROMISED), ()),
        (CALL, Shown(Outcome.UNREACHED, tries=2), ("tries",)),
        (CALL, Shown(Outcome.UNREACHED, tries=3), ("signature",)),
        (CALL, Shown(Outcome.UNREACHED, tries=3, is_signed=True), ()),
        (CALL, Shown(Outcome.UNREACHED, tries=1, is_signed=True), ("tries",)),
        (DOOR, Shown(Outcome.REFUSED), ("signature",)),
        (DOOR, Shown(Outcome.REFUSED, is_signed=True), ()),
        (DOOR, Shown(Outcome.DISPUTED), ()),
        (PAPER, Shown(), ("contact", "paper")),
        (PAPER, Shown(Outcome.OTHER), ("paper",)),
        (PAPER, Shown(Outcome.REFUSED, has_paper=True), ("signature",)),
        (DID, Shown(Outcome.OTHER), ("did",)),
        (DID, Shown(did="金卡已送到"), ()),
    ],
)
def test_what_a_line_still_lacks(asked: Asked, shown: Shown, lacks: tuple[str, ...]) -> None:
    assert missing(asked, shown) == lacks


def test_the_next_level_signs() -> None:
    assert signers_for(Role.KEEPER)[0] == Role.SUPERVISOR
    assert signers_for(Role.SUPERVISOR)[0] == Role.SITE_MANAGER
    assert Role.SITE_MANAGER not in signers_for(Role.SITE_MANAGER)
    assert signers_for(Role.LEGAL) == (Role.HEAD_OFFICE,)


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("/care/tasks/7", "/care/m/tasks/7"),
        ("/care/tasks", "/care/tasks"),
        ("/care/tasks?whose=mine", "/care/tasks?whose=mine"),
        ("/orders/GD1", "/m/orders/GD1"),
        ("", ""),
    ],
)
def test_a_message_leads_to_the_page_on_the_phone(link: str, leads_to: str) -> None:
    assert phone_link(link) == leads_to

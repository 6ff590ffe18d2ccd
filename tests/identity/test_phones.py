"""Phone numbers are masked; whoever needs one says why, and it is noted."""

from datetime import datetime

import pytest
from django.template import Context, Template
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.identity.audits import audited
from tests.identity.conftest import Browser
from zhongshu.identity import actions, masking
from zhongshu.identity.actor import Actor
from zhongshu.identity.masking import Revealed, masked, revealable
from zhongshu.identity.models import PhoneReveal, User
from zhongshu.identity.permissions import VIEW_USERS
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound

NUMBER = "13812345678"


@pytest.fixture
def numbers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Users' numbers can be revealed, as if they lived at YQL."""
    monkeypatch.setattr(masking, "REGISTRY", {})
    monkeypatch.setattr("zhongshu.identity.actions.phones.REGISTRY", masking.REGISTRY)
    User.objects.filter(pk=cast.user(Role.RESIDENT, cast.yql).pk).update(phone=NUMBER)

    def load(actor: Actor, target_id: int) -> Revealed | None:
        user = User.objects.filter(pk=target_id).first()
        return Revealed(user.phone, cast.yql.pk) if user else None

    revealable("identity.user", load, VIEW_USERS)


@pytest.mark.parametrize(
    ("number", "shown"),
    [(NUMBER, "138****5678"), ("05711234567", "057****4567"), ("12345", "****45"), ("110", "****10"), ("", "")],
)
def test_what_is_shown_of_a_number(number: str, shown: str) -> None:
    assert masked(number) == shown


@given(st.text("0123456789", min_size=8, max_size=13))
def test_at_least_a_digit_of_every_long_number_is_hidden(number: str) -> None:
    assert sum(c.isdigit() for c in masked(number)) < len(number)


def test_templates_mask(db: None) -> None:
    shown = Template("{% load identity %}{{ n|masked }}{{ none|masked }}{% phone_number n 'identity.user' 7 %}")
    page = shown.render(Context({"n": NUMBER, "none": None}))
    assert page.startswith("138****5678")
    assert NUMBER not in page
    assert 'name="target_id" value="7"' in page


def test_what_can_be_revealed_is_declared_once(numbers: None) -> None:
    with pytest.raises(ValueError, match="twice"):
        revealable("identity.user", lambda actor, target_id: None, VIEW_USERS)


@pytest.mark.usefixtures("numbers")
class TestRevealing:
    def test_it_is_noted_with_its_reason(self, cast: Cast, noon: datetime) -> None:
        resident, manager = cast.user(Role.RESIDENT, cast.yql), cast.actor(Role.SITE_MANAGER, cast.yql)
        with audited("identity.reveal_phone") as entries:
            number = actions.reveal_phone(
                actor=manager, at=noon, target_type="identity.user", target_id=str(resident.pk), reason=" 漏水回电 "
            )
        assert number == NUMBER
        noted = PhoneReveal.objects.get()
        assert (noted.user_id, noted.site_id, noted.reason) == (manager.user_id, cast.yql.pk, "漏水回电")
        assert NUMBER not in str(entries[0].after)

    def test_without_a_reason_nothing_is_told(self, cast: Cast, noon: datetime) -> None:
        resident, manager = cast.user(Role.RESIDENT, cast.yql), cast.actor(Role.SITE_MANAGER, cast.yql)
        with audited(), pytest.raises(Invalid):
            actions.reveal_phone(
                actor=manager, at=noon, target_type="identity.user", target_id=str(resident.pk), reason="  "
            )
        assert not PhoneReveal.objects.exists()

    @pytest.mark.parametrize("target", ["0", "abc", "-1", "9" * 12])
    @pytest.mark.parametrize("kind", ["identity.user", "identity.company", ""])
    def test_what_does_not_exist_and_what_one_may_not_see_sound_the_same(
        self, cast: Cast, noon: datetime, kind: str, target: str
    ) -> None:
        resident = cast.user(Role.RESIDENT, cast.yql)
        may, elsewhere = cast.actor(Role.SITE_MANAGER, cast.yql), cast.actor(Role.SITE_MANAGER, cast.xh)
        said = set()
        for actor, target_type, target_id in [(may, kind, target), (elsewhere, "identity.user", str(resident.pk))]:
            with audited(), pytest.raises(NotFound) as refusal:
                actions.reveal_phone(actor=actor, at=noon, target_type=target_type, target_id=target_id, reason="回电")
            said.add(refusal.value.message)
        assert len(said) == 1

    def test_the_page_gets_a_fragment_with_the_number(self, cast: Cast, signed_in: Browser) -> None:
        resident = cast.user(Role.RESIDENT, cast.yql)
        wanted = {"target_type": "identity.user", "target_id": resident.pk, "reason": "漏水回电"}
        answer = signed_in(cast.user(Role.SITE_MANAGER, cast.yql)).post(reverse("identity:reveal_phone"), wanted)
        assert f"tel:{NUMBER}" in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]
        assert (
            signed_in(cast.user(Role.KEEPER, cast.yql)).post(reverse("identity:reveal_phone"), wanted).status_code
            == 404
        )

"""Passwords that help: what is refused and why, what is welcome, and that the last one does not come back."""

from datetime import datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import PASSWORD, Cast
from tests.identity.conftest import Browser
from zhongshu.identity import actions
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.errors import WeakPassword
from zhongshu.identity.models import User
from zhongshu.identity.passwords import faults_in
from zhongshu.identity.policies.passwords import (
    LEAST_OF_ONES_OWN,
    SHORTEST,
    Fault,
    Strength,
    Whose,
    faults_of,
    strength_of,
)
from zhongshu.identity.queries import actor_of
from zhongshu.identity.roles import Role

NEW, NEWER = "purple-kettle-9-river", "seven quiet umbrellas"


@pytest.fixture
def keeper(cast: Cast) -> User:
    """王芳, keeper at 安居物业."""
    user = cast.user(Role.KEEPER, cast.yql, name="王芳")
    User.objects.filter(pk=user.pk).update(phone="15412345678", username="gj-0817")
    user.refresh_from_db()
    return user


@pytest.mark.django_db
class TestTheRules:
    @pytest.mark.parametrize(
        ("password", "fault"),
        [
            ("Ab3$xyz", Fault.SHORT),
            ("8234761925", Fault.NUMERIC),
            ("aaaabbbb1", Fault.SIMPLE),
            ("password1", Fault.COMMON),
            ("P@ssw0rd2026", Fault.COMMON),
            ("woaini1314", Fault.COMMON),
            ("5201314abc", Fault.COMMON),
            ("qwe123456", Fault.COMMON),
            ("1234qwer", Fault.COMMON),
            ("1qaz2wsx", Fault.COMMON),
            ("Zhongguo888!", Fault.COMMON),
            ("anjuwuye2026", Fault.COMMON),
            ("ajwy@12345", Fault.COMMON),
            ("wf19900101", Fault.COMMON),
            ("wangfang1990", Fault.SIMILAR),
            ("gnafgnaw#77", Fault.SIMILAR),
            ("gj-0817-gj", Fault.SIMILAR),
            ("x15412345678y", Fault.SIMILAR),
        ],
    )
    def test_what_is_easily_guessed_is_refused(self, keeper: User, password: str, fault: Fault) -> None:
        assert fault in faults_in(password, keeper)

    @pytest.mark.parametrize(
        "password",
        [
            NEW,
            NEWER,
            "三个和尚没水喝吗",
            "wo jia zhu zai er lou",
            "kettle kettle river",
            "wangfang-likes-oolong-tea",
            "  spaces count too  ",
            "🦊 jumps over 🐶",
        ],
    )
    def test_sentences_signs_and_chinese_are_welcome(self, keeper: User, password: str) -> None:
        assert faults_in(password, keeper) == []

    def test_the_sentence_says_how_to_mend_it(self, keeper: User, noon: datetime) -> None:
        with pytest.raises(WeakPassword, match="换成几个互不相干的词"):
            change(keeper, PASSWORD, "woaini1314", at=noon)


class TestTheAlgebra:
    @given(st.text(max_size=SHORTEST - 1))
    def test_what_is_short_is_weak_whatever_it_is(self, password: str) -> None:
        faults = faults_of(password, Whose(), common=())
        assert Fault.SHORT in faults
        assert strength_of(password, faults) == Strength.WEAK

    @given(st.text("abcdefghij", min_size=4, max_size=12), st.text(max_size=LEAST_OF_ONES_OWN - 1))
    def test_a_name_with_little_else_is_similar_wherever_it_stands(self, name: str, more: str) -> None:
        for password in (name + more, more + name, name.upper() + more):
            assert Fault.SIMILAR in faults_of(password, Whose(names=[name]), common=())

    @given(st.text(min_size=8, max_size=30), st.text(max_size=10))
    def test_more_is_never_weaker(self, password: str, more: str) -> None:
        order = list(Strength)
        weaker, stronger = (strength_of(text, []) for text in (password, password + more))
        assert order.index(weaker) <= order.index(stronger)

    @given(st.text(max_size=300))
    def test_whatever_is_typed_gets_an_answer(self, password: str) -> None:
        faults_of(password, Whose(names=["wang"], words=["wf"]), common=())


class TestTheLastOne:
    def test_one_does_not_go_back_to_the_password_of_before(self, cast: Cast, noon: datetime) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        change(keeper, PASSWORD, NEW, at=noon)
        with pytest.raises(WeakPassword, match="上一次用过"):
            change(keeper, NEW, PASSWORD, at=noon)
        change(keeper, NEW, NEWER, at=noon)
        change(keeper, NEWER, PASSWORD, at=noon)

    def test_nor_after_a_reset(self, cast: Cast, admin: Actor, noon: datetime) -> None:
        """Whoever learnt the old one must not find it working again; what the administrator told was nobody's own."""
        keeper = cast.user(Role.KEEPER, cast.yql)
        told = actions.reset_password(actor=admin, at=noon, user_id=keeper.pk)
        with pytest.raises(WeakPassword, match="上一次用过"):
            change(keeper, told, PASSWORD, at=noon)
        change(keeper, told, NEW, at=noon)
        told = actions.reset_password(actor=admin, at=noon, user_id=keeper.pk)
        with pytest.raises(WeakPassword, match="上一次用过"):
            change(keeper, told, NEW, at=noon)


class TestWhileTyping:
    def test_rules_and_strength_are_told(self, cast: Cast, signed_in: Browser) -> None:
        client = signed_in(cast.user(Role.KEEPER, cast.yql))
        assert typed(client, "woaini1314").count("is-broken") == 1
        assert "太弱" in typed(client, "woaini1314")
        assert "is-broken" not in typed(client, NEW)
        assert "很强" in typed(client, NEW)
        assert "强度" not in typed(client, "")

    def test_the_password_is_not_sent_back(self, cast: Cast, signed_in: Browser) -> None:
        assert NEW not in typed(signed_in(cast.user(Role.KEEPER, cast.yql)), NEW)

    def test_it_is_told_before_a_first_password_is_replaced(self, cast: Cast, signed_in: Browser) -> None:
        keeper = cast.user(Role.KEEPER, cast.yql)
        User.objects.filter(pk=keeper.pk).update(must_change_password=True)
        assert "is-broken" in typed(signed_in(keeper), "abc")


def typed(client: Client, password: str) -> str:
    answer = client.post("/me/password/check", {"new_password": password}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def change(user: User, old: str, new: str, *, at: datetime) -> None:
    actor = actor_of(user, at=at, origin=Origin.WEB)
    actions.change_password(actor=actor, at=at, old_password=old, new_password=new)

"""Schemathesis asks every operation of the API with what its description allows and with what it does not.

No answer is an accident (5xx), and every answer is one that the description announces, in the shape it announces.
"""

import os
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.urls import URLResolver, get_resolver
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.house.addresses import example
from tests.house.world import World, settle
from zhongshu.config.api import api
from zhongshu.identity.actions import create_token
from zhongshu.identity.actor import Origin
from zhongshu.identity.models import User
from zhongshu.identity.queries import actor_of
from zhongshu.identity.rights import REGISTRY
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now

#: Asks every door thousands of times: counting its lines would double the time and tell nothing new.
pytestmark = pytest.mark.no_cover

PARTS = 4
APPLICATION = get_wsgi_application()
EXAMPLES = int(os.environ.get("ZHONGSHU_FUZZ", "6"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PATIENT = how(
    max_examples=EXAMPLES, deadline=None, derandomize="ZHONGSHU_FUZZ" not in os.environ, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
)  # fmt: skip


@pytest.fixture(scope="module")
def settled(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    yield from settle(django_db_blocker, World.build_whole)


@pytest.fixture
def world(settled: World, db: None) -> World:
    return deepcopy(settled)


@pytest.fixture(autouse=True)
def _as_often_as_one_likes(settings: Any) -> None:
    settings.LIMITS = {}


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """As Django's own test client does: the end of a request does not end the transaction of the test."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def tokens(world: World) -> list[str]:
    """Keys of four people, each as strong as they are."""
    resident = world.customer.user
    assert resident is not None
    staff = [world.cast.user(role, world.site) for role in (Role.SITE_MANAGER, Role.FINANCE)]
    people = [world.cast.user(Role.ADMINISTRATOR, None), *staff, resident]
    return [_token(world, user) for user in people]


def _token(world: World, user: User) -> str:
    held = actor_of(user, at=now(), origin=Origin.API)
    scopes = [code for code, right in REGISTRY.items() if held.may(right)]
    return create_token(actor=world.cast.system, at=now(), user=user, name="fuzz", scopes=scopes)[1]


def operations() -> list[Any]:
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    return sorted((found.ok() for found in schema.get_all_operations()), key=lambda one: (one.path, one.method))


@cache
def names() -> dict[str, str]:
    """Path of an operation → name of its address."""
    (resolver,) = (
        one for one in get_resolver().url_patterns if isinstance(one, URLResolver) and one.namespace == "api"
    )
    return {
        "/api/v1/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(entry.pattern)): f"api:{entry.name}"
        for entry in resolver.url_patterns
    }


def real_arguments(operation: Any, world: World) -> dict[str, Any]:
    """Arguments that exist, so that the fuzz gets behind "not found"."""
    return {name: example(names()[operation.path], name, world) for name in re.findall(r"{(\w+)}", operation.path)}


class _Undo(Exception):
    """Whatever the request wrote is taken back."""


def ask(case: Any, token: str) -> None:
    """Sends it and holds the answer against the description. Raises what schemathesis found."""
    try:
        with transaction.atomic():
            answer = case.call(
                app=APPLICATION, base_url="http://testserver", headers={"Authorization": f"Bearer {token}"}
            )
            raise _Undo
    except _Undo:
        case.validate_response(answer, checks=CHECKS)


def faults_of(operation: Any, world: World, tokens: list[str]) -> str:
    real = real_arguments(operation, world)

    @PATIENT
    @given(operation.as_strategy(), st.booleans() if real else st.just(False), st.sampled_from(tokens))
    def holds(case: Any, is_real: bool, token: str) -> None:
        if is_real:
            case.path_parameters = real
        ask(case, token)

    try:
        holds()
    except (Exception, BaseExceptionGroup) as fault:  # everything that is wrong anywhere is to be told at once
        return f"{operation.method.upper()} {operation.path}: {fault}"
    return ""


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_every_operation_answers_as_described(world: World, tokens: list[str], part: int) -> None:
    """In parts, so that they can be asked side by side."""
    faults = [faults_of(operation, world, tokens) for operation in operations()[part::PARTS]]
    assert not any(faults), "\n\n".join(filter(None, faults))

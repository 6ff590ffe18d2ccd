"""A program with a token, beside the town of the cases' stories."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tests.cases.conftest import Town
from tests.cast import Cast
from zhongshu.identity.models import ApiToken, Site
from zhongshu.identity.rights import REGISTRY
from zhongshu.identity.roles import Role
from zhongshu.identity.tokens import digest_of, mint
from zhongshu.kernel.clock import now


@dataclass
class Caller:
    """A program that speaks JSON with a bearer token."""

    secret: str
    client: Client

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        return self.client.generic(method, f"/api/v1{path}", headers=headers, **_encoded(more))

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("PUT", path, body, **headers)


def _encoded(more: dict[str, Any]) -> dict[str, Any]:
    import json

    if more and not isinstance(more["data"], bytes | str):
        more["data"] = json.dumps(more["data"], ensure_ascii=False)
    return more


Phone = Callable[..., Caller]


@pytest.fixture
def town(cast: Cast) -> Town:
    """The town as of now: the API reads the clock itself."""
    return Town.build(cast, now())


@pytest.fixture
def program(town: Town) -> Phone:
    """`program(role, site, scopes)`: a program that acts as the person of that role, with all rights by default."""

    def make(
        role: Role = Role.SERVICE_LEAD, site: Site | None = None, scopes: Iterable[str] = tuple(REGISTRY)
    ) -> Caller:
        secret = mint()
        user = town.cast.user(role, site or town.site)
        ApiToken.objects.create(
            user=user,
            name="test",
            digest=digest_of(secret),
            prefix=secret[:9],
            scopes=list(scopes),
            created_at=town.at,
        )
        return Caller(secret, Client())

    return make

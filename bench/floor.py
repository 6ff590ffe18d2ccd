"""The floor of the intake and of payments: the same server, one plain Django view without middleware, the same rows by
plain INSERTs.

`ZHONGSHU_BENCH_PLANS` names the file of what `bench.rows` has found; each request writes
the rows of the next plan.
"""

from __future__ import annotations

import json
import os
import uuid
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path

from zhongshu.kernel import database

PLANS: list[list[dict[str, Any]]] = json.loads(Path(os.environ["ZHONGSHU_BENCH_PLANS"]).read_text(encoding="utf-8"))
NEXT = "UPDATE kernel_runningnumber SET last = last + 1 WHERE series = %s"
NUMBERS = count()


def view(request: HttpRequest) -> JsonResponse:
    """Write what a matter, or a payment, writes."""
    json.loads(request.body)
    ids: list[list[int]] = []
    mark = uuid.uuid4().hex[:16]
    with transaction.atomic(), connection.cursor() as cursor:
        for insert in PLANS[next(NUMBERS) % len(PLANS)]:
            values = list(insert["values"])
            for index, source, row in insert["refers"]:
                values[index] = ids[source][row]
            for nth in insert["unique"]:
                values[nth] = f"bench:{mark}:{nth}"
            cursor.execute(insert["sql"], values)
            ids.append([key for (key,) in cursor.fetchall()])
        for series in ("GD:BENCH", "BS:BENCH"):  # the two numbers that each takes are rows as well
            cursor.execute(NEXT, [series])
    return JsonResponse({"ids": ids}, status=201)


settings.configure(
    ROOT_URLCONF="bench.floor",
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="bench",
    DATABASES={"default": database.django_settings()},
    USE_TZ=True,
)
urlpatterns = [path("api/v1/cases", view), path("api/v1/payments", view)]
application = get_wsgi_application()

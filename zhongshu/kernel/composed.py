"""Reads and INSERTs whose SQL is composed once in a process: on the busiest paths Django takes longer to compose a
statement than PostgreSQL to answer it.

    _NAMED = Composed(lambda: Place.objects.filter(site_id=given("site_id"), code=given("code")))
    place = _NAMED.first(site_id=1, code="P1")
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)


class Given(Expression):
    """The place of a value that comes with each call."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


def given(name: str) -> Any:
    """In the queryset of a `Composed`: the value given as `name`."""
    return Given(name)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A composed statement, and how rows become instances, as Django's own `ModelIterable` makes them."""

    sql: str
    params: tuple[Any, ...]
    compiler: Any
    model: Any
    columns: slice
    names: list[str]
    related: list[Any]
    converters: Any

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> "_Plan":
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        info, select = compiler.klass_info, compiler.select
        columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        return cls(
            sql,
            tuple(params),
            compiler,
            info["model"],
            columns,
            [column.target.attname for column, *_ in select[columns]],
            get_related_populators(info, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # the stubs are ahead
            compiler.get_converters([column for column, *_ in select]),
        )

    def instances(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in self.compiler.apply_converters(rows, self.converters) if self.converters else rows:
            instance = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.columns])
            for related in self.related:
                related.populate(row, instance)
            for name, position in self.compiler.annotation_col_map.items():
                setattr(instance, name, row[position])
            yield instance


class Composed(Generic[M]):
    """The rows of a queryset in which some values are `given`; related rows come by `select_related` alone."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build

    @cached_property
    def _plan(self) -> _Plan:
        return _Plan.of(self._build())

    def all(self, **values: object) -> list[M]:
        """Every row; one statement."""
        plan = self._plan
        params: list[Any] = [values[param.name] if isinstance(param, Given) else param for param in plan.params]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, params)
            return list(plan.instances(cursor.fetchall()))

    def first(self, **values: object) -> M | None:
        """The first row, if any; the queryset itself sees to it that not many are read."""
        return next(iter(self.all(**values)), None)


def insert(instance: Model) -> None:
    """INSERT a new row, as `save(force_insert=True)` does for a model without parents, signals or database defaults;
    the instance gets its key.
    """
    sql, fields = _insert_into(type(instance))
    values = [field.get_db_prep_save(field.pre_save(instance, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        (instance.pk,) = cursor.fetchone()
    instance._state.adding, instance._state.db = False, DEFAULT_DB_ALIAS


@cache
def _insert_into(model: type[Model]) -> tuple[str, list[Any]]:
    meta, quoted = cast(Any, model)._meta, connection.ops.quote_name
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    columns = ", ".join(quoted(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    into = f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 - names of our own
    return f"{into} RETURNING {quoted(meta.pk.column)}", fields

"""How much of what is limited has been spent."""

from django.db import models


class RateUse(models.Model):
    """Shared by all web processes. The table is unlogged: after a crash of the database everybody starts afresh.

    `free_at`: when everything spent so far is earned again (`policies.rates`); a row that is past it means nothing.
    """

    key = models.CharField(primary_key=True, max_length=120)
    free_at = models.DateTimeField()

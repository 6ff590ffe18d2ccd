"""Small matters close by themselves when nobody signs; those that wait already begin to count when this runs."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models

# What is not to lapse after all, the tick finds out and takes back.
BEGIN = """
    UPDATE cases_case SET sign_remind_at = now() + interval '3 days', sign_lapses_at = now() + interval '7 days'
    WHERE state = 'open' AND urgency IN ('P3', 'P4') AND EXISTS (
        SELECT 1 FROM cases_caseorder JOIN work_workorder ON work_workorder.id = cases_caseorder.order_id
        WHERE cases_caseorder.case_id = cases_case.id AND work_workorder.state IN ('done', 'signed_off')
    )
"""


def _number(default, most):
    return models.PositiveSmallIntegerField(default=default, validators=[MinValueValidator(1), MaxValueValidator(most)])


def _index(column, name):
    return migrations.AddIndex(
        model_name="case",
        index=models.Index(fields=[column], name=name, condition=models.Q((f"{column}__isnull", False))),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_service_centre"),
        ("work", "0001_initial"),
    ]

    operations = [
        migrations.AddField("case", "sign_remind_at", models.DateTimeField(null=True)),
        migrations.AddField("case", "sign_lapses_at", models.DateTimeField(null=True)),
        migrations.AddField("servicerules", "sign_remind_days", _number(3, 60)),
        migrations.AddField("servicerules", "sign_lapse_days", _number(7, 90)),
        _index("sign_remind_at", "case_sign_remind"),
        _index("sign_lapses_at", "case_sign_lapses"),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]

"""Payment plans and reasons for arrears. What a plan names and its instalments: new rows only."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


KEPT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collecting_plancharge
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collecting_instalment
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
"""

GONE = """
DROP TRIGGER append_only ON collecting_instalment;
DROP TRIGGER append_only ON collecting_plancharge;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0004_months_in_arrears'),
        ('collecting', '0001_initial'),
        ('estate', '0004_column_mappings'),
        ('identity', '0003_second_factor_sessions_rates'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaymentPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreed_on', models.DateField()),
                ('agreed_with', models.CharField(max_length=80)),
                ('total', models.DecimalField(decimal_places=2, max_digits=14)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('file', models.FileField(blank=True, max_length=300, upload_to='collecting/%Y/%m/')),
                ('recorded_at', models.DateTimeField()),
                ('ended_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.CharField(blank=True, max_length=200)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payment_plans', to='estate.account')),
                ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('recorded_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
            ],
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='collecting.paymentplan')),
            ],
            options={
                'ordering': ['due_on'],
            },
        ),
        migrations.CreateModel(
            name='PlanCharge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('open_amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('late_fee', models.DecimalField(decimal_places=2, max_digits=14)),
                ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.charge')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='collecting.paymentplan')),
            ],
        ),
        migrations.CreateModel(
            name='ArrearsReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('dispute', '对费用有异议'), ('forgot', '忘记交费'), ('away', '长期不在'), ('hardship', '经济困难'), ('moved', '已搬走'), ('other', '其他')], max_length=10)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arrears_reasons', to='estate.account')),
                ('recorded_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('account', '='), (models.Func('starts_on', 'ends_on', function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='arrears_reason_no_overlap')],
            },
        ),
        migrations.AddIndex(
            model_name='paymentplan',
            index=models.Index(fields=['site', 'account', '-agreed_on'], name='payment_plan_of_account'),
        ),
        migrations.AddConstraint(
            model_name='paymentplan',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('account',), name='payment_plan_running_once'),
        ),
        migrations.AddConstraint(
            model_name='paymentplan',
            constraint=models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='payment_plan_positive'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.UniqueConstraint(fields=('plan', 'due_on'), name='instalment_once'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='instalment_positive'),
        ),
        migrations.AddConstraint(
            model_name='plancharge',
            constraint=models.UniqueConstraint(fields=('plan', 'charge'), name='plan_charge_once'),
        ),
        migrations.RunSQL(KEPT, GONE),
    ]

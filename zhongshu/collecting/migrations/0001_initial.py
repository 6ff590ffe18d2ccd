"""Notices, deliveries, documents, contacts, warnings; and what no hand may change about them.

- What a notice asks stays as it was made; only its way (state, evidence, withdrawal) moves, by the legal moves.
- What it names, how it was delivered, who was spoken to: new rows only.
"""

import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


KEPT = """
CREATE FUNCTION collecting_notice_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.site_id, NEW.number, NEW.account_id, NEW.kind, NEW."on", NEW.made_at, NEW.months, NEW.principal,
            NEW.late_fees, NEW.source)
         = (OLD.site_id, OLD.number, OLD.account_id, OLD.kind, OLD."on", OLD.made_at, OLD.months, OLD.principal,
            OLD.late_fees, OLD.source)
       AND (NEW.template_id, NEW.lawyer_id, NEW.made_by_id)
            IS NOT DISTINCT FROM (OLD.template_id, OLD.lawyer_id, OLD.made_by_id)
       AND (OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
            ('planned', 'sent'), ('planned', 'failed'), ('planned', 'withdrawn'), ('sent', 'failed'),
            ('failed', 'sent'), ('failed', 'withdrawn')))
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'notices are not edited: withdraw them' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON collecting_notice
    FOR EACH ROW EXECUTE FUNCTION collecting_notice_kept();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collecting_noticecharge
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collecting_delivery
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collecting_contact
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
"""

GONE = """
DROP TRIGGER append_only ON collecting_contact;
DROP TRIGGER append_only ON collecting_delivery;
DROP TRIGGER append_only ON collecting_noticecharge;
DROP TRIGGER kept ON collecting_notice;
DROP FUNCTION collecting_notice_kept();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0003_refuse_change'),
        ('billing', '0004_months_in_arrears'),
        ('estate', '0004_column_mappings'),
        ('identity', '0003_second_factor_sessions_rates'),
    ]

    operations = [
        migrations.CreateModel(
            name='DunningTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('bill', '账单'), ('payment_reminder', '交费温馨提醒'), ('payment_notice', '交费通知书'), ('final_demand', '催费通知书'), ('formal_demand', '催告函'), ('lawyer_letter', '催费律师函')], max_length=20)),
                ('version', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=60)),
                ('text', models.TextField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('created_at', models.DateTimeField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.company')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('site', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
            ],
            options={
                'ordering': ['kind', '-version'],
            },
        ),
        migrations.CreateModel(
            name='Lawyer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('licence', models.CharField(max_length=40)),
                ('firm', models.CharField(max_length=80)),
                ('firm_licence', models.CharField(max_length=40)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('address', models.CharField(blank=True, max_length=120)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
            ],
        ),
        migrations.CreateModel(
            name='LimitationAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('months', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('charge', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.charge')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True)),
                ('kind', models.CharField(choices=[('payment_reminder', '交费温馨提醒'), ('payment_notice', '交费通知书'), ('final_demand', '催费通知书'), ('formal_demand', '催告函'), ('lawyer_letter', '催费律师函')], max_length=20)),
                ('on', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('planned', '待发送'), ('sent', '已发出'), ('failed', '转纸质送达'), ('withdrawn', '已撤回')], default='planned', max_length=10)),
                ('sent_on', models.DateField(null=True)),
                ('answer_by', models.DateField(null=True)),
                ('months', models.PositiveSmallIntegerField(default=0)),
                ('principal', models.DecimalField(decimal_places=2, max_digits=14)),
                ('late_fees', models.DecimalField(decimal_places=2, max_digits=14)),
                ('source', models.CharField(max_length=120)),
                ('evidence', models.CharField(blank=True, choices=[('signed', '有签收'), ('receipt', '回执'), ('delivered', '已送达'), ('sent_only', '仅发出')], max_length=10)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=200)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='estate.account')),
                ('lawyer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='collecting.lawyer')),
                ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
                ('template', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='collecting.dunningtemplate')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('message', '消息'), ('door', '上门递交'), ('mail', '挂号或快递'), ('letter', '纸质信函')], max_length=10)),
                ('evidence', models.CharField(choices=[('signed', '有签收'), ('receipt', '回执'), ('delivered', '已送达'), ('sent_only', '仅发出')], max_length=10)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('reference', models.CharField(blank=True, max_length=80)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('file', models.FileField(blank=True, max_length=300, upload_to='collecting/%Y/%m/')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='collecting.notice')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('manner', models.CharField(choices=[('phone', '电话'), ('visit', '上门'), ('message', '消息')], max_length=8)),
                ('at', models.DateTimeField()),
                ('day', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('promised', '承诺交费'), ('paid', '已交费'), ('disputed', '对费用有异议'), ('hardship', '经济困难'), ('refused', '拒绝交费'), ('unreached', '未联系上'), ('other', '其他')], max_length=10)),
                ('promised_on', models.DateField(null=True)),
                ('promised_amount', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='estate.account')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
                ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='collecting.notice')),
            ],
        ),
        migrations.CreateModel(
            name='NoticeCharge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('open_amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('late_fee', models.DecimalField(decimal_places=2, max_digits=14)),
                ('charge', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.charge')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='collecting.notice')),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
            ],
        ),
        migrations.CreateModel(
            name='PrintRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('notices', '催费文书'), ('bills', '账单')], max_length=10)),
                ('what', models.JSONField(default=dict)),
                ('on', models.DateField()),
                ('state', models.CharField(choices=[('working', '生成中'), ('ready', '可下载'), ('failed', '生成失败')], default='working', max_length=10)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('file', models.FileField(blank=True, max_length=300, upload_to='collecting/%Y/%m/')),
                ('fault', models.CharField(blank=True, max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('posted_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
            ],
        ),
        migrations.CreateModel(
            name='ContactRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins', models.TimeField(default=datetime.time(9, 0))),
                ('ends', models.TimeField(default=datetime.time(20, 0))),
                ('most_a_day', models.PositiveSmallIntegerField(default=1)),
                ('most_a_week', models.PositiveSmallIntegerField(default=3)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('site', '='), (models.Func('starts_on', 'ends_on', function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='contact_rule_no_overlap')],
            },
        ),
        migrations.AddConstraint(
            model_name='dunningtemplate',
            constraint=models.UniqueConstraint(fields=('company', 'site', 'kind', 'version'), name='dunning_template_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='dunningtemplate',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('company', '='), (django.db.models.functions.comparison.Coalesce('site_id', 0), '='), ('kind', '='), (models.Func('starts_on', 'ends_on', function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='dunning_template_no_overlap'),
        ),
        migrations.AddConstraint(
            model_name='lawyer',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('site', '='), (models.Func('starts_on', 'ends_on', function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='lawyer_no_overlap'),
        ),
        migrations.AddConstraint(
            model_name='limitationalert',
            constraint=models.UniqueConstraint(fields=('charge', 'since', 'months'), name='limitation_alert_once'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['site', 'account', '-on'], name='dunning_of_account'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['site', '-on', '-id'], name='dunning_by_day'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('state__in', ('planned', 'failed'))), fields=['site'], name='dunning_unsent'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('site', 'source'), name='dunning_once'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('channel', 'message')), fields=('notice', 'channel', 'evidence', 'reference'), name='message_delivery_once'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['site', 'account', '-day'], name='contact_of_account'),
        ),
        migrations.AddConstraint(
            model_name='noticecharge',
            constraint=models.CheckConstraint(condition=models.Q(('late_fee__gte', 0), ('open_amount__gte', 0)), name='named_charge_not_negative'),
        ),
        migrations.AddIndex(
            model_name='printrun',
            index=models.Index(fields=['site', '-asked_at'], name='print_run_by_time'),
        ),
        migrations.RunSQL(KEPT, GONE),
    ]

"""Cards and invoices, and what no hand may change about them.

- A card's balance follows from its movements, which take new rows only; it is never below nothing.
- A payment by card takes its money from a card; when it bounces, the money is on the card again, or on its heir.
- What is invoiced of a payment's charge is never more than the payment cleared of it; an issued invoice stays as it is.
"""

import django.db.models.deletion
import zhongshu.billing.lifecycle
import zhongshu.cashier.kinds
import zhongshu.cashier.lifecycle
from decimal import Decimal
from django.db import migrations, models

KEPT = """
CREATE FUNCTION cashier_card_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.balance = 0 THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF (NEW.site_id, NEW.number, NEW.account_id, NEW.holder_id)
           = (OLD.site_id, OLD.number, OLD.account_id, OLD.holder_id)
           AND (NEW.balance = OLD.balance OR pg_trigger_depth() > 1) THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'a card and its balance are moved by movements alone' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION cashier_card_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cashier_card SET balance = balance + NEW.amount WHERE id = NEW.card_id AND site_id = NEW.site_id
    RETURNING balance INTO NEW.balance;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such card at the site' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION cashier_card_paid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM cashier_cardmovement WHERE payment_id = NEW.id AND amount = -NEW.amount) THEN
        RAISE EXCEPTION 'a payment by card takes its money from a card' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION cashier_card_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH RECURSIVE heir AS (
        SELECT card_id AS id, 0 AS depth FROM cashier_cardmovement WHERE payment_id = NEW.payment_id AND amount < 0
        UNION ALL SELECT card.id, heir.depth + 1 FROM cashier_card card JOIN heir ON card.replaces_id = heir.id
    )
    INSERT INTO cashier_cardmovement
        (site_id, card_id, kind, amount, balance, reference, "on", at, method, payment_id, note, entry_id)
    SELECT NEW.site_id, id, 'return', NEW.amount, 0, 'bounce:' || NEW.payment_id, NEW.on, NEW.recorded_at, '',
           NEW.payment_id, NEW.reason, NEW.entry_id
    FROM heir ORDER BY depth DESC LIMIT 1;
    RETURN NULL;
END $$;

CREATE FUNCTION cashier_not_by_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'account credit is not paid back onto a card' USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION cashier_not_over_invoiced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint[] := (SELECT array_agg(DISTINCT invoice_id) FROM fresh);
BEGIN
    PERFORM 1 FROM estate_account
    WHERE id IN (SELECT account_id FROM cashier_invoice WHERE id = ANY(which)) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM cashier_invoice invoice
        JOIN billing_payment payment ON payment.id = invoice.payment_id
        JOIN cashier_invoiceline line ON line.invoice_id = invoice.id
        WHERE invoice.id = ANY(which)
        GROUP BY invoice.id, payment.id
        HAVING (sum(line.amount), sum(line.tax_amount)) <> (invoice.amount, invoice.tax_amount)
            OR payment.account_id <> invoice.account_id
    ) THEN
        RAISE EXCEPTION 'the lines of an invoice add up to it' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM (
            SELECT DISTINCT invoice.payment_id, line.charge_id FROM cashier_invoice invoice
            JOIN cashier_invoiceline line ON line.invoice_id = invoice.id WHERE invoice.id = ANY(which)
        ) pair
        WHERE (
            SELECT sum(line.amount) FROM cashier_invoiceline line
            JOIN cashier_invoice invoice ON invoice.id = line.invoice_id
            WHERE line.charge_id = pair.charge_id AND invoice.payment_id = pair.payment_id
              AND invoice.state NOT IN ('failed', 'red_issued')
        ) > (
            SELECT coalesce(sum(amount), 0) FROM billing_allocation
            WHERE payment_id = pair.payment_id AND charge_id = pair.charge_id
        )
    ) THEN
        RAISE EXCEPTION 'more would be invoiced than was paid' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION cashier_invoice_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.site_id, NEW.serial, NEW.account_id, NEW.payment_id, NEW.amount, NEW.tax_amount)
         = (OLD.site_id, OLD.serial, OLD.account_id, OLD.payment_id, OLD.amount, OLD.tax_amount)
       AND (OLD.number = '' OR (NEW.number, NEW.issued_at, NEW.kind, NEW.buyer_title, NEW.buyer_tax_number)
                             = (OLD.number, OLD.issued_at, OLD.kind, OLD.buyer_title, OLD.buyer_tax_number))
       AND (OLD.red_number = '' OR NEW.red_number = OLD.red_number)
       AND (OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
            ('requested', 'issuing'), ('requested', 'failed'), ('issuing', 'issued'), ('issuing', 'failed'),
            ('issued', 'red_requested'), ('red_requested', 'red_confirmed'), ('red_requested', 'issued'),
            ('red_confirmed', 'red_issued'), ('red_confirmed', 'issued')))
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'invoices are not edited: redden them' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER kept_new BEFORE INSERT ON cashier_card FOR EACH ROW EXECUTE FUNCTION cashier_card_kept();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON cashier_card FOR EACH ROW EXECUTE FUNCTION cashier_card_kept();
CREATE TRIGGER move BEFORE INSERT ON cashier_cardmovement FOR EACH ROW EXECUTE FUNCTION cashier_card_move();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cashier_cardmovement
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE CONSTRAINT TRIGGER from_a_card AFTER INSERT ON billing_payment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.method = 'card') EXECUTE FUNCTION cashier_card_paid();
CREATE TRIGGER back_to_the_card AFTER INSERT ON billing_outflow
    FOR EACH ROW WHEN (NEW.kind = 'bounce') EXECUTE FUNCTION cashier_card_return();
CREATE TRIGGER not_by_card BEFORE INSERT OR UPDATE ON billing_refund
    FOR EACH ROW WHEN (NEW.method = 'card') EXECUTE FUNCTION cashier_not_by_card();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON cashier_invoice
    FOR EACH ROW EXECUTE FUNCTION cashier_invoice_kept();
CREATE TRIGGER added AFTER INSERT ON cashier_invoiceline REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION cashier_not_over_invoiced();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cashier_invoiceline
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cashier_invoicemove
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cashier_card EXECUTE FUNCTION billing_refuse_truncate();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cashier_cardmovement EXECUTE FUNCTION billing_refuse_truncate();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cashier_invoice EXECUTE FUNCTION billing_refuse_truncate();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cashier_invoiceline EXECUTE FUNCTION billing_refuse_truncate();
"""

GONE = """
DROP TRIGGER no_truncate ON cashier_invoiceline;
DROP TRIGGER no_truncate ON cashier_invoice;
DROP TRIGGER no_truncate ON cashier_cardmovement;
DROP TRIGGER no_truncate ON cashier_card;
DROP TRIGGER append_only ON cashier_invoicemove;
DROP TRIGGER append_only ON cashier_invoiceline;
DROP TRIGGER added ON cashier_invoiceline;
DROP TRIGGER kept ON cashier_invoice;
DROP TRIGGER not_by_card ON billing_refund;
DROP TRIGGER back_to_the_card ON billing_outflow;
DROP TRIGGER from_a_card ON billing_payment;
DROP TRIGGER append_only ON cashier_cardmovement;
DROP TRIGGER move ON cashier_cardmovement;
DROP TRIGGER kept ON cashier_card;
DROP TRIGGER kept_new ON cashier_card;
DROP FUNCTION cashier_invoice_kept();
DROP FUNCTION cashier_not_over_invoiced();
DROP FUNCTION cashier_not_by_card();
DROP FUNCTION cashier_card_return();
DROP FUNCTION cashier_card_paid();
DROP FUNCTION cashier_card_move();
DROP FUNCTION cashier_card_kept();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0003_shared_shares'),
        ('cashier', '0001_initial'),
        ('estate', '0004_column_mappings'),
        ('identity', '0003_second_factor_sessions_rates'),
        ('ledger', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Card',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40)),
                ('state', models.CharField(choices=[('active', '使用中'), ('blocked', '已挂失'), ('replaced', '已换卡'), ('closed', '已销卡')], default=zhongshu.cashier.lifecycle.CardState['ACTIVE'], max_length=8)),
                ('balance', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('issued_at', models.DateTimeField()),
                ('state_at', models.DateTimeField()),
                ('state_reason', models.CharField(blank=True, max_length=300)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='estate.account')),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='estate.customer')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='cashier.card')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
            ],
        ),
        migrations.CreateModel(
            name='CardMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('top_up', '充值'), ('payment', '缴费'), ('spending', '消费'), ('return', '撤销退回'), ('refund', '退款'), ('moved_out', '换卡转出'), ('moved_in', '换卡转入')], max_length=10)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('balance', models.DecimalField(decimal_places=2, max_digits=14)),
                ('reference', models.CharField(max_length=80)),
                ('on', models.DateField()),
                ('at', models.DateTimeField()),
                ('method', models.CharField(blank=True, choices=[('cash', '现金'), ('pos', '刷卡'), ('transfer', '转账'), ('wechat', '微信支付'), ('alipay', '支付宝'), ('direct_debit', '银行代扣'), ('card', '一卡通'), ('deposit', '押金抵扣'), ('other', '其他')], max_length=14)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('card', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='cashier.card')),
                ('entry', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='ledger.entry')),
                ('payment', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='card_movements', to='billing.payment')),
                ('shift', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='card_movements', to='cashier.shift')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
            ],
        ),
        migrations.CreateModel(
            name='CardRefund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('method', models.CharField(choices=[('cash', '现金'), ('pos', '刷卡'), ('transfer', '转账'), ('wechat', '微信支付'), ('alipay', '支付宝'), ('direct_debit', '银行代扣'), ('card', '一卡通'), ('deposit', '押金抵扣'), ('other', '其他')], max_length=14)),
                ('reference', models.CharField(blank=True, max_length=80)),
                ('reason', models.CharField(max_length=300)),
                ('state', models.CharField(choices=[('proposed', '待批准'), ('approved', '已批准'), ('refused', '未批准'), ('withdrawn', '已撤回')], default=zhongshu.billing.lifecycle.ProposalState['PROPOSED'], max_length=10)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision', models.CharField(blank=True, max_length=300)),
                ('paid_at', models.DateTimeField(null=True)),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='cashier.card')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
            ],
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('serial', models.CharField(max_length=40, unique=True)),
                ('kind', models.CharField(choices=[('normal', '普通发票'), ('special', '专用发票')], max_length=8)),
                ('buyer_title', models.CharField(max_length=100)),
                ('buyer_tax_number', models.CharField(blank=True, max_length=20)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('tax_amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('state', models.CharField(choices=[('requested', '待开具'), ('issuing', '开具中'), ('issued', '已开具'), ('failed', '开具失败'), ('red_requested', '红冲待确认'), ('red_confirmed', '红冲已确认'), ('red_issued', '已红冲')], default=zhongshu.cashier.lifecycle.InvoiceState['REQUESTED'], max_length=13)),
                ('requested_at', models.DateTimeField()),
                ('gateway', models.CharField(max_length=20)),
                ('next_ask_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('number', models.CharField(blank=True, max_length=20)),
                ('issued_at', models.DateTimeField(null=True)),
                ('pdf', models.FileField(blank=True, upload_to='invoices/%Y/%m/')),
                ('red_wanted', models.CharField(blank=True, max_length=300)),
                ('red_reason', models.CharField(blank=True, max_length=300)),
                ('red_confirmation', models.CharField(blank=True, max_length=40)),
                ('red_number', models.CharField(blank=True, max_length=20)),
                ('red_issued_at', models.DateTimeField(null=True)),
                ('red_pdf', models.FileField(blank=True, upload_to='invoices/%Y/%m/')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='estate.account')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='billing.payment')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.site')),
            ],
        ),
        migrations.CreateModel(
            name='InvoiceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('tax_rate', models.DecimalField(decimal_places=6, max_digits=14)),
                ('tax_amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoice_lines', to='billing.charge')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='cashier.invoice')),
            ],
        ),
        migrations.CreateModel(
            name='InvoiceMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.CharField(blank=True, choices=[('requested', '待开具'), ('issuing', '开具中'), ('issued', '已开具'), ('failed', '开具失败'), ('red_requested', '红冲待确认'), ('red_confirmed', '红冲已确认'), ('red_issued', '已红冲')], max_length=13)),
                ('after', models.CharField(choices=[('requested', '待开具'), ('issuing', '开具中'), ('issued', '已开具'), ('failed', '开具失败'), ('red_requested', '红冲待确认'), ('red_confirmed', '红冲已确认'), ('red_issued', '已红冲')], max_length=13)),
                ('at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.user')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='cashier.invoice')),
            ],
        ),
        migrations.CreateModel(
            name='InvoiceSeller',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100)),
                ('tax_number', models.CharField(max_length=20)),
                ('drawn_by', models.CharField(max_length=40)),
                ('gateway', models.CharField(max_length=20)),
                ('site', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='invoice_seller', to='identity.site')),
            ],
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.UniqueConstraint(fields=('site', 'number'), name='card_number_once'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', (zhongshu.cashier.lifecycle.CardState['ACTIVE'], zhongshu.cashier.lifecycle.CardState['BLOCKED']))), fields=('account', 'holder'), name='card_live_once'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(('balance__gte', 0)), name='card_balance_not_negative'),
        ),
        migrations.AddIndex(
            model_name='cardmovement',
            index=models.Index(fields=['card', '-id'], name='card_movement_by_card'),
        ),
        migrations.AddConstraint(
            model_name='cardmovement',
            constraint=models.UniqueConstraint(fields=('site', 'kind', 'reference'), name='card_movement_once'),
        ),
        migrations.AddConstraint(
            model_name='cardmovement',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='card_movement_moves'),
        ),
        migrations.AddConstraint(
            model_name='cardmovement',
            constraint=models.UniqueConstraint(condition=models.Q(('amount__lt', 0), ('payment__isnull', False)), fields=('payment',), name='card_paid_once'),
        ),
        migrations.AddConstraint(
            model_name='cardmovement',
            constraint=models.UniqueConstraint(condition=models.Q(('amount__gt', 0), ('payment__isnull', False)), fields=('payment',), name='card_returned_once'),
        ),
        migrations.AddConstraint(
            model_name='cardmovement',
            constraint=models.CheckConstraint(condition=models.Q(('entry__isnull', False), ('kind__in', (zhongshu.cashier.kinds.CardMoveKind['MOVED_OUT'], zhongshu.cashier.kinds.CardMoveKind['MOVED_IN'])), _connector='OR'), name='card_movement_in_ledger'),
        ),
        migrations.AddConstraint(
            model_name='cardmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', (zhongshu.cashier.kinds.CardMoveKind['PAYMENT'], zhongshu.cashier.kinds.CardMoveKind['SPENDING'], zhongshu.cashier.kinds.CardMoveKind['RETURN'])), _negated=True), ('payment__isnull', False), _connector='OR'), name='card_movement_of_payment'),
        ),
        migrations.AddIndex(
            model_name='cardrefund',
            index=models.Index(fields=['site', 'state', 'proposed_at'], name='card_refund_by_state'),
        ),
        migrations.AddConstraint(
            model_name='cardrefund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='card_refund_positive'),
        ),
        migrations.AddConstraint(
            model_name='cardrefund',
            constraint=models.UniqueConstraint(condition=models.Q(('paid_at__isnull', True), ('state__in', (zhongshu.billing.lifecycle.ProposalState['PROPOSED'], zhongshu.billing.lifecycle.ProposalState['APPROVED']))), fields=('card',), name='card_refund_one_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['site', '-requested_at'], name='invoice_by_time'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('next_ask_at__isnull', False)), fields=['next_ask_at'], name='invoice_due'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='invoice_number_once'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(condition=models.Q(('red_number', ''), _negated=True), fields=('red_number',), name='red_number_once'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('tax_amount__gte', 0), ('tax_amount__lt', models.F('amount'))), name='invoice_amounts'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', (zhongshu.cashier.lifecycle.InvoiceState['REQUESTED'], zhongshu.cashier.lifecycle.InvoiceState['ISSUING'], zhongshu.cashier.lifecycle.InvoiceState['FAILED'])), models.Q(('issued_at__isnull', False), ('number__regex', '^[0-9]{20}$')), _connector='OR'), name='invoice_issued_has_number'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', zhongshu.cashier.lifecycle.InvoiceState['RED_ISSUED']), _negated=True), ('red_number__regex', '^[0-9]{20}$'), _connector='OR'), name='invoice_red_has_number'),
        ),
        migrations.AddConstraint(
            model_name='invoiceline',
            constraint=models.UniqueConstraint(fields=('invoice', 'charge'), name='invoice_line_once'),
        ),
        migrations.AddConstraint(
            model_name='invoiceline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('tax_amount__gte', 0), ('tax_amount__lt', models.F('amount'))), name='invoice_line_amounts'),
        ),
        migrations.RunSQL(KEPT, GONE),
    ]

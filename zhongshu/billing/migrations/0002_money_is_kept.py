"""What no hand may change about money, and what the database itself adds up.

- Charges, payments, allocations and outflows take new rows only; nothing is truncated.
- A new charge is wholly open and a new payment wholly unallocated. `open_amount` and `unallocated` follow from
  allocations and outflows; nobody else writes them.
- An allocation clears a charge of the account whose money it is; an undoing takes back what it names, all of it.
"""

from django.db import migrations

KEPT = """
CREATE FUNCTION billing_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps its rows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION billing_charge_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.open_amount = NEW.amount THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 THEN
        OLD.open_amount := NEW.open_amount;
        IF OLD IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'charges are not edited: reverse them' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION billing_payment_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.unallocated = NEW.amount THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 THEN
        OLD.unallocated := NEW.unallocated;
        IF OLD IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'payments are not edited: bounce or refund them' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION billing_allocate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM fresh
        JOIN billing_charge charge ON charge.id = fresh.charge_id
        LEFT JOIN billing_payment payment ON payment.id = fresh.payment_id
        LEFT JOIN billing_relief relief ON relief.id = fresh.relief_id
        WHERE fresh.site_id <> charge.site_id
           OR payment.account_id <> charge.account_id
           OR relief.charge_id <> charge.id
           OR relief.state <> 'approved'
    ) THEN
        RAISE EXCEPTION 'an allocation stays within one account' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM fresh JOIN billing_allocation before ON before.id = fresh.undoes_id
        WHERE (before.charge_id, before.payment_id, before.relief_id, -before.amount)
              IS DISTINCT FROM (fresh.charge_id, fresh.payment_id, fresh.relief_id, fresh.amount)
    ) THEN
        RAISE EXCEPTION 'an undoing takes back what it names' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE billing_charge SET open_amount = open_amount - cleared.amount
    FROM (SELECT charge_id, sum(amount) AS amount FROM fresh GROUP BY charge_id) cleared
    WHERE billing_charge.id = cleared.charge_id;
    UPDATE billing_payment SET unallocated = unallocated - spent.amount
    FROM (SELECT payment_id, sum(amount) AS amount FROM fresh WHERE payment_id IS NOT NULL GROUP BY payment_id) spent
    WHERE billing_payment.id = spent.payment_id;
    RETURN NULL;
END $$;

CREATE FUNCTION billing_flow_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing_payment SET unallocated = unallocated - gone.amount
    FROM (SELECT payment_id, sum(amount) AS amount FROM fresh GROUP BY payment_id) gone
    WHERE billing_payment.id = gone.payment_id;
    RETURN NULL;
END $$;

CREATE TRIGGER kept_new BEFORE INSERT ON billing_charge FOR EACH ROW
    WHEN (NEW.open_amount <> NEW.amount) EXECUTE FUNCTION billing_charge_kept();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON billing_charge FOR EACH ROW EXECUTE FUNCTION billing_charge_kept();
CREATE TRIGGER kept_new BEFORE INSERT ON billing_payment FOR EACH ROW
    WHEN (NEW.unallocated <> NEW.amount) EXECUTE FUNCTION billing_payment_kept();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON billing_payment FOR EACH ROW EXECUTE FUNCTION billing_payment_kept();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing_allocation
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing_outflow
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER allocate AFTER INSERT ON billing_allocation REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION billing_allocate();
CREATE TRIGGER flow_out AFTER INSERT ON billing_outflow REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION billing_flow_out();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON billing_charge EXECUTE FUNCTION billing_refuse_truncate();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON billing_payment EXECUTE FUNCTION billing_refuse_truncate();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON billing_allocation EXECUTE FUNCTION billing_refuse_truncate();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON billing_outflow EXECUTE FUNCTION billing_refuse_truncate();
"""

GONE = """
DROP TRIGGER no_truncate ON billing_outflow;
DROP TRIGGER no_truncate ON billing_allocation;
DROP TRIGGER no_truncate ON billing_payment;
DROP TRIGGER no_truncate ON billing_charge;
DROP TRIGGER flow_out ON billing_outflow;
DROP TRIGGER allocate ON billing_allocation;
DROP TRIGGER append_only ON billing_outflow;
DROP TRIGGER append_only ON billing_allocation;
DROP TRIGGER kept ON billing_payment;
DROP TRIGGER kept_new ON billing_payment;
DROP TRIGGER kept ON billing_charge;
DROP TRIGGER kept_new ON billing_charge;
DROP FUNCTION billing_flow_out();
DROP FUNCTION billing_allocate();
DROP FUNCTION billing_payment_kept();
DROP FUNCTION billing_charge_kept();
DROP FUNCTION billing_refuse_truncate();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("kernel", "0003_refuse_change")]

    operations = [migrations.RunSQL(KEPT, GONE)]

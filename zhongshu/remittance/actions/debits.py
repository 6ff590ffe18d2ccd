"""Direct debit: a batch of what is owed, its file for the bank, the bank's answer, the money in the books."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhongshu.billing.actions import receive
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.policies.allocation import Designation
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, Refusal
from zhongshu.kernel.numbers import next_number
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.sql import statement
from zhongshu.messaging.actions import Telling, tell_all
from zhongshu.remittance.errors import AlreadyDone, NothingToCollect
from zhongshu.remittance.events import DebitsAnswered
from zhongshu.remittance.kinds import FAILURE_LABELS, UNANSWERED, BatchState, DebitState
from zhongshu.remittance.layouts.debits import file_of, returned_in
from zhongshu.remittance.layouts.spec import Failure
from zhongshu.remittance.models import BankAccount, DebitBatch, DebitLine, DebitReturn
from zhongshu.remittance.permissions import KEEP_DEBITS
from zhongshu.remittance.policies.debits import Asked, Settled, settled
from zhongshu.remittance.queries.banks import debits_in, keepers_of, layout_in, to_book

PREFIX = "DK"
CHUNK = 50


@transaction.atomic
def make_batch(*, actor: Actor, at: datetime, bank_account_id: int, collects_on: date, due_until: date) -> DebitBatch:
    """What is owed and was due by `due_until`, of everybody who lets this bank account collect that day.

    Who waits for an answer already is left out; whose debit failed before is asked again. Raises NotFound, Invalid,
    NothingToCollect, FileRefused where something does not fit the bank's file.
    """
    rows = actor.visible(BankAccount.objects.select_for_update(of=("self",)), KEEP_DEBITS)
    ours = found(rows.filter(pk=bank_account_id, is_active=True, layout__isnull=False).select_related("site"))
    if collects_on < day_of(at):
        raise Invalid(_("扣款日期不能早于今天。"), field="collects_on")
    batch = DebitBatch.objects.create(
        site=ours.site,
        bank_account=ours,
        number=next_number(prefix=PREFIX, site_code=ours.site.code, at=at),
        collects_on=collects_on,
        count=0,
        total=Decimal(0),
        made_at=at,
        made_by_id=actor.user_id,
    )
    _ask(batch, due_until)
    _file(batch)  # what does not fit is known now, not at the bank
    after = audit.values(batch, ("number", "collects_on", "count", "total"))
    audit.record(actor=actor, at=at, verb="remittance.make_batch", target=batch, after=after)
    return batch


def _ask(batch: DebitBatch, due_until: date) -> None:
    said: dict[str, Any] = {
        "site": batch.site_id,
        "batch": batch.pk,
        "number": batch.number,
        "bank_account": batch.bank_account_id,
        "on": batch.collects_on,
        "due_on": due_until,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("remittance", "ask"), said)
        cursor.execute("SELECT count(*), sum(amount) FROM remittance_debitline WHERE batch_id = %s", [batch.pk])
        batch.count, total = cursor.fetchone()
    if not batch.count:
        raise NothingToCollect(_("没有可以代扣的欠费：没有授权、没有到期的欠费，或都已在等银行结果。"))
    batch.total = total
    batch.save(update_fields=["count", "total"])


def _file(batch: DebitBatch) -> bytes:
    remark = _("%(site)s物业费") % {"site": batch.site.name}
    debits = [debit for _line, debit in debits_in(batch, remark=remark)]
    layout, merchant = layout_in(batch), batch.bank_account.merchant
    return file_of(layout, batch=batch.number, merchant=merchant, day=batch.collects_on, debits=debits)


@transaction.atomic
def fetch_file(*, actor: Actor, at: datetime, batch_id: int) -> tuple[str, bytes]:
    """The name and bytes of the batch's file: account numbers in full, so every time is written down.

    Raises NotFound, AlreadyDone, FileRefused.
    """
    batch = _locked(actor, batch_id)
    if batch.state == BatchState.CANCELLED:
        raise AlreadyDone(_("这一批已作废。"))
    content = _file(batch)
    if batch.sent_at is None:
        batch.sent_at = at
        batch.save(update_fields=["sent_at"])
    after = {"number": batch.number, "sha256": sha256(content).hexdigest()}
    audit.record(actor=actor, at=at, verb="remittance.fetch_debit_file", target=batch, after=after)
    return f"{batch.number}.{'csv' if layout_in(batch).shape == 'csv' else 'txt'}", content


@transaction.atomic
def take_result(*, actor: Actor, at: datetime, batch_id: int, file_name: str, content: bytes) -> DebitReturn:
    """What the bank says of the batch: each line is answered once, whatever comes how often and beside what.

    The money is booked afterwards (`book_collected`). Raises NotFound, AlreadyDone, FileRefused.
    """
    batch = _locked(actor, batch_id)
    digest = sha256(content).hexdigest()
    if earlier := DebitReturn.objects.filter(batch=batch, sha256=digest).first():
        return earlier
    if batch.state == BatchState.CANCELLED:
        raise AlreadyDone(_("这一批已作废，不能再导入结果。"))
    returned = returned_in(layout_in(batch), content)
    lines = {line.sequence: (line, debit) for line, debit in debits_in(batch, remark="")}
    asked = {key: Asked(debit, DebitState(line.state), line.collected) for key, (line, debit) in lines.items()}
    changes = settled(batch.number, asked, returned, today=day_of(at))
    _answer(batch, changes, day=returned.day or day_of(at))
    taken = DebitReturn.objects.create(
        site_id=batch.site_id,
        batch=batch,
        sha256=digest,
        file_name=file_name[:200],
        changed=len(changes),
        taken_at=at,
        taken_by_id=actor.user_id,
    )
    _settle_if_answered(batch, at)
    after = {"sha256": digest, "changed": len(changes)}
    audit.record(actor=actor, at=at, verb="remittance.take_debit_result", target=batch, after=after)
    _tell_of(batch, changes, {key: line for key, (line, _debit) in lines.items()}, at=at)
    return taken


def _answer(batch: DebitBatch, changes: Sequence[Settled], *, day: date) -> None:
    answers = [one.answer for one in changes]
    said: dict[str, Any] = {
        "batch": batch.pk,
        "sequences": [one.sequence for one in changes],
        "states": [str(one.state) for one in changes],
        "failures": [str(answer.failure or "") for answer in answers],
        "codes": [answer.code[:40] for answer in answers],
        "messages": [answer.message[:200] for answer in answers],
        "collected": [answer.collected for answer in answers],
        "days": [(answer.day or day) if answer.collected else None for answer in answers],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("remittance", "answer"), said)


def _settle_if_answered(batch: DebitBatch, at: datetime) -> None:
    if not DebitLine.objects.filter(batch=batch, state__in=UNANSWERED).exists():
        batch.state, batch.ended_at = BatchState.SETTLED, at
        batch.save(update_fields=["state", "ended_at"])


def _tell_of(batch: DebitBatch, changes: Sequence[Settled], lines: dict[int, DebitLine], *, at: datetime) -> None:
    """Other apps, and the keepers of those whose debit failed: one message each for all of theirs."""
    states = [one.state for one in changes]
    counts = {name: states.count(DebitState(name)) for name in ("paid", "failed", "unknown")}
    publish(DebitsAnswered(site_id=batch.site_id, batch_id=batch.pk, **counts), at=at)
    failed = {
        lines[one.sequence].account_id: _said(lines[one.sequence], one)
        for one in changes
        if one.state == DebitState.FAILED
    }
    title = _("银行代扣有 %(count)s 户没有扣成")
    tell_all(
        (
            Telling(
                recipient_ids=(keeper_id,),
                site_id=batch.site_id,
                kind="debits_failed",
                title=title % {"count": len(theirs)},
                body="；".join(failed[account_id] for account_id in theirs),  # matter
                dedupe_key=f"debits_failed:{batch.pk}:{min(theirs)}:{len(theirs)}",
            )
            for keeper_id, theirs in keepers_of(failed, day_of(at)).items()
        ),
        at=at,
    )


def _said(line: DebitLine, one: Settled) -> str:
    """Whose, and why: 二期3栋2单元1502 余额不足."""
    return f"{line.account.unit or line.account.number} {FAILURE_LABELS[one.answer.failure or Failure.OTHER]}"


def book_collected(*, actor: Actor, at: datetime, batch_id: int, most: int = CHUNK) -> int:
    """Some of what was collected goes into the books; how many lines were looked at, 0 when none is left.

    What another process has in hand is left to it. A line that cannot be booked says why and waits (`retry_booking`).
    """
    with transaction.atomic():
        lines = list(to_book(batch_id).select_for_update(skip_locked=True, of=("self",))[:most])
        for line in lines:
            actor.require(KEEP_DEBITS, line.site_id)
            _book(line, actor=actor, at=at)
    return len(lines)


def _book(line: DebitLine, *, actor: Actor, at: datetime) -> None:
    try:
        with transaction.atomic():
            line.payment = receive(
                actor=actor,
                at=at,
                account_id=line.account_id,
                amount=line.collected,
                method=PaymentMethod.DIRECT_DEBIT,
                reference=line.reference,
                received_on=line.collected_on or day_of(at),
                designation=Designation(charges=frozenset(line.charge_ids)),
            )
    except Refusal as refusal:
        line.trouble = refusal.message[:300]
    line.save(update_fields=["payment", "trouble"])


@transaction.atomic
def retry_booking(*, actor: Actor, at: datetime, batch_id: int) -> int:
    """What could not be booked is tried again; how many lines. Raises NotFound."""
    batch = _locked(actor, batch_id)
    count = DebitLine.objects.filter(batch=batch, payment__isnull=True).exclude(trouble="").update(trouble="")
    audit.record(actor=actor, at=at, verb="remittance.retry_booking", target=batch, after={"lines": count})
    return count


@transaction.atomic
def settle_debit(
    *, actor: Actor, at: datetime, line_id: int, is_paid: bool, collected_on: date | None, reason: str
) -> DebitLine:
    """What a person learnt of a debit about which no file says anything. Raises NotFound, AlreadyDone, Invalid."""
    line = found(actor.visible(DebitLine.objects.filter(pk=line_id), KEEP_DEBITS))
    batch = _locked(actor, line.batch_id)
    line = DebitLine.objects.select_for_update().get(pk=line.pk)
    if line.state not in UNANSWERED:
        raise AlreadyDone(_("这一笔已经有结果了。"))
    if is_paid and (collected_on is None or collected_on > day_of(at)):
        raise Invalid(_("请填写扣款日期，不能晚于今天。"), field="collected_on")
    before = audit.values(line, ("state",))
    line.state = DebitState.PAID if is_paid else DebitState.FAILED
    line.failure, line.message = "" if is_paid else "other", reason.strip()[:200]
    line.collected, line.collected_on = (line.amount, collected_on) if is_paid else (Decimal(0), None)
    line.save(update_fields=["state", "failure", "message", "collected", "collected_on"])
    _settle_if_answered(batch, at)
    after = audit.values(line, ("state", "message", "collected_on"))
    audit.record(actor=actor, at=at, verb="remittance.settle_debit", target=line, before=before, after=after)
    return line


@transaction.atomic
def cancel_batch(*, actor: Actor, at: datetime, batch_id: int, reason: str) -> DebitBatch:
    """A batch that the bank will not collect: as long as it has answered nothing. Raises NotFound, AlreadyDone."""
    batch = _locked(actor, batch_id)
    if batch.state != BatchState.OPEN or DebitLine.objects.filter(batch=batch).exclude(state=DebitState.ASKED).exists():
        raise AlreadyDone(_("这一批已有银行结果或已作废，不能再作废。"))
    DebitLine.objects.filter(batch=batch).update(state=DebitState.CANCELLED)
    batch.state, batch.ended_at, batch.end_reason = BatchState.CANCELLED, at, reason.strip()[:200]
    batch.save(update_fields=["state", "ended_at", "end_reason"])
    after = audit.values(batch, ("number", "end_reason"))
    audit.record(actor=actor, at=at, verb="remittance.cancel_batch", target=batch, after=after)
    return batch


def _locked(actor: Actor, batch_id: int) -> DebitBatch:
    rows = actor.visible(DebitBatch.objects.select_for_update(of=("self",)), KEEP_DEBITS)
    return found(rows.filter(pk=batch_id).select_related("site", "bank_account"))

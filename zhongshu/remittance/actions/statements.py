"""Bank statements: taken in, looked through, and each line said to be somebody's money or nobody's."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing.actions import bounce_payment, receive
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import stated
from zhongshu.ledger.actions import Leg, post, reverse
from zhongshu.ledger.kinds import BANK, CLEARING, EntryKind, Fund
from zhongshu.remittance.engine.suggesting import suggested
from zhongshu.remittance.errors import AlreadyDone
from zhongshu.remittance.events import StatementImported, StatementLineSettled
from zhongshu.remittance.kinds import MATCH_REASON_LABELS, MatchReason, StatementState
from zhongshu.remittance.layouts.statements import Booking, StatementFile, read_statement
from zhongshu.remittance.layouts.trouble import refused
from zhongshu.remittance.models import BankAccount, BankStatement, StatementLine
from zhongshu.remittance.permissions import MATCH_STATEMENTS, UNDO_MATCHES
from zhongshu.remittance.policies.matching import Suggestion
from zhongshu.remittance.policies.numbers import masked_number, payer_key
from zhongshu.remittance.queries.statements import unlooked

CHUNK = 200


def import_statement(
    *, actor: Actor, at: datetime, bank_account_id: int, file_name: str, content: bytes
) -> BankStatement:
    """The lines of a file that are not known yet; the same file, or part of it, again adds nothing.

    Raises NotFound, FileRefused.
    """
    ours = found(actor.visible(BankAccount.objects.all(), MATCH_STATEMENTS).filter(pk=bank_account_id))
    digest = sha256(content).hexdigest()
    if earlier := BankStatement.objects.filter(bank_account=ours, sha256=digest).first():
        return earlier
    read = read_statement(content, today=day_of(at))  # slow, so before anything is locked
    if read.account_no and read.account_no != "".join(filter(str.isdigit, ours.number)):
        raise refused(0, "", _("这是账号 %(number)s 的对账单") % {"number": masked_number(read.account_no)})
    with transaction.atomic():
        BankAccount.objects.select_for_update().get(pk=ours.pk)
        if earlier := BankStatement.objects.filter(bank_account=ours, sha256=digest).first():
            return earlier
        statement = _kept(ours, read, digest, file_name, actor=actor, at=at)
        after = audit.values(statement, ("sha256", "line_count", "new_count", "starts_on", "ends_on"))
        audit.record(actor=actor, at=at, verb="remittance.import_statement", target=statement, after=after)
        publish(StatementImported(site_id=ours.site_id, statement_id=statement.pk, new=statement.new_count), at=at)
    return statement


def _kept(
    ours: BankAccount, read: StatementFile, digest: str, file_name: str, *, actor: Actor, at: datetime
) -> BankStatement:
    days = [one.booked_on for one in read.bookings]
    statement = BankStatement.objects.create(
        site_id=ours.site_id,
        bank_account=ours,
        sha256=digest,
        file_name=file_name[:200],
        starts_on=min(days),
        ends_on=max(days),
        line_count=len(days),
        new_count=0,
        imported_at=at,
        imported_by_id=actor.user_id,
    )
    lines = (_line(statement, one) for one in read.bookings)
    StatementLine.objects.bulk_create(lines, batch_size=1_000, ignore_conflicts=True)
    statement.new_count = statement.lines.count()
    statement.save(update_fields=["new_count"])
    return statement


def _line(statement: BankStatement, one: Booking) -> StatementLine:
    return StatementLine(
        site_id=statement.site_id,
        bank_account_id=statement.bank_account_id,
        statement=statement,
        line=one.line,
        digest=one.digest,
        nth=one.nth,
        booked_on=one.booked_on,
        amount=one.amount,
        reference=one.reference,
        payer_name=one.payer_name,
        payer_masked=masked_number(one.payer_account),
        payer_key=payer_key(one.payer_account),
        remark=one.remark,
        state=StatementState.OPEN if one.amount > 0 else StatementState.OUTGOING,
    )


@audit.unaudited("what it writes is only advice")
def look_for_matches(*, site_id: int, most: int = CHUNK) -> int:
    """Look for whose money some open lines are; how many were looked at, 0 when all were."""
    with transaction.atomic():
        lines = list(unlooked(site_id).select_for_update(skip_locked=True)[:most])
        _advise(site_id, lines)
    return len(lines)


def _advise(site_id: int, lines: Sequence[StatementLine]) -> None:
    found_for = suggested(site_id, lines)
    for line in lines:
        line.suggestions = [_plain(one) for one in found_for[line.pk]]
        line.is_certain = any(one.is_certain for one in found_for[line.pk])
    StatementLine.objects.bulk_update(lines, ["suggestions", "is_certain"])


def _plain(one: Suggestion) -> dict[str, object]:
    reasons = [str(reason) for reason in one.reasons]
    return {"account_id": one.account_id, "score": one.score, "reasons": reasons, "is_certain": one.is_certain}


@transaction.atomic
def look_again(*, actor: Actor, at: datetime, site_id: int) -> int:
    """Forget what was suggested for the open lines of a site, to be looked for anew; how many. Raises NotFound."""
    actor.require(MATCH_STATEMENTS, site_id)
    rows = StatementLine.objects.filter(site_id=site_id, state=StatementState.OPEN)
    count = rows.update(suggestions=None, is_certain=False)
    ours = found(BankAccount.objects.filter(site_id=site_id)[:1])
    audit.record(actor=actor, at=at, verb="remittance.look_again", target=ours, after={"lines": count})
    return count


@transaction.atomic
def confirm_match(*, actor: Actor, at: datetime, line_id: int, account_id: int) -> StatementLine:
    """The line is that account's money: it is received as a transfer of the day it was booked.

    Raises NotFound, AlreadyDone, ReferenceUsed.
    """
    line = _locked(actor, line_id)
    account = found(Account.objects.filter(pk=account_id, site_id=line.site_id))
    return _matched(line, account.pk, _reasons(line, account.pk), actor=actor, at=at)


def _reasons(line: StatementLine, account_id: int) -> str:
    advised = next((one for one in line.suggestions or () if one["account_id"] == account_id), None)
    reasons = [MatchReason(one) for one in advised["reasons"]] if advised else [MatchReason.CHOSEN]
    return "；".join(str(MATCH_REASON_LABELS[reason]) for reason in reasons)  # matter


def _matched(line: StatementLine, account_id: int, reason: str, *, actor: Actor, at: datetime) -> StatementLine:
    payment = receive(
        actor=actor,
        at=at,
        account_id=account_id,
        amount=line.amount,
        method=PaymentMethod.TRANSFER,
        reference=_reference(line),
        received_on=line.booked_on,
        payer_name=line.payer_name[:80],
        note=line.remark[:300],
    )
    if StatementLine.objects.filter(payment=payment).exists():
        raise AlreadyDone(_("这笔转账已按流水号 %(reference)s 入账了。") % {"reference": payment.reference})
    line.payment, line.account_id = payment, account_id
    return _settled(line, StatementState.MATCHED, reason, verb="confirm_match", actor=actor, at=at)


def _reference(line: StatementLine) -> str:
    """The bank's, so that what the counter booked by it is not booked again; ours where it stands for several lines."""
    others = StatementLine.objects.filter(bank_account_id=line.bank_account_id, reference=line.reference)
    is_told = bool(line.reference) and not others.exclude(pk=line.pk).exists()
    reference = line.reference[:74] if is_told else f"DZ{line.pk}"
    return f"{reference}/{line.tries + 1}" if line.tries else reference


def confirm_certain(*, actor: Actor, at: datetime, site_id: int, after_id: int = 0, most: int = CHUNK) -> int:
    """Confirm the open lines whose match is certain, each looked at anew, as what was paid before counts.

    In chunks: returns the key of the last line that was looked at, to go on `after_id`; 0 when none is left.
    Lines that are not certain any more stay. Raises NotFound.
    """
    actor.require(MATCH_STATEMENTS, site_id)
    rows = StatementLine.objects.filter(site_id=site_id, state=StatementState.OPEN, is_certain=True, pk__gt=after_id)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    for pk in ids:
        _confirm_if_certain(pk, actor=actor, at=at)
    return ids[-1] if ids else 0


@transaction.atomic
def _confirm_if_certain(line_id: int, *, actor: Actor, at: datetime) -> None:
    line = StatementLine.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=line_id).first()
    if line is None or line.state != StatementState.OPEN:
        return
    _advise(line.site_id, [line])
    if line.is_certain and line.suggestions:
        account_id = line.suggestions[0]["account_id"]
        _matched(line, account_id, _reasons(line, account_id), actor=actor, at=at)


@transaction.atomic
def set_aside(*, actor: Actor, at: datetime, line_id: int, reason: str) -> StatementLine:
    """The line is nobody's payment: interest, our own transfer, what was booked otherwise. Raises NotFound, Invalid."""
    line = _locked(actor, line_id)
    said = stated(reason, field="reason", most=300, what=_("原因"))
    return _settled(line, StatementState.SET_ASIDE, said, verb="set_aside", actor=actor, at=at)


@transaction.atomic
def clear_transit(*, actor: Actor, at: datetime, line_id: int, reason: str) -> StatementLine:
    """Money that was booked when it was paid (WeChat Pay, Alipay, card terminals) has arrived: out of transit.

    Raises NotFound, AlreadyDone, Invalid, PeriodClosed.
    """
    line = _locked(actor, line_id)
    said = stated(reason, field="reason", most=300, what=_("来源"))
    line.entry = post(
        actor=actor,
        at=at,
        site_id=line.site_id,
        dated_on=line.booked_on,
        kind=EntryKind.SETTLEMENT,
        source=f"remittance.line:{line.pk}:{line.tries}",
        legs=[Leg(Fund.OPERATING, BANK, line.amount), Leg(Fund.OPERATING, CLEARING, -line.amount)],
        memo=said,
    )
    return _settled(line, StatementState.CLEARED, said, verb="clear_transit", actor=actor, at=at)


def _settled(
    line: StatementLine, state: StatementState, reason: str, *, verb: str, actor: Actor, at: datetime
) -> StatementLine:
    line.state, line.reason, line.settled_at, line.settled_by_id = state, reason[:300], at, actor.user_id
    line.save()
    after = audit.values(line, ("state", "account_id", "payment_id", "entry_id", "reason"))
    audit.record(actor=actor, at=at, verb=f"remittance.{verb}", target=line, after=after)
    _tell(line, at)
    return line


@transaction.atomic
def undo_match(*, actor: Actor, at: datetime, line_id: int, reason: str) -> StatementLine:
    """The line is open again; what was booked for it is undone as of today. Raises NotFound, AlreadyDone, Invalid."""
    rows = actor.visible(StatementLine.objects.select_for_update(of=("self",)), UNDO_MATCHES)
    line = found(rows.filter(pk=line_id))
    if line.state in (StatementState.OPEN, StatementState.OUTGOING):
        raise AlreadyDone(_("这一笔没有可以撤销的。"))
    said = stated(reason, field="reason", most=300, what=_("原因"))
    before = audit.values(line, ("state", "account_id", "payment_id", "entry_id", "reason"))
    _undo_booking(line, said, actor=actor, at=at)
    line.state, line.account_id, line.payment, line.entry, line.reason = StatementState.OPEN, None, None, None, ""
    line.tries, line.suggestions, line.is_certain = line.tries + 1, None, False
    line.settled_at = line.settled_by_id = None
    line.save()
    audit.record(actor=actor, at=at, verb="remittance.undo_match", target=line, before=before, after={"reason": said})
    _tell(line, at)
    return line


def _undo_booking(line: StatementLine, reason: str, *, actor: Actor, at: datetime) -> None:
    if line.payment_id is not None:
        bounce_payment(actor=actor, at=at, payment_id=line.payment_id, on=day_of(at), reason=reason)
    if line.entry_id is not None:
        source = f"remittance.line:{line.pk}:{line.tries}:undone"
        reverse(actor=actor, at=at, entry_id=line.entry_id, dated_on=day_of(at), source=source, memo=reason)


def _tell(line: StatementLine, at: datetime) -> None:
    told = StatementLineSettled(
        site_id=line.site_id, line_id=line.pk, state=str(line.state), account_id=line.account_id
    )
    publish(told, at=at)


def _locked(actor: Actor, line_id: int) -> StatementLine:
    """Raises NotFound, AlreadyDone."""
    rows = actor.visible(StatementLine.objects.select_for_update(of=("self",)), MATCH_STATEMENTS)
    line = found(rows.filter(pk=line_id))
    if line.state == StatementState.OUTGOING:
        raise Invalid(_("这是支出，不是收款。"))
    if line.state != StatementState.OPEN:
        raise AlreadyDone(_("这一笔已经处理过了，要改请先撤销。"))
    return line

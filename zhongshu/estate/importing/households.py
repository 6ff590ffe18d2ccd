"""Who holds a dwelling and who lives there, as the rows of the dwelling say."""

from datetime import date

from zhongshu.estate.importing.state import AccountState, CustomerState, Estate, MemberState
from zhongshu.estate.importing.unit_rows import Person, UnitRow
from zhongshu.estate.kinds import RELATION_LABELS, CustomerKind, OccupancyStatus, Relation
from zhongshu.estate.workbooks.sheets import Change, Row
from zhongshu.identity.masking import masked


def plan_household(
    estate: Estate, unit: str, group: list[UnitRow], *, status: str, handed_over_on: date | None
) -> None:
    """Opens the account where there is none, adds members, corrects particulars; never guesses a new owner."""
    said = [(read.row, read.person) for read in group if read.person]
    held = estate.held.get(unit)
    account = held.account if held else None
    if status == OccupancyStatus.UNSOLD:
        _plan_unsold(estate, unit, group[0].row, said, account)
    elif account is not None and account.is_developers and _names_developer(account, said):
        _same_developer(estate, account, said)
    elif account is None or account.is_developers:
        _open(estate, unit, said, handed_over_on)
    else:
        _compare(estate, account, said)


Said = list[tuple[Row, Person]]


def _plan_unsold(estate: Estate, unit: str, row: Row, said: Said, account: AccountState | None) -> None:
    """Unsold: nobody, or the developer, an organisation; its account is the site's one."""
    if account is not None and not account.is_developers:
        row.wrong("状态", f"已有户主{account.customer.name}，不能改为未售；如已退房请先在系统里销户")
        return
    for at, person in said:
        if person.kind != CustomerKind.ORGANISATION or person.relation != Relation.OWNER:
            at.wrong("客户姓名", "未售的房屋只能填开发商（客户类型 单位、身份 业主），或不填客户")
            return
    developer = _developer(estate, said)
    if developer is not None and account is None:
        estate.hold(unit, developer, estate.today if developer.pk else developer.starts_on)


def _developer(estate: Estate, said: Said) -> AccountState | None:
    if estate.developer is not None:
        if said and said[0][1].name != estate.developer.customer.name:
            said[0][0].wrong("客户姓名", f"本项目的开发商户是“{estate.developer.customer.name}”，未售房屋只能归它")
        _same_developer(estate, estate.developer, said)
        return estate.developer
    if not said:
        return None
    row, person = said[0]
    row.report.count("account", "created")
    return estate.add_developer(_customer(estate, row, person), person.since or estate.today)


def _names_developer(account: AccountState, said: Said) -> bool:
    return not said or said[0][1].name == account.customer.name


def _same_developer(estate: Estate, account: AccountState, said: Said) -> None:
    for row, person in said:
        if person.name == account.customer.name:
            _describe(estate, account.customer, row, person)


def _open(estate: Estate, unit: str, said: Said, handed_over_on: date | None) -> None:
    owner = next(((row, person) for row, person in said if person.relation == Relation.OWNER), None)
    if owner is None:
        for row, person in said:
            relation = RELATION_LABELS[Relation(person.relation)]
            row.wrong("身份", f"{relation}“{person.name}”的房屋没有业主：表里没有，系统里也没有")
        return
    row, person = owner
    starts_on = person.since or handed_over_on or estate.today
    last = estate.former.get(unit, (0, None))[1]
    if last is not None and starts_on < last:
        row.wrong("入住日期", f"上一户到 {last} 为止，新户不能从 {starts_on} 起")
        return
    account = estate.add_account(unit, _customer(estate, row, person), starts_on)
    account.members.append(MemberState(None, account.customer, Relation.OWNER, starts_on))
    row.report.count("account", "created")
    for at, other in said:
        if other is not person:
            _add_member(estate, account, at, other)


def _compare(estate: Estate, account: AccountState, said: Said) -> None:
    """Rows against the household that is there: first by name, then the holder by document or number."""
    by_name = {member.customer.name: member for member in account.members}
    unmatched: Said = []
    for row, person in said:
        if person.name in by_name:
            _confirm(estate, account, by_name[person.name], row, person)
        else:
            unmatched.append((row, person))
    is_holder_named = any(person.name == account.customer.name for _row, person in said)
    for row, person in unmatched:
        if person.relation != Relation.OWNER or is_holder_named:
            _add_member(estate, account, row, person)
        elif _is_same_holder(account.customer, person):
            _rename(account.customer, row, person)
            _confirm(estate, account, _holder(account), row, person)
            is_holder_named = True
        else:
            _refuse_new_owner(account, row)


def _holder(account: AccountState) -> MemberState:
    return next(member for member in account.members if member.customer is account.customer)


def _is_same_holder(holder: CustomerState, person: Person) -> bool:
    shares_number = bool(set(holder.phones) & set(person.phones))
    return shares_number or bool(person.id_no and person.id_no == holder.id_no)


def _refuse_new_owner(account: AccountState, row: Row) -> None:
    number = masked(account.customer.phones[0]) if account.customer.phones else "没有电话"
    present = f"{account.customer.name}（{number}，{account.starts_on} 起）"
    row.wrong("客户姓名", f"这套房屋现在的户主是{present}；换了业主请在系统里办理“过户”，不能靠导入")


def _rename(customer: CustomerState, row: Row, person: Person) -> None:
    row.report.changes.append(_change(row, customer.name, "客户姓名", customer.name, person.name))
    customer.name, customer.is_changed = person.name, True


def _confirm(estate: Estate, account: AccountState, member: MemberState, row: Row, person: Person) -> None:
    _describe(estate, member.customer, row, person)
    is_holder = member.customer is account.customer
    if is_holder and person.relation != Relation.OWNER:
        row.wrong("身份", f"“{person.name}”是这套房屋的户主，身份应填业主；换了业主请办理“过户”")
    elif member.relation != person.relation:
        was, becomes = (str(RELATION_LABELS[Relation(value)]) for value in (member.relation, person.relation))
        row.report.changes.append(_change(row, person.name, "身份", was, becomes))
        member.relation, member.is_changed = person.relation, True
    if person.since and person.since != member.starts_on:
        _move_start(estate, account, member, row, person.since)
    changed = member.is_changed or (is_holder and account.is_changed)
    row.report.count("account" if is_holder else "member", "updated" if changed else "unchanged")


def _move_start(estate: Estate, account: AccountState, member: MemberState, row: Row, since: date) -> None:
    """A corrected first day: the holder's moves the account; a member's is never before the account's."""
    if member.customer is not account.customer:
        since = max(since, account.starts_on)
    else:
        last = estate.former.get(account.unit or "", (0, None))[1]
        if last is not None and since < last:
            row.wrong("入住日期", f"上一户到 {last} 为止，不能改为从 {since} 起")
            return
        account.starts_on, account.is_changed = since, True
    if since != member.starts_on:
        row.report.changes.append(_change(row, member.customer.name, "入住日期", str(member.starts_on), str(since)))
        member.starts_on, member.is_changed = since, True


def _add_member(estate: Estate, account: AccountState, row: Row, person: Person) -> None:
    customer = _customer(estate, row, person)
    if any(member.customer is customer for member in account.members):
        row.wrong("客户姓名", f"“{person.name}”已经是这一户的成员")
        return
    if person.relation == Relation.OWNER:
        row.notice("身份", f"“{person.name}”登记为共有业主，户主是{account.customer.name}")
    if person.since and person.since < account.starts_on:
        row.notice("入住日期", f"“{person.name}”的入住日期早于本户开始的 {account.starts_on}，按本户开始日登记")
    starts_on = max(person.since or account.starts_on, account.starts_on)
    account.members.append(MemberState(None, customer, person.relation, starts_on))
    row.report.count("member", "created")


def _customer(estate: Estate, row: Row, person: Person) -> CustomerState:
    """Somebody the site knows by name and document or number, else somebody new."""
    customer = estate.recognise(person.name, person.id_no, person.phones)
    if customer is None:
        customer = estate.add_customer(person.name, person.kind, person.id_no, person.phones)
    _describe(estate, customer, row, person)
    return customer


def _describe(estate: Estate, customer: CustomerState, row: Row, person: Person) -> None:
    """Particulars as the row gives them; what it leaves empty stays."""
    estate.learn(customer, person.phones)
    customer.said_phones.update(dict.fromkeys(person.phones))
    if customer.said_in is None:
        customer.said_in = row
        estate.touched.append(customer)
    if person.id_no and person.id_no != customer.id_no:
        if customer.pk is not None:
            was = _masked_document(customer.id_no)
            row.report.changes.append(_change(row, customer.name, "证件号", was, _masked_document(person.id_no)))
        customer.id_no, customer.is_changed = person.id_no, True
    if person.says_kind and person.kind != customer.kind:
        if customer.pk is not None:
            row.report.changes.append(_change(row, customer.name, "客户类型", customer.kind, person.kind))
        customer.kind, customer.is_changed = person.kind, True


def finish_customers(estate: Estate) -> None:
    """Once all rows are read: the numbers of each customer, and the count of customers."""
    _note_namesakes(estate)
    _note_shared_documents(estate)
    for customer in estate.touched:
        row: Row = customer.said_in
        said = tuple(customer.said_phones)
        if said and said != customer.phones:
            if customer.pk is not None:
                was, becomes = ("、".join(map(masked, numbers)) for numbers in (customer.phones, said))
                row.report.changes.append(_change(row, customer.name, "手机号", was or "（空）", becomes))
            customer.phones, customer.has_new_phones = said, True
        changed = customer.is_changed or customer.has_new_phones
        what = "created" if customer.pk is None else ("updated" if changed else "unchanged")
        row.report.count("customer", what)


def _note_namesakes(estate: Estate) -> None:
    """In others' lists one owner of two rooms may have two numbers: taken for two people, which is worth a look."""
    first: dict[str, CustomerState] = {}
    for customer in estate.touched:
        row: Row = customer.said_in
        if customer.pk is None and row.is_foreign and first.setdefault(customer.name, customer) is not customer:
            row.notice("客户姓名", "与别的行同名，号码和证件号都不同，登记为另一个人；是同一个人的，请核对")


def _note_shared_documents(estate: Estate) -> None:
    """One document under two names: taken for two people, though one of the two is mistaken."""
    first: dict[str, CustomerState] = {}
    for customer in estate.touched:
        row: Row = customer.said_in
        other = first.setdefault(customer.id_no, customer)
        if customer.id_no and other is not customer and customer.pk is None and row.is_foreign:
            at = other.said_in.spoken(row)
            row.notice("证件号", f"与{at}的“{other.name}”证件号相同，姓名却不同，登记为另一个人；请核对")


def _change(row: Row, target: str, title: str, was: str, becomes: str) -> Change:
    return Change(row.sheet, row.number, target, title, was, becomes)


def _masked_document(number: str) -> str:
    return f"{number[:4]}****{number[-2:]}" if number else "（空）"

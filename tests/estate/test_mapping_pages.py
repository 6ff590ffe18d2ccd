"""A workbook in nobody's layout: mapped on a page, previewed, taken; the next one with its header needs no page."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.estate.books import book as our_book
from tests.estate.books import cells, owner, raw_book, take
from tests.estate.conftest import Estate
from tests.estate.test_pages import signed_in
from zhongshu.estate import jobs
from zhongshu.estate.actions.imports import (
    ask_to_take,
    check_again,
    check_import,
    discard_import,
    send_workbook,
    take_import,
)
from zhongshu.estate.actions.mappings import MappingChanged, NotMappable, end_mapping, save_mapping
from zhongshu.estate.kinds import ImportState
from zhongshu.estate.models import Account, ColumnMapping, EstateImport, ImportProgress, Place
from zhongshu.estate.workbooks.mapping import ColumnRule, Mapping
from zhongshu.estate.workbooks.progress import heard_by
from zhongshu.estate.workbooks.registry import kind_named
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, Refusal
from zhongshu.people.models import Staff
from zhongshu.simulation.mishaps import at_once

HEADINGS = ["资产编号", "业主", "联系方式", "面积", "现状", "备注"]
ROWS: list[list[Any]] = [
    ["1-2-1502", "王小明", 13800001234.0, 89.5, "自住房", "靠电梯"],
    ["1栋2单元1503室", "李四", "13900001234", 101.25, "毛坯", ""],
    ["1-2-1504", "赵六", "13700001234", 90.5, "出租房", ""],
]
REGISTER = {"业主表": [["幸福里业主登记表"], HEADINGS, *ROWS]}
BECOMES = {"资产编号": "完整房号", "业主": "客户姓名", "联系方式": "手机号", "面积": "建筑面积", "现状": "状态"}
WORDS = {"自住房": "已入住", "出租房": "已出租", "毛坯": "已交付"}


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def manager(bare: Estate) -> Client:
    return signed_in(bare.cast.user(Role.SITE_MANAGER, bare.site), bare)


def upload(client: Client, sheets: Any = REGISTER, *, kind: str = "estate", name: str = "业主登记表.xlsx") -> Any:
    said = {"kind": kind, "file": SimpleUploadedFile(name, raw_book(sheets))}
    return client.post(reverse("estate:imports"), said, follow=True)


def columns_of(sent: EstateImport) -> str:
    return reverse("estate:import_columns", args=[sent.pk])


def filled(page: Any, **changes: Any) -> dict[str, str]:
    """The form of the mapping page as it was opened, sent back with some answers changed."""
    shown = page.context
    looked = shown["looked"]
    form = {"sheet": looked.at, "row": looked.header.row, "ours": looked.spec.title, "name": shown["name"]}
    form |= {"instead_of": shown["instead_of"], "title_is": shown["mapping"].title_is}
    for line in shown["lines"]:
        form |= {f"c{line.at}": line.becomes} | {word.name: word.chosen for word in line.words}
    form |= {line.name: line.value for line in (*shown["lacking"], *shown["fixed"])}
    return {name: str(value) for name, value in (form | changes).items()}


def word(page: Any, said: str) -> str:
    """The name of the field that asks what a word means."""
    return next(w.name for line in page.context["lines"] for w in line.words if w.word == said)


def told(client: Client, sheets: Any = REGISTER) -> EstateImport:
    """The register sent and mapped."""
    page = upload(client, sheets)
    client.post(columns_of(latest()), filled(page, **{word(page, "毛坯"): "已交付"}))
    return latest()


def latest() -> EstateImport:
    return EstateImport.objects.latest("pk")


def test_an_unknown_workbook_is_mapped_previewed_and_taken(manager: Client, bare: Estate) -> None:
    page = upload(manager)
    sent = latest()
    assert sent.state == ImportState.UNMAPPED
    assert page.redirect_chain[-1][0] == columns_of(sent)
    shown = page.content.decode()
    for said in ("建议：完整房号（按表头）", "建议：状态（按内容）", "靠电梯", "必需的列都有了", "还没有对应"):
        assert said in shown
    preview = manager.post(columns_of(sent), filled(page, **{word(page, "毛坯"): "已交付"}), follow=True)
    sent.refresh_from_db()
    assert (sent.state, Place.objects.filter(site=bare.site).count()) == (ImportState.READY, 1), "nothing written yet"
    shown = preview.content.decode()
    for said in (
        "什么读作什么",
        "1-2-1502 → 楼栋 1，单元 2，房号 1502",
        "毛坯 → 已交付",
        "没有导入的列",
        "备注",
        "按对应",
    ):
        assert said in shown
    assert "已导入" in manager.post(reverse("estate:import_taking", args=[sent.pk]), follow=True).content.decode()
    assert Account.objects.get(unit__code="1-2-1502").customer.phones.get().number == "13800001234"


def test_the_next_file_with_that_header_needs_no_page(manager: Client) -> None:
    told(manager)
    moved = [[row[at] for at in (3, 0, 5, 1, 2, 4)] for row in (HEADINGS, ["1-2-1601", "赵六", "", 77.5, "自住房", ""])]
    page = upload(manager, {"三月": [["新的说明"], [""], *moved]}, name="三月.xlsx")
    assert latest().state == ImportState.READY
    assert page.redirect_chain[-1][0] == reverse("estate:import", args=[latest().pk])
    shown = page.content.decode()
    assert "业主登记表" in shown
    assert "按对应" in shown
    assert columns_of(latest()) in shown, "and a link to change it"
    assert AuditEntry.objects.filter(verb="estate.save_mapping").count() == 1


def test_a_word_nobody_has_mapped_is_doubted_in_the_preview(manager: Client) -> None:
    told(manager)
    shown = upload(manager, {"四月": [HEADINGS, ["1-2-1701", "孙七", "", 77.5, "法拍", ""]]}).content.decode()
    assert "“法拍”不是可用的状态" in shown


def test_what_is_not_told_is_refused_and_what_was_typed_stays(manager: Client) -> None:
    page = upload(manager)
    said = filled(page, name="我的表")
    answers = {
        "还有没对应的词：毛坯": said,
        "还缺必需的列：楼栋、房号": said | {word(page, "毛坯"): "-", "c0": ""},
        "业主、备注 都读作“客户姓名”": said | {word(page, "毛坯"): "-", "c5": "客户姓名"},
        "起个名字": said | {"name": " "},
        "没有这一列：密码": said | {"c5": "密码"},
        "不能作为“用途”": said | {word(page, "毛坯"): "-", "f7": "车间"},
    }
    for sentence, form in answers.items():
        answer = manager.post(columns_of(latest()), form)
        assert answer.status_code == 422, sentence
        assert sentence in answer.content.decode(), answer.context["refusal"]
        assert 'value="我的表"' in answer.content.decode() or "起个名字" in sentence
    assert not ColumnMapping.objects.exists()
    assert latest().state == ImportState.UNMAPPED


def test_a_change_of_one_column_shows_what_follows_from_it(manager: Client) -> None:
    page = upload(manager)
    form = filled(page, c4="用途", c0="房号")
    fragment = manager.post(columns_of(latest()), form, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "“现状”里的词 → 用途" in fragment
    assert "下面的列必须有" in fragment
    assert not ColumnMapping.objects.exists()


def test_fixed_values_make_good_for_columns_the_file_lacks(manager: Client, bare: Estate) -> None:
    page = upload(manager, {"表": [["房间", "业主姓名"], ["101", "王小明"], ["102", "李四"]]})
    form = filled(page)
    assert [line.column.title for line in page.context["lacking"]] == ["楼栋"]
    manager.post(columns_of(latest()), form | {"f0": "P1", "f1": "3"})
    manager.post(reverse("estate:import_taking", args=[latest().pk]))
    assert {account.unit.code for account in Account.objects.select_related("unit")} == {"P1-3-101", "P1-3-102"}


def test_one_sheet_for_each_building_is_one_mapping(manager: Client) -> None:
    sheets = {f"{n}号楼": [["房间", "业主姓名"], [f"{n}01", f"住户{n}"]] for n in (1, 2, 3)}
    page = upload(manager, sheets)
    assert page.context["same_header"] == ["2号楼", "3号楼"] or len(page.context["same_header"]) == 2
    manager.post(columns_of(latest()), filled(page, title_is="楼栋"))
    manager.post(reverse("estate:import_taking", args=[latest().pk]))
    assert set(Account.objects.values_list("unit__code", flat=True)) == {"1-101", "2-201", "3-301"}


def test_the_sheet_and_the_row_of_the_header_can_be_chosen(manager: Client) -> None:
    upload(manager, {"说明": [["读我"]], **REGISTER, "旧表": [["x", "y"], ["室", "姓"], ["101", "张"]]})
    page = manager.get(columns_of(latest()), {"sheet": 2, "row": 2, "ours": "房屋"})
    assert [line.seen.heading for line in page.context["lines"]] == ["室", "姓"]
    assert manager.get(columns_of(latest()), {"sheet": "99", "row": "x", "ours": "?"}).context["looked"].at == 1


def test_staff_are_mapped_by_the_same_page(bare: Estate) -> None:
    admin = signed_in(bare.cast.user(Role.ADMINISTRATOR), bare)
    roll = {
        "花名册": [["编号", "员工姓名", "电话", "部门", "岗位角色"], ["G1", "张工", "13800001111", "工程部", "电工"]]
    }
    page = upload(admin, roll, kind="staff")
    lines = page.context["lines"]
    form = filled(page, c0="工号", c4="角色")
    page = admin.post(columns_of(latest()), form)
    assert "还有没对应的词：电工" in page.content.decode()
    admin.post(columns_of(latest()), filled(page, **{word(page, "电工"): "维修工程师"}))
    admin.post(reverse("estate:import_taking", args=[latest().pk]))
    assert (Staff.objects.get(employee_no="G1").user.name, len(lines)) == ("张工", 5)


def test_formula_errors_are_not_words_and_are_said(manager: Client) -> None:
    told(manager)
    broken = [["1-2-1502", "王小明", "#REF!", "#DIV/0!", "#N/A", ""], ["#REF!", "李四", "", "", "", ""]]
    shown = upload(manager, {"表": [HEADINGS, *broken]}).content.decode()
    assert "公式错误" in shown
    assert latest().state == ImportState.REFUSED, "an address that is an error cannot be passed over"
    wanted = cells(manager.get(reverse("estate:import_errors", args=[latest().pk])).content, "表")
    assert wanted[0][:6] == HEADINGS, "the file as sent, with a column of errors"
    assert "公式错误" in wanted[2][-1]


def test_the_same_heading_twice_is_two_columns_on_the_page(manager: Client) -> None:
    sheet = {"表": [["房号", "楼栋", "电话", "电话", "姓名"], ["101", "1", "13800001111", "13800002222", "王小明"]]}
    upload(manager, sheet)
    page = manager.get(columns_of(latest()))
    both = filled(page, c2="手机号", c3="手机号")
    assert "电话、电话 都读作“手机号”" in manager.post(columns_of(latest()), both).content.decode()
    manager.post(columns_of(latest()), both | {"c2": ""})
    manager.post(reverse("estate:import_taking", args=[latest().pk]))
    assert Account.objects.get().customer.phones.get().number == "13800002222"


def test_a_mapping_changed_meanwhile_is_not_written_over(manager: Client, bare: Estate) -> None:
    page = upload(manager)
    mine = filled(page, **{word(page, "毛坯"): "空置"})
    first = latest()
    told(manager)
    answer = manager.post(columns_of(first), mine)
    assert (answer.status_code, "刚被别人改过" in answer.content.decode()) == (409, True)
    assert ColumnMapping.objects.get().rules["columns"][4]["words"]["毛坯"] == "已交付"


def test_a_preview_by_a_mapping_that_has_changed_is_not_taken(manager: Client, bare: Estate) -> None:
    sent = told(manager)
    page = manager.get(columns_of(sent))
    upload(manager)
    changed = manager.get(columns_of(latest()))
    manager.post(columns_of(latest()), filled(changed, **{word(changed, "毛坯"): "空置"}))
    assert ColumnMapping.objects.filter(ended_at=None).count() == 1
    refused = manager.post(reverse("estate:import_taking", args=[sent.pk]))
    assert (refused.status_code, "请重新核对" in refused.content.decode()) == (409, True)
    assert not Account.objects.exists()
    assert "被改过或删除" in manager.get(reverse("estate:import", args=[sent.pk])).content.decode()
    manager.post(reverse("estate:import_checking", args=[sent.pk]))
    manager.post(reverse("estate:import_taking", args=[sent.pk]))
    sent.refresh_from_db()
    assert sent.state == ImportState.TAKEN
    assert page.status_code == 200


def test_mappings_are_listed_renamed_and_deleted_and_imports_keep_theirs(manager: Client) -> None:
    sent = told(manager)
    mapping = ColumnMapping.objects.get()
    assert "业主登记表" in manager.get(reverse("estate:mappings")).content.decode()
    one = reverse("estate:mapping", args=[mapping.pk])
    assert "毛坯 → 已交付" in manager.get(one).content.decode()
    assert manager.post(one, {"name": ""}).status_code == 422
    assert manager.post(one, {"name": "旧系统导出"}, follow=True).status_code == 200
    assert "旧系统导出" in manager.get(reverse("estate:mappings")).content.decode()
    for _twice in range(2):
        manager.post(reverse("estate:mapping_ending", args=[mapping.pk]))
    assert "旧系统导出" not in manager.get(reverse("estate:mappings")).content.decode()
    assert "旧系统导出" in manager.get(reverse("estate:import", args=[sent.pk])).content.decode()
    assert "不再使用" in manager.get(one).content.decode()
    manager.post(reverse("estate:import_checking", args=[sent.pk]))
    sent.refresh_from_db()
    assert sent.state == ImportState.UNMAPPED, "the header has to be told anew"
    verbs = AuditEntry.objects.filter(verb__startswith="estate.").order_by("pk").values_list("verb", flat=True)
    assert [verb for verb in verbs if "mapping" in verb] == [
        "estate.save_mapping", "estate.rename_mapping", "estate.end_mapping",
    ]  # fmt: skip


def test_an_import_is_discarded_and_then_left_alone(manager: Client) -> None:
    sent = told(manager)
    shown = manager.post(reverse("estate:import_discarding", args=[sent.pk]), follow=True).content.decode()
    assert "已作废" in shown
    for name in ("import_taking", "import_checking", "import_discarding"):
        assert manager.post(reverse(f"estate:{name}", args=[sent.pk])).status_code == 409
    assert manager.get(columns_of(sent)).status_code == 302
    assert not Account.objects.exists()
    assert AuditEntry.objects.filter(verb="estate.discard_import").count() == 1


def test_what_was_taken_cannot_be_mapped_again(manager: Client, bare: Estate) -> None:
    sent = told(manager)
    page = manager.get(columns_of(sent))
    manager.post(reverse("estate:import_taking", args=[sent.pk]))
    assert manager.post(columns_of(sent), filled(page)).status_code == 302
    rules = Mapping.from_json(ColumnMapping.objects.get().rules)
    with pytest.raises(NotMappable):
        save_mapping(actor=bare.manager, at=bare.at, sent=sent, mapping=rules, name="x", instead_of=None)


def test_colleagues_of_another_site_and_those_without_the_right_find_nothing(manager: Client, bare: Estate) -> None:
    sent = told(manager)
    colleague = signed_in(bare.cast.user(Role.SITE_MANAGER, bare.cast.xh), bare)
    keeper = signed_in(bare.cast.user(Role.KEEPER, bare.site), bare)
    for client in (colleague, keeper):
        for name in ("import_columns", "import_checking", "import_discarding", "import_taking"):
            path = reverse(f"estate:{name}", args=[sent.pk])
            assert client.post(path).status_code == 404, name
        assert client.get(columns_of(sent)).status_code == 404
    mapping = ColumnMapping.objects.get()
    assert keeper.get(reverse("estate:mappings")).status_code == 404
    assert keeper.post(reverse("estate:mapping_ending", args=[mapping.pk])).status_code == 404
    mapping.refresh_from_db()
    assert mapping.ended_at is None


def test_staff_mappings_are_for_those_who_may_import_staff(bare: Estate) -> None:
    admin = signed_in(bare.cast.user(Role.ADMINISTRATOR), bare)
    page = upload(admin, {"花名册": [["编号", "姓名", "角色"], ["G1", "张工", "保安"]]}, kind="staff")
    admin.post(columns_of(latest()), filled(page, c0="工号"))
    mapping, lead = ColumnMapping.objects.get(), signed_in(bare.cast.user(Role.SERVICE_LEAD, bare.site), bare)
    assert lead.get(reverse("estate:mapping", args=[mapping.pk])).status_code == 404
    assert mapping.name not in lead.get(reverse("estate:mappings")).content.decode()


def test_our_own_workbook_is_still_recognised(manager: Client) -> None:
    content = our_book(房屋=[owner()])
    said = {"kind": "estate", "file": SimpleUploadedFile("房产.xlsx", content)}
    shown = manager.post(reverse("estate:imports"), said, follow=True).content.decode()
    assert latest().state == ImportState.READY
    assert "什么读作什么" in shown


def rules_of(**words: str) -> Mapping:
    columns = tuple(ColumnRule(h, BECOMES.get(h, ""), {**WORDS, **words} if h == "现状" else {}) for h in HEADINGS)
    return Mapping("estate", "房屋", columns)


def sent_by(estate: Estate, sheets: Any = REGISTER) -> EstateImport:
    return send_workbook(
        actor=estate.manager,
        at=estate.at,
        site=estate.site,
        kind=kind_named("estate"),
        file_name="登记.xlsx",
        content=raw_book(sheets),
    )


@pytest.mark.django_db(transaction=True)
def test_two_save_a_mapping_for_the_same_header_at_once(bare: Estate) -> None:
    files = [sent_by(bare), sent_by(bare)]

    def save(sent: EstateImport, meaning: str) -> Any:
        rules = rules_of(毛坯=meaning)
        return save_mapping(actor=bare.manager, at=bare.at, sent=sent, mapping=rules, name=meaning, instead_of=None)

    came = at_once(lambda: save(files[0], "已交付"), lambda: save(files[1], "空置"))
    assert sorted(type(one).__name__ for one in came) == ["ColumnMapping", "MappingChanged"]
    [kept] = ColumnMapping.objects.all()
    states = {EstateImport.objects.get(pk=sent.pk).state for sent in files}
    assert states == {ImportState.CHECKING, ImportState.UNMAPPED}, "the other's file waits to be looked at again"
    assert [one.name for one in came if not isinstance(one, Refusal)] == [kept.name]


@pytest.mark.django_db(transaction=True)
def test_taking_and_discarding_at_once_does_one_of_them(bare: Estate) -> None:
    sent = sent_by(bare)
    save_mapping(actor=bare.manager, at=bare.at, sent=sent, mapping=rules_of(), name="登记", instead_of=None)
    sent = check_import(actor=bare.manager, at=bare.at, import_id=sent.pk)
    came = at_once(
        lambda: ask_to_take(actor=bare.manager, at=bare.at, sent=sent),
        lambda: discard_import(actor=bare.manager, at=bare.at, sent=sent),
    )
    assert sorted(type(one).__name__ for one in came) == ["EstateImport", "NotReady"]
    assert EstateImport.objects.get(pk=sent.pk).state in {ImportState.TAKING, ImportState.DISCARDED}


@pytest.mark.django_db(transaction=True)
def test_a_worker_tells_how_far_it_is_while_it_works(bare: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "TOLD_EVERY", 0)
    rooms = [f"1-1-{floor:02}{door:02}" for floor in range(1, 31) for door in range(1, 21)]
    sent = sent_by(bare, {"表": [HEADINGS, *[[room, f"住户{room}", "", 80.5, "自住房", ""] for room in rooms]]})
    save_mapping(actor=bare.manager, at=bare.at, sent=sent, mapping=rules_of(), name="大", instead_of=None)
    jobs.check_import(import_id=sent.pk)
    assert ImportProgress.objects.get(sent=sent).percent == 100
    ask_to_take(actor=bare.manager, at=bare.at, sent=sent)
    heard: list[int] = []
    with heard_by(heard.append):
        taken = take_import(actor=bare.manager, at=bare.at, import_id=sent.pk)
    assert heard == sorted(heard)
    checked = [percent for percent in heard if 10 < percent < 60]
    assert len(checked) >= 11  # every hundred rows: 600 that are read, then planned
    assert (heard[0], heard[-1] < 100, len(set(heard)) > 6, taken.state) == (10, True, True, ImportState.TAKEN)


def test_saving_the_same_again_changes_nothing_and_a_deleted_one_begins_anew(bare: Estate) -> None:
    sent = sent_by(bare)
    first = save_mapping(actor=bare.manager, at=bare.at, sent=sent, mapping=rules_of(), name="登记", instead_of=None)
    checked = check_import(actor=bare.manager, at=bare.at, import_id=sent.pk)
    check_again(actor=bare.manager, at=bare.at, sent=checked)
    check_import(actor=bare.manager, at=bare.at, import_id=sent.pk)
    same = save_mapping(actor=bare.manager, at=bare.at, sent=sent, mapping=rules_of(), name="登记", instead_of=first.pk)
    assert same.pk == first.pk
    end_mapping(actor=bare.manager, at=bare.at, mapping=same)
    check_import(actor=bare.manager, at=bare.at, import_id=sent.pk)
    with pytest.raises(MappingChanged):
        save_mapping(actor=bare.manager, at=bare.at, sent=sent, mapping=rules_of(), name="登记", instead_of=first.pk)
    again = save_mapping(actor=bare.manager, at=bare.at, sent=sent, mapping=rules_of(), name="登记", instead_of=None)
    assert again.pk != first.pk


def test_only_a_header_of_the_file_can_be_mapped(bare: Estate) -> None:
    other = Mapping("estate", "房屋", (ColumnRule("房间", "完整房号"),))
    with pytest.raises(Invalid, match="没有这个表头"):
        save_mapping(actor=bare.manager, at=bare.at, sent=sent_by(bare), mapping=other, name="别的", instead_of=None)
    assert not ColumnMapping.objects.exists()


def test_the_command_line_reads_by_a_stored_mapping_too(bare: Estate) -> None:
    sent = sent_by(bare)
    content = raw_book(REGISTER)
    with pytest.raises(Invalid, match="导入页面"):
        take(bare, content)
    save_mapping(actor=bare.manager, at=bare.at, sent=sent, mapping=rules_of(), name="登记", instead_of=None)
    assert take(bare, content).report.layout == "mapped"

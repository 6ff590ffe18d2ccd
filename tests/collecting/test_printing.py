"""Documents on paper: one file for many, in the words that were in force."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from pypdf import PdfReader

from tests.billing.till import Till
from zhongshu.collecting import actions
from zhongshu.collecting.batch import Wanted, make_notices
from zhongshu.collecting.engine import printing
from zhongshu.collecting.errors import NotNow
from zhongshu.collecting.kinds import NoticeKind
from zhongshu.collecting.models import Notice, PrintRun
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound


@pytest.fixture
def owing(till: Till) -> Till:
    """Three accounts, each with a notice."""
    others = [till.account_of(till.cast, f"A-{n}") for n in (2, 3)]
    for account in (till.account, *others):
        till.bill("1001.05", "2026-08-31", account=account)
    wanted = [Wanted(row.pk, NoticeKind.PAYMENT_NOTICE, f"t:{row.pk}", 10) for row in (till.account, *others)]
    make_notices(actor=till.bookkeeper, at=till.at, site_id=till.site_id, on=day_of(till.at), wanted=wanted)
    return till


def _words(run: PrintRun) -> list[str]:
    run.refresh_from_db()
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(run.file.read()), strict=True).pages]


def _asked(owing: Till) -> PrintRun:
    ids = list(Notice.objects.values_list("pk", flat=True))
    return actions.ask_notices_print(actor=owing.bookkeeper, at=owing.at, site_id=owing.site_id, notice_ids=ids)


def test_notices_are_one_file_and_a_killed_job_goes_on(owing: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "CHUNK", 1)
    run, letters = _asked(owing), printing._letters

    def killed(run: PrintRun, ids: list[int]) -> list[printing.Letter]:
        if run.done == 1:
            raise KeyboardInterrupt
        return letters(run, ids)

    with monkeypatch.context() as day:
        day.setattr(printing, "_letters", killed)
        with pytest.raises(KeyboardInterrupt):
            printing.print_out(run, at=owing.at)
    folder = f"collecting/printing/{run.pk}"
    before = default_storage.listdir(folder)[1]
    assert before == ["00000000.pdf"]
    printing.print_out(PrintRun.objects.get(pk=run.pk), at=owing.at)
    pages = _words(run)
    assert (len(pages), run.state, run.done, default_storage.exists(folder)) == (3, "ready", 3, False)
    for page, number in zip(pages, ("A-1", "A-2", "A-3"), strict=True):
        for said in ("交费通知书", f"尊敬的业主{number}", "人民币壹仟零壹元零伍分", "2026年11月14日", "1,001.05"):
            assert said in page


def test_what_was_printed_is_posted_once(owing: Till) -> None:
    run, keeper = _asked(owing), owing.cast.actor(Role.KEEPER, owing.cast.yql)
    with pytest.raises(NotNow):
        actions.post_print_run(actor=keeper, at=owing.at, print_run_id=run.pk)
    PrintRun.objects.update(state="ready")
    actions.post_print_run(actor=keeper, at=owing.at, print_run_id=run.pk)
    assert set(Notice.objects.values_list("state", "evidence", "sent_on")) == {("sent", "sent_only", date(2026, 11, 4))}
    with pytest.raises(NotNow):
        actions.post_print_run(actor=keeper, at=owing.at, print_run_id=run.pk)


def test_bills_of_whoever_owes(owing: Till) -> None:
    run = actions.ask_bills_print(
        actor=owing.bookkeeper, at=owing.at, site_id=owing.site_id, on=day_of(owing.at), account_ids=[owing.account.pk]
    )
    printing.print_out(run, at=owing.at)
    (page,) = _words(run)
    assert "物业费用账单" in page
    assert "业主A-1" in page
    with pytest.raises(Invalid):
        actions.ask_bills_print(
            actor=owing.bookkeeper, at=owing.at, site_id=owing.site_id, on=day_of(owing.at), account_ids=[]
        )
    with pytest.raises(NotFound):
        actions.ask_bills_print(
            actor=owing.cast.actor(Role.FINANCE, owing.cast.xh), at=owing.at, site_id=owing.site_id,
            on=day_of(owing.at), account_ids=[],
        )  # fmt: skip

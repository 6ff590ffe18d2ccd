"""The people of a story: where they live and work, and what they do with the pages in front of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.cast import LONG_AGO, Cast
from zhongshu.estate import actions as estate
from zhongshu.estate.models import Place
from zhongshu.estate.naming import Address
from zhongshu.identity.models import Site, User
from zhongshu.identity.roles import Role
from zhongshu.people import actions as people
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.people.models import Staff, Team

TEAM_NAMES = {
    TeamKind.ENGINEERING: "工程部",
    TeamKind.ENVIRONMENT: "环境部",
    TeamKind.CUSTOMER_SERVICE: "客服中心",
    TeamKind.SECURITY: "秩序部",
    TeamKind.MANAGEMENT: "项目部",
}


@dataclass
class Neighbourhood:
    """兰荷苑: two phases, and in both a building 3 with an entrance 2 and a room 1502. Everybody is on duty."""

    cast: Cast
    at: datetime
    site: Site = field(init=False)
    users: dict[str, User] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    teams: dict[TeamKind, Team] = field(default_factory=dict)

    @classmethod
    def build(cls, at: datetime) -> "Neighbourhood":
        here = cls(Cast.assemble(), at)
        here.site = estate.add_site(actor=here.cast.system, at=at, code="LHY", name="兰荷苑")
        here._build_houses()
        return here

    def _build_houses(self) -> None:
        addresses = [Address(phase, "3", "2", 15, room) for phase in ("P1", "P2") for room in ("1501", "1502")]
        rows = {row.code: row for address in addresses for row in (*address.above(), address.unit())}
        estate.add_places(actor=self.cast.system, at=self.at, site=self.site, rows=list(rows.values()))

    def place(self, code: str) -> Place:
        return Place.objects.get(site=self.site, code=code)

    def moves_in(self, name: str, code: str, *, phone: str) -> User:
        """A household, whose head may sign in to the residents' pages."""
        resident = self._user(name, Role.RESIDENT)
        customer = estate.add_customer(actor=self.cast.system, at=self.at, site=self.site, name=name, phones=(phone,))
        customer.user = resident
        customer.save(update_fields=["user"])
        home = self.place(code)
        estate.open_account(
            actor=self.cast.system, at=self.at, unit=home, customer=customer, starts_on=date(2024, 3, 5)
        )
        return resident

    def hires(self, name: str, role: Role, kind: TeamKind, *, near: str = "", leads: bool = False) -> User:
        """Somebody who is at work now; `near`: where they were last seen."""
        actor, at = self.cast.system, self.at
        user, team = self._user(name, role), self._team(kind)
        number = f"E{len(self.staff):03}"
        staff = people.hire(
            actor=actor, at=at, site=self.site, user=user, employee_no=number, team=team, joined_on=LONG_AGO
        )
        if leads:
            people.set_lead(actor=actor, at=at, team=team, lead=staff)
        if near:
            people.seen_at(actor=actor, at=at, staff=staff, place=self.place(near))
        begins = at - timedelta(hours=1)
        until = begins + timedelta(hours=12)
        people.roster(actor=actor, at=at, staff=staff, duty=Duty.SHIFT, starts_at=begins, ends_at=until)
        self.staff[name] = staff
        return user

    def appoints(self, name: str, role: Role) -> User:
        """Somebody with a role at the site and no shift."""
        return self._user(name, role)

    def _user(self, name: str, role: Role) -> User:
        self.users[name] = self.cast.user(role, self.site, name=name)
        return self.users[name]

    def _team(self, kind: TeamKind) -> Team:
        if kind not in self.teams:
            self.teams[kind] = people.make_team(
                actor=self.cast.system, at=self.at, site=self.site, code=kind, name=TEAM_NAMES[kind], kind=kind
            )
        return self.teams[kind]


@dataclass
class Person:
    """Somebody with a page open. Every page they come to is checked by `accessible` once."""

    page: Page
    accessible: Callable[[Page], None]
    checked: set[str] = field(default_factory=set)

    def goes_to(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"
        self.is_at_ease(address.split("?", maxsplit=1)[0])

    def is_at_ease(self, name: str) -> None:
        """The page, seen for the first time, is one everybody can use."""
        if name not in self.checked:
            self.accessible(self.page)
            self.checked.add(name)

    def presses(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()
        self.page.wait_for_load_state()

    def sees(self, *words: str) -> None:
        for text in words:
            expect(self.page.locator("body")).to_contain_text(text)

    def does_not_see(self, *words: str) -> None:
        for text in words:
            expect(self.page.locator("body")).not_to_contain_text(text)


class WithPhone(Person):
    """In the field, one thumb free."""

    def reports(self, what: str, where: str) -> str:
        """The quick report; the number of the case that came of it."""
        self.goes_to("/m/report")
        self.page.get_by_label("什么事").fill(what)
        self.page.get_by_label("在哪里").fill(where)
        self.presses("上报")
        expect(self.page.get_by_role("heading", name="已上报")).to_be_visible()
        return self.page.locator("dl.facts dd").first.inner_text()

    def looks_at_the_first_order(self) -> str:
        """From the top of their list; the order's number."""
        self.goes_to("/m/")
        self.page.locator("a.phone-row").first.click()
        self.page.wait_for_url("**/m/orders/*")
        self.is_at_ease("/m/orders")
        return self.page.url.rsplit("/", 1)[1]

    def presses_the_big_button(self, label: str) -> None:
        button = self.page.locator(".step-form .big-button")
        expect(button).to_have_text(label)
        button.click()
        self.page.wait_for_load_state()

    def takes_a_photo(self, picture: Path) -> None:
        before = self.page.locator(".photos img").count()
        self.page.locator("#photo").set_input_files(picture)
        self.presses("上传照片")
        expect(self.page.locator(".photos img")).to_have_count(before + 1)

    def does_the_work(self, picture: Path, note: str) -> None:
        """From accepting to done, with a photo."""
        for step in ("接单", "出发", "到场"):
            self.presses_the_big_button(step)
        self.takes_a_photo(picture)
        self.page.get_by_label("做了什么").fill(note)
        self.presses_the_big_button("完工")

    def messages(self) -> list[str]:
        self.goes_to("/m/inbox")
        return self.page.locator(".phone-message .phone-row-title").all_inner_texts()


class AtDesk(Person):
    """In an office, with a screen and a telephone."""

    def opens_the_case(self, number: str) -> None:
        self.goes_to(f"/cases/{number}")

    def looks_up_the_number(self, reason: str) -> None:
        """The masked number in full, after saying why."""
        phone = self.page.locator("[aria-labelledby=said-title] .phone-number")
        phone.locator("summary").click()
        phone.get_by_role("textbox").fill(reason)
        phone.get_by_role("button", name="查看", exact=True).click()

    def notes(self, text: str) -> None:
        self.page.get_by_label("备注").fill(text)
        self.presses("添加备注")

    def puts_the_place_right(self, code: str, reason: str) -> None:
        self.page.locator("summary", has_text="更正位置").click()
        self.page.get_by_label("位置编码").fill(code)
        self.page.locator("#place-reason").fill(reason)
        self.presses("更正位置")

    def reassigns(self, number: str, name: str, reason: str) -> None:
        self.goes_to(f"/orders/{number}")
        self.page.locator("summary", has_text="转派").click()
        choice = self.page.locator("#reassignment-staff_id option", has_text=name).get_attribute("value")
        self.page.locator("#reassignment-staff_id").select_option(choice)
        self.page.locator("#reassignment-reason").fill(reason)
        self.presses("转派")

    def calls_back(self, answer: str, score: int, words: str) -> None:
        """The first call that is due, and what the customer answered."""
        self.goes_to("/cases/follow-ups")
        self.page.locator("td.case-said a").first.click()
        self.page.wait_for_load_state()
        self.page.get_by_label(answer, exact=True).check()
        self.page.get_by_label("评分").select_option(str(score))
        self.page.get_by_label("客户原话").fill(words)
        self.presses("记录回访")
        self.sees("没有待回访的报事")

    def timeline(self) -> list[str]:
        """What happened, the label of each line, oldest first."""
        return self.page.locator("[aria-labelledby=time-title] li strong").all_inner_texts()

    def messages(self) -> list[str]:
        self.goes_to("/inbox")
        titles = self.page.locator(".message-title").all_inner_texts()
        return [title.removeprefix("未读\n") for title in titles]

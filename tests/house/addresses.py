"""Every address of the program, with an example of each argument."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.http import urlencode
from ninja.operation import Operation

from tests.house.contested import OWN_SECRET
from tests.house.visited import SECRET
from tests.house.world import World
from zhongshu.config.api import api
from zhongshu.config.operations import query_names
from zhongshu.identity.roles import Role
from zhongshu.messaging.models import Document

#: Addresses without a door of ours, with their methods.
OPEN_DOORS = {
    "identity:language": ("POST",),
    "identity:sign_in": ("GET", "POST"),
    "identity:sign_in_code": ("GET", "POST"),
    "identity:sign_out": ("POST",),
    "work:outside": ("GET", "POST"),
    "community:answer": ("GET", "POST"),
    "care:own": ("GET", "POST"),
    "care:own_copy": ("GET",),
    "care:own_reviews": ("POST",),
    "channels:wechat": ("GET", "POST"),
    "insight:screen": ("GET",),
    "remittance:code": ("GET",),
    "remittance:code_orders": ("POST",),
    "remittance:code_order": ("GET",),
    "remittance:notices": ("POST",),
}


#: Operations of the API whose `number` is that of an order.
OF_AN_ORDER = (
    "get_belongings",
    "add_material",
    "strike_material",
    "agree_price",
    "enter_checklist",
    "get_slots",
    "book_visit",
    "release_visit",
    "ask_for_aid",
    "hand_to_contractor",
    "move_contractor_job",
    "report_progress",
    "claim_order",
)


@dataclass(frozen=True, slots=True)
class Address:
    """A named address and one method it takes."""

    name: str
    method: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def addresses() -> list[Address]:
    """All of them, in the order of their names; an address without a name is a fault of the test's caller."""
    return sorted(_walk(get_resolver(), ""), key=str)


def _walk(resolver: URLResolver, namespace: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner)
        else:
            yield from _of_pattern(entry, namespace)


def _of_pattern(entry: URLPattern, namespace: str) -> Iterator[Address]:
    assert entry.name, f"{entry.pattern} has no name"
    arguments = tuple(getattr(entry.pattern, "converters", ()))
    for method in _methods(entry, namespace):
        yield Address(namespace + entry.name, method, arguments)


def _methods(entry: URLPattern, namespace: str) -> tuple[str, ...]:
    """Pages tell by their door; endpoints of the API by their operation; what says nothing is read only."""
    if namespace == "api:" and entry.name in _api_methods():
        return _api_methods()[entry.name]
    if namespace + str(entry.name) in OPEN_DOORS:
        return OPEN_DOORS[namespace + str(entry.name)]
    return tuple(sorted(getattr(entry.callback, "methods", ("GET",))))


@cache
def _operations() -> dict[str, Operation]:
    operations = (
        operation
        for _prefix, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
    )
    return {api.get_operation_url_name(operation, router=None): operation for operation in operations}


def _api_methods() -> dict[str, tuple[str, ...]]:
    return {name: tuple(operation.methods) for name, operation in _operations().items()}


def url_of(address: Address, world: World) -> str:
    """The address with arguments that exist in the world. Raises LookupError for an argument without an example."""
    path = reverse(address.name, kwargs={name: example(address.name, name, world) for name in address.arguments})
    given = {"site": world.site.code, "first": "2026-11-02", "month": "2026-11", "day": "2026-11-02"}
    known = query_names(_operations()[address.name.removeprefix("api:")]) if _is_list(address) else frozenset()
    return path + ("?" + urlencode({name: given[name] for name in sorted(known & set(given))}) if known else "")


def _is_list(address: Address) -> bool:
    return address.name.startswith("api:list_")


def example(address: str, argument: str, world: World) -> Any:
    """What to put for an argument: by `address.argument`, else by the argument alone."""
    examples: dict[str, Callable[[], Any]] = EXAMPLES(world)
    for key in (f"{address}.{argument}", f"{address.split(':', maxsplit=1)[0]}.{argument}", argument):
        if key in examples:
            return examples[key]()
    raise LookupError(f"{address} takes {argument!r}: add an example to tests/house/addresses.py")


def EXAMPLES(world: World) -> dict[str, Callable[[], Any]]:
    return {
        "channels:call.pk": lambda: world.through_doors["call"],
        "channels:recording.pk": lambda: world.through_doors["call"],
        "channels:tries.pk": lambda: world.through_doors["call_back"],
        "channels:sheet.pk": lambda: world.through_doors["sheet"],
        "channels:sheet_step.pk": lambda: world.through_doors["sheet"],
        "step": lambda: "signature",
        "channels:letter.pk": lambda: world.through_doors["letter"],
        "channels:letter_reply.pk": lambda: world.through_doors["letter"],
        "channels:letter_page.pk": lambda: world.through_doors["page"],
        "channels:relief.staff_id": lambda: world.staff[Role.CALL_TAKER].pk,
        "channels:beside.number": lambda: world.case.number,
        "channels:release.number": lambda: "801",
        "article_id": lambda: world.article_id,
        "portal.article_id": lambda: world.guide_id,
        "request_id": lambda: world.read_request.pk,
        "missed_id": lambda: world.missed_id,
        "knowledge.number": lambda: 1,
        "api:put_draft.number": lambda: 2,
        "api:move_version.number": lambda: 1,
        "site_code": lambda: world.site.code,
        "call_id": lambda: world.through_doors["call"],
        "call_back_id": lambda: world.through_doors["call_back"],
        "sheet_id": lambda: world.through_doors["sheet"],
        "letter_id": lambda: world.through_doors["letter"],
        "page_id": lambda: world.through_doors["page"],
        "device_code": lambda: "SM-1",
        "extension": lambda: "801",
        "door": lambda: "calls",
        "scene.number": lambda: world.trouble.call.number,
        "scene.entry_id": lambda: world.trouble.photo.pk,
        "call_number": lambda: world.trouble.call.number,
        "task_id": lambda: world.trouble.care.pk,
        "improvement_id": lambda: world.contested["plan"].pk,
        "record_id": lambda: world.contested["record"].pk,
        "review_id": lambda: world.contested["review"].pk,
        "score_entry_id": lambda: 1,
        "api:write_improvement_plan.plan_id": lambda: world.contested["plan"].pk,
        "judgement_sample_id": lambda: world.contested["sample"].pk,
        "sampled_judgement_id": lambda: world.contested["judgement"].pk,
        "care.policy_id": lambda: world.tried["policy"].pk,
        "test_id": lambda: world.tried["test"].pk,
        "care.token": lambda: OWN_SECRET,
        **{f"portal:{name}.account_id": lambda: world.account.pk for name in ("score", "score_copy", "score_reviews")},
        "care.task_id": lambda: world.asked.task_id,
        "care.line_id": lambda: world.asked.pk,
        **{
            f"api:{name}.task_id": lambda: world.asked.task_id
            for name in ("get_care_task", "record_care_line", "sign_care_line")
        },
        "quality.number": lambda: world.trouble.inquiry.number,
        "inquiry_number": lambda: world.trouble.inquiry.number,
        "step_id": lambda: world.trouble.step.pk,
        "sample_id": lambda: world.trouble.sampled.sample_id,
        "sampled_id": lambda: world.trouble.sampled.pk,
        "adoption_id": lambda: world.trouble.adoption.pk,
        "work:photo.number": lambda: world.photo.order.number,
        "work.number": lambda: world.order.number,
        "work.pk": lambda: world.photo.pk,
        "token": lambda: "x" * 43,
        **{f"work:aid_{step}.pk": lambda: world.aid.pk for step in ("acceptance", "refusal", "joining", "leaving")},
        "work:prices_ending.pk": lambda: world.price.pk,
        "work:windows_ending.pk": lambda: world.window.pk,
        "work:contractors_ending.pk": lambda: world.contractor.pk,
        "item_id": lambda: world.price.pk,
        "window_id": lambda: world.window.pk,
        "contractor_id": lambda: world.contractor.pk,
        "api:answer_aid.request_id": lambda: world.aid.pk,
        "material_id": lambda: 1,
        "api:switch_operating_model.code": lambda: world.site.code,
        **{f"api:{name}.number": lambda: world.order.number for name in OF_AN_ORDER},
        **{
            f"cases:{name}.number": lambda: world.incident.number
            for name in (
                "incident",
                "incident_members",
                "incident_notices",
                "incident_restoration",
                "incident_withdrawal",
            )
        },
        "portal:incident_reports.number": lambda: world.incident.number,
        "api:get_complaint.number": lambda: world.complaint.number,
        "incident_number": lambda: world.incident.number,
        "referral_id": lambda: world.referral.pk,
        "body_code": lambda: "legal_aid",
        "cases:signatures.role": lambda: "keeper",
        "role": lambda: "keeper",
        "cases.number": lambda: world.case.number,
        "portal.number": lambda: world.case.number,
        "follow_up_id": lambda: world.follow_up.pk,
        "console:account.number": lambda: world.account.number,
        "console:phone_order.number": lambda: world.order.number,
        "estate.number": lambda: world.account.number,
        "estate.code": lambda: world.unit.code,
        "customer_id": lambda: world.customer.pk,
        "kind": lambda: "estate",
        "import_id": lambda: world.sent_workbook.pk,
        "estate:import_columns.import_id": lambda: world.unmapped_workbook.pk,
        "mapping_id": lambda: world.mapping.pk,
        "holding_id": lambda: world.account.places.earliest("pk").pk,
        "member_id": lambda: world.account.members.earliest("pk").pk,
        "territory_id": lambda: world.territory.pk,
        "people.code": lambda: "engineering",
        "identity.code": lambda: world.site.code,
        "employee_no": lambda: "E0",
        "people:return.pk": lambda: world.absence.pk,
        "people.pk": lambda: world.roster_entry.pk,
        "handle": lambda: "0" * 16,
        "user_id": lambda: world.staff[Role.CASHIER].user_id,
        "grant_id": lambda: world.staff[Role.CASHIER].user.role_grants.earliest("pk").pk,
        "token_id": lambda: world.token.pk,
        "event_id": lambda: world.event_id,
        "job_id": lambda: world.job_id,
        "endpoint_id": lambda: world.endpoint.pk,
        "delivery_id": lambda: world.endpoint.deliveries.earliest("pk").pk,
        "screen_id": lambda: world.screen.pk,
        "insight:screen.secret": lambda: world.screen_secret,
        "subscription_id": lambda: world.subscription.pk,
        "issue_id": lambda: world.issue.pk,
        "insight:plan_picture.site": lambda: world.site.code,
        "messaging:new_channel.kind": lambda: "wecom",
        "channel_id": lambda: world.channel.pk,
        "messaging.delivery_id": lambda: world.sent.pk,
        "sent_id": lambda: world.sent.pk,
        "template_id": lambda: world.template.pk,
        "document_id": lambda: Document.objects.earliest("pk").pk,
        "api.site": lambda: world.site.code,
        "api.code": lambda: world.unit.code,
        "api:get_account.number": lambda: world.account.number,
        "api:set_lead.code": lambda: "engineering",
        "absence_id": lambda: world.absence.pk,
        "entry_id": lambda: world.roster_entry.pk,
        "photo_id": lambda: world.photo.pk,
        "api:get_photo.number": lambda: world.photo.order.number,
        "api:put_order_place.number": lambda: world.order.number,
        "api:set_order_urgency.number": lambda: world.order.number,
        "api:make_move.number": lambda: world.order.number,
        "api:add_photo.number": lambda: world.order.number,
        "api:order_detail.number": lambda: world.order.number,
        **{
            f"api:{name}.number": lambda: world.account.number
            for name in ("end_account", "add_member", "end_member", "attach_place", "detach_place")
        },
        "ledger.account_id": lambda: world.money["ledger_account"].pk,
        "ledger.number": lambda: world.money["entry"].number,
        "entry_number": lambda: world.money["entry"].number,
        "proposal_id": lambda: world.money["proposal"].pk,
        "portal:statement.account_id": lambda: world.account.pk,
        "portal:statement_paper.account_id": lambda: world.account.pk,
        "portal:fees_code.account_id": lambda: world.account.pk,
        "portal:receipt.payment_number": lambda: world.money["taken"].payment.number,
        "community.draw_id": lambda: world.visited["draw"].pk,
        "community.account_id": lambda: world.account.pk,
        "community.visit_id": lambda: world.visited["visit"].pk,
        "community.invitation_id": lambda: world.visited["invitation"].pk,
        "community.quarter": lambda: world.visited["day"],
        "community.token": lambda: SECRET,
        "api:get_survey.day": lambda: world.visited["day"],
        "foresight.account_number": lambda: world.account.number,
        "api:add_objection.account_number": lambda: world.account.number,
        "api:end_objection.account_number": lambda: world.account.number,
        "api:record_visit.account_number": lambda: world.account.number,
        "api:type_paper_answer.account_number": lambda: world.account.number,
        "remittance.number": lambda: world.money["online_order"].number,
        "remittance.token": lambda: world.money["pay_code"].token,
        "remittance.key": lambda: world.money["merchant"].key,
        "remittance.account_id": lambda: world.money["online_order"].account_id,
        "online_number": lambda: world.money["online_order"].number,
        "remittance.merchant_id": lambda: world.money["merchant"].pk,
        "remittance.provider": lambda: "wechat",
        "remittance.refund_id": lambda: world.money["online_refund"].pk,
        "api:decide_online_refund.refund_id": lambda: world.money["online_refund"].pk,
        "remittance.alert_id": lambda: world.money["online_alert"].pk,
        "api:settle_online_alert.alert_id": lambda: world.money["online_alert"].pk,
        "remittance:bill.bill_id": lambda: world.money["provider_bill"].pk,
        "remittance:bank_account.pk": lambda: world.money["bank_account"].pk,
        "remittance:layout.pk": lambda: world.money["bank_account"].layout_id,
        "remittance:authorisation_end.pk": lambda: world.money["debit_line"].authorisation_id,
        "remittance:debit_line.pk": lambda: world.money["debit_line"].pk,
        **{
            f"remittance:debit_{page}.pk": lambda: world.money["debit_line"].batch_id
            for page in ("batch", "file", "result", "booking", "cancellation")
        },
        **{
            f"remittance:statement_{page}.pk": lambda: world.money["statement_line"].pk
            for page in ("line", "match", "aside", "transit", "undoing")
        },
        "batch_id": lambda: world.money["debit_line"].batch_id,
        "authorisation_id": lambda: world.money["debit_line"].authorisation_id,
        "line_id": lambda: world.money["statement_line"].pk,
        "api:list_provider_bill_lines.bill_id": lambda: world.money["provider_bill"].pk,
        "card_number": lambda: world.money["card"].number,
        "card_refund_id": lambda: world.money["card_refund"].pk,
        "invoice_id": lambda: world.money["invoice"].pk,
        "charge_id": lambda: world.money["bill"].pk,
        "billing.item_id": lambda: world.money["item"].pk,
        "tariff_id": lambda: world.money["tariff"].pk,
        "term_id": lambda: world.money["term"].pk,
        "run_id": lambda: world.money["run"].pk,
        "billing:run_lines.code": lambda: "WYF",
        "price_id": lambda: world.money["tariff"].pk,
        "decision": lambda: "withdrawal",
        **{
            f"api:{name}.code": lambda: "WYF"
            for name in ("edit_charge_item", "list_tariffs", "propose_price", "list_terms", "set_term")
        },
        "meter_id": lambda: world.money["meter"].pk,
        "reading_id": lambda: world.money["reading"].pk,
        "cost_id": lambda: world.money["shared_cost"].pk,
        "contract_id": lambda: world.money["contract"].pk,
        "payment_number": lambda: world.money["payment"].number,
        "account_number": lambda: world.money["owing"].number,
        "prepayment_id": lambda: world.money["prepayment"].pk,
        "relief_id": lambda: world.money["relief"].pk,
        "credit_refund_id": lambda: world.money["credit_refund"].pk,
        "dispute_id": lambda: world.money["dispute"].pk,
        "api:get_account_charges.number": lambda: world.money["owing"].number,
        "plan_id": lambda: world.money["plan"].pk,
        "collecting.account_number": lambda: world.money["owing"].number,
        "notice_id": lambda: world.money["notice"].pk,
        "collecting.delivery_id": lambda: world.money["delivery"].pk,
        "print_run_id": lambda: world.money["print_run"].pk,
        "lawyer_id": lambda: world.money["lawyer"].pk,
        "collecting.kind": lambda: "final_demand",
        **{
            f"api:{name}.number": lambda: world.money["notice"].number
            for name in ("get_notice", "withdraw_notice", "record_delivery")
        },
        **{f"api:{name}.number": lambda: world.money["owing"].number for name in ("list_contacts", "log_contact")},
        **{
            f"api:{name}.number": lambda: world.money["owing"].number
            for name in ("list_reasons", "note_reason", "agree_plan")
        },
        "api:get_statement.number": lambda: world.money["owing"].number,
        "api:draw_credit.number": lambda: world.money["owing"].number,
        "cashier.payment_number": lambda: world.money["taken"].payment.number,
        "shift_number": lambda: world.money["taken"].shift.number,
        "handover_id": lambda: world.money["handover"].pk,
        "cashier.day": lambda: "2026-11-02",
        "cashier.charge_id": lambda: world.money["deposit_release"].charge_id,
        "release_number": lambda: world.money["deposit_release"].number,
        "stand_in_id": lambda: world.money["stand_in"].pk,
        "api.number": lambda: world.case.number,
    }

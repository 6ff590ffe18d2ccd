"""SMS by a gateway that speaks SMPP 3.4: one session for a batch, as a transceiver, so that receipts come along.

Gateways stand in the own network or behind a VPN and have no address on the web: where they are is the administrator's
word, not looked at as that of a webhook is.
"""

import re
import time
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from smpplib import consts, gsm
from smpplib.client import Client
from smpplib.exceptions import ConnectionError as Lost
from smpplib.exceptions import PDUError

from zhongshu.messaging.engine.carriers.base import Plain
from zhongshu.messaging.engine.parcels import Carried, Down, Parcel, Report, later, refused, sent, unsure
from zhongshu.messaging.kinds import Fault
from zhongshu.messaging.models import Channel
from zhongshu.messaging.policies.texts import signed

SECONDS = 5.0
LISTENS = 1.0  # seconds of silence after which no more receipts are waited for
LISTENS_AT_MOST = 20.0
NOT_NOW = frozenset({consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL, consts.SMPP_ESME_RSYSERR})
FINAL = {2: True, 3: False, 4: False, 5: False, 8: False}
"""`message_state` of a receipt: delivered, expired, deleted, undeliverable, rejected; the others are on the way."""
WORDS = {"DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "REJECTD": 8}
_RECEIPT = re.compile(r"id:(?P<id>\S+).*?stat:(?P<stat>[A-Z]+)", re.DOTALL | re.IGNORECASE)


class SmppGateway(Plain):
    """`settings`: host, port, system_id, source, signature, system_type; `secret`: password."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self.answers: dict[int, Any] = {}
        self.client = Client(
            self.settings["host"], self.settings["port"], timeout=SECONDS, allow_unknown_opt_params=True
        )
        self.client.set_message_sent_handler(self._answered)
        self.client.set_message_received_handler(self._received)
        self.client.set_error_pdu_handler(lambda pdu: None)  # the answer to a part is read with the others

    def __enter__(self) -> Self:
        try:
            self.client.connect()
            self.client.bind_transceiver(
                system_id=self.settings["system_id"],
                password=self.secret.get("password", ""),
                system_type=self.settings.get("system_type", ""),
            )
        except PDUError as error:
            self.client.disconnect()
            raise Down(Fault.SETTINGS, str(error)[:200]) from error
        except (Lost, OSError) as error:
            self.client.disconnect()
            raise Down(Fault.UNREACHABLE, str(error)[:200]) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.client.unbind()
        except (PDUError, Lost, OSError):
            pass  # they are gone already
        finally:
            self.client.disconnect()

    def carry(self, parcel: Parcel, *, at: datetime) -> Carried:
        text = signed(parcel.text, self.settings.get("signature", ""))
        parts, coding, esm_class = gsm.make_parts(text)
        ids: list[str] = []
        for part in parts:
            failed = self._send_part(parcel.address, part, coding, esm_class, ids)
            if failed is None:
                continue
            if ids:  # some of it is on its way already
                return unsure(Fault(failed.fault), f"{len(ids)}/{len(parts)} {failed.answer}", *ids, stops=failed.stops)
            return failed
        return sent(*ids)

    def collect(self) -> None:
        """Listen until nothing more comes; the gateway is asked whether it is still there."""
        until = time.monotonic() + LISTENS_AT_MOST
        if self.client._socket is None:  # never opened
            return
        self.client._socket.settimeout(LISTENS)
        try:
            while time.monotonic() < until:
                self.client.read_once(auto_send_enquire_link=False)
        except TimeoutError:
            return
        except (PDUError, Lost, OSError) as error:
            raise Down(Fault.BROKEN, str(error)[:200]) from error
        finally:
            if self.client._socket is not None:
                self.client._socket.settimeout(SECONDS)

    def _send_part(self, number: str, part: bytes, coding: int, esm_class: int, ids: list[str]) -> Carried | None:
        try:
            asked = self.client.send_message(
                source_addr_ton=consts.SMPP_TON_UNK,
                source_addr=self.settings.get("source", ""),
                dest_addr_ton=consts.SMPP_TON_INTL if number.startswith("+") else consts.SMPP_TON_UNK,
                dest_addr_npi=consts.SMPP_NPI_ISDN,
                destination_addr=number.lstrip("+"),
                short_message=part,
                data_coding=coding,
                esm_class=esm_class,
                registered_delivery=True,
            )
            answer = self._answer_to(asked.sequence)
        except (TimeoutError, Lost, PDUError, OSError) as error:
            return unsure(Fault.BROKEN, f"{type(error).__name__} {error}"[:200], stops=True)
        if answer.status == consts.SMPP_ESME_ROK:
            ids.append(_text(answer.message_id))
            return None
        words = f"{answer.status:#x} {consts.DESCRIPTIONS.get(answer.status, '')}"[:200]
        return later(Fault.THROTTLED, words, stops=True) if answer.status in NOT_NOW else refused(Fault.REFUSED, words)

    def _answer_to(self, sequence: int) -> Any:
        """Other things may come first: receipts, questions whether we are there."""
        while sequence not in self.answers:
            self.client.read_once(auto_send_enquire_link=False)
        return self.answers.pop(sequence)

    def _answered(self, pdu: Any) -> None:
        self.answers[pdu.sequence] = pdu

    def _received(self, pdu: Any) -> None:
        report = _report(pdu)
        if report is not None:
            self.reports.append(report)


def _report(pdu: Any) -> Report | None:
    """A receipt says id and state in fields of its own, or in its text; None for what is none, or not final."""
    text = _text(pdu.short_message)
    found = _RECEIPT.search(text)
    known_by = _text(getattr(pdu, "receipted_message_id", None)) or (found["id"] if found else "")
    state = getattr(pdu, "message_state", None) or (WORDS.get(found["stat"].upper()) if found else None)
    return Report(known_by, FINAL[state], text[:200]) if known_by and state in FINAL else None


def _text(value: bytes | str | None) -> str:
    """Without the NUL that ends it."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value or ""
    return text.replace("\0", "").strip()

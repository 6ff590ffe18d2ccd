"""An SMS gateway that speaks SMPP 3.4 (version 3.4, chapter 4), on a thread. Frames are read and written by hand, so
that client and server do not share one library's mistakes.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

BIND, BIND_RESP = 0x00000009, 0x80000009
SUBMIT, SUBMIT_RESP = 0x00000004, 0x80000004
DELIVER, DELIVER_RESP = 0x00000005, 0x80000005
UNBIND, UNBIND_RESP = 0x00000006, 0x80000006
ENQUIRE, ENQUIRE_RESP = 0x00000015, 0x80000015
OK, WRONG_PASSWORD, THROTTLED, WRONG_NUMBER = 0x0, 0xE, 0x58, 0xB


@dataclass
class Submitted:
    number: str
    esm_class: int
    coding: int
    receipt_wanted: int
    body: bytes


@dataclass
class Gateway:
    """`answers` are given to submissions in turn, the last one ever after; `receipts` are told at the next bind, or
    right after the submission that they are about when `is_quick`. `hangs_up_on`: the number at which it breaks off.
    """

    port: int
    password: str = "geheim"
    answers: list[int] = field(default_factory=lambda: [OK])
    submitted: list[Submitted] = field(default_factory=list)
    outbox: list[bytes] = field(default_factory=list)
    acknowledged: int = 0
    links_answered: int = 0
    binds: int = 0
    hangs_up_on: str = ""
    stat: str = ""

    def receipt(self, message_id: str, stat: str) -> None:
        """Have a receipt told when the client is here next."""
        text = (
            f"id:{message_id} sub:001 dlvrd:001 submit date:2611041200 done date:2611041201 stat:{stat} err:000 text:"
        )
        self.outbox.append(_deliver(text.encode()))


@contextmanager
def gateway() -> Iterator[Gateway]:
    listener = socket.create_server(("127.0.0.1", 0))
    known = Gateway(listener.getsockname()[1])

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _address = listener.accept()
                threading.Thread(target=_serve, args=(connection, known), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield known
    finally:
        listener.close()


def _serve(connection: socket.socket, known: Gateway) -> None:
    with suppress(OSError, EOFError), connection:
        while True:
            command, sequence, body = _read(connection)
            if command == BIND:
                if not _bind(connection, known, sequence, body):
                    return
            elif command == SUBMIT:
                if not _submit(connection, known, sequence, body):
                    return
            elif command == UNBIND:
                _write(connection, UNBIND_RESP, OK, sequence)
                return
            elif command == DELIVER_RESP:
                known.acknowledged += 1
            elif command == ENQUIRE_RESP:
                known.links_answered += 1
            elif command == ENQUIRE:
                _write(connection, ENQUIRE_RESP, OK, sequence)


def _bind(connection: socket.socket, known: Gateway, sequence: int, body: bytes) -> bool:
    system_id, password = body.split(b"\0")[:2]
    known.binds += 1
    if password.decode() != known.password:
        _write(connection, BIND_RESP, WRONG_PASSWORD, sequence)
        return False
    _write(connection, BIND_RESP, OK, sequence, system_id + b"\0")
    _write(connection, ENQUIRE, OK, 7001)
    for nth, waiting in enumerate(known.outbox, 8001):
        _write(connection, DELIVER, OK, nth, waiting)
    known.outbox.clear()
    return True


def _submit(connection: socket.socket, known: Gateway, sequence: int, body: bytes) -> bool:
    taken = _parsed(body)
    known.submitted.append(taken)
    if taken.number == known.hangs_up_on:
        return False
    status = known.answers.pop(0) if len(known.answers) > 1 else known.answers[0]
    message_id = f"M{len(known.submitted)}"
    _write(connection, SUBMIT_RESP, status, sequence, message_id.encode() + b"\0" if status == OK else b"")
    if status == OK and known.stat:
        known.receipt(message_id, known.stat)
        _write(connection, DELIVER, OK, 9000 + len(known.submitted), known.outbox.pop())
    return True


def _parsed(body: bytes) -> Submitted:
    """service_type, source (ton, npi, address), destination (ton, npi, address), then single bytes up to the length."""
    _service, rest = body.split(b"\0", 1)
    _source, rest = rest[2:].split(b"\0", 1)
    number, rest = rest[2:].split(b"\0", 1)
    esm_class = rest[0]
    _schedule, rest = rest[3:].split(b"\0", 1)
    _validity, rest = rest.split(b"\0", 1)
    receipt_wanted, _replace, coding, _default, length = rest[:5]
    return Submitted(number.decode(), esm_class, coding, receipt_wanted, rest[5 : 5 + length])


def _deliver(text: bytes) -> bytes:
    head = b"\0" + b"\1\1" + b"13800000001\0" + b"\1\1" + b"10690000\0"
    return head + bytes([4, 0, 0]) + b"\0" + b"\0" + bytes([0, 0, 0, 0, len(text)]) + text


def _read(connection: socket.socket) -> tuple[int, int, bytes]:
    length, command, _status, sequence = struct.unpack(">IIII", _exactly(connection, 16))
    return command, sequence, _exactly(connection, length - 16)


def _exactly(connection: socket.socket, wanted: int) -> bytes:
    read = b""
    while len(read) < wanted:
        piece = connection.recv(wanted - len(read))
        if not piece:
            raise EOFError
        read += piece
    return read


def _write(connection: socket.socket, command: int, status: int, sequence: int, body: bytes = b"") -> None:
    connection.sendall(struct.pack(">IIII", 16 + len(body), command, status, sequence) + body)

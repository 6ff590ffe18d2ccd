"""E-mail over SMTP, in the clear, with STARTTLS, or in TLS from the start."""

import smtplib
from datetime import datetime
from types import TracebackType
from typing import Self

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from zhongshu.messaging.engine.carriers.base import Plain
from zhongshu.messaging.engine.parcels import Carried, Down, Parcel, later, refused, sent, unsure
from zhongshu.messaging.kinds import Fault

SECONDS = 10


class MailServer(Plain):
    """One connection for a batch. `Message-ID` is made of the delivery's key: mail servers know it again by that."""

    def __enter__(self) -> Self:
        self.connection = EmailBackend(
            host=self.settings["host"],
            port=self.settings["port"],
            username=self.settings.get("username", ""),
            password=self.secret.get("password", ""),
            use_tls=self.settings.get("security") == "starttls",
            use_ssl=self.settings.get("security") == "tls",
            timeout=SECONDS,
        )
        try:
            self.connection.open()
        except smtplib.SMTPAuthenticationError as error:
            raise Down(Fault.SETTINGS, _words(error)) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Down(Fault.SETTINGS, str(error)) from error
        except OSError as error:  # smtplib's own errors are of this family
            raise Down(Fault.UNREACHABLE, _words(error)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def carry(self, parcel: Parcel, *, at: datetime) -> Carried:
        try:
            self.connection.send_messages([self._mail(parcel)])
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            return _refusal(code, words)
        except smtplib.SMTPResponseException as error:
            return _refusal(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            return unsure(Fault.BROKEN, _words(error), stops=True)
        return sent()

    def _mail(self, parcel: Parcel) -> EmailMessage:
        sender = self.settings["sender"]
        domain = sender.rpartition("@")[2].strip(" >")
        known_by = {"Message-ID": f"<{parcel.key.replace(':', '.')}@{domain}>"}
        mail = EmailMessage(parcel.title, parcel.text, sender, [parcel.address], headers=known_by)
        if parcel.attachment is not None:
            mail.attach(parcel.attachment.name, parcel.attachment.content)
        return mail


def _refusal(code: int, words: bytes | str) -> Carried:
    """5xx: never; 4xx: not now."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    answer = f"{code} {said}"[:200]
    return refused(Fault.REFUSED, answer) if code >= 500 else later(Fault.THROTTLED, answer)


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]

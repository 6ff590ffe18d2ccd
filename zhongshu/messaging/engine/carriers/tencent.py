"""SMS by Tencent Cloud: its SDK signs the requests (TC3-HMAC-SHA256); receipts are asked for.

The texts are registered with the vendor: what is sent is a template's id and the values of its variables, in order.
"""

from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from requests.exceptions import ConnectTimeout, SSLError
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import PullSmsSendStatusRequest, SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

from zhongshu.messaging.engine.carriers.base import Plain
from zhongshu.messaging.engine.parcels import Carried, Down, Parcel, Report, later, refused, sent, unsure
from zhongshu.messaging.kinds import Fault
from zhongshu.messaging.policies.texts import variables_in

SECONDS = 8
AT_ONCE = 100  # receipts that are handed out together
OUR_FAULT = ("AuthFailure", "UnauthorizedOperation", "FailedOperation.InsufficientBalance", "InvalidParameterValue.Sdk")
LATER = ("RequestLimitExceeded", "LimitExceeded", "InternalError", "FailedOperation.FailResolvePacket")


class TencentSms(Plain):
    """`settings`: app, signature, region, endpoint; `secret`: id and key of the account."""

    def carry(self, parcel: Parcel, *, at: datetime) -> Carried:
        if not parcel.vendor_id:
            return refused(Fault.SETTINGS, "no template id")
        try:
            answer = self._client.SendSms(self._request(parcel)).SendStatusSet[0]
        except TencentCloudSDKException as error:
            return _failure(error)
        words = f"{answer.Code} {answer.Message}"[:200]
        return sent(answer.SerialNo, answer=words) if answer.Code == "Ok" else _verdict(answer.Code, words)

    def collect(self) -> None:
        request = PullSmsSendStatusRequest()
        request.SmsSdkAppId, request.Limit = self.settings["app"], AT_ONCE
        try:
            found = self._client.PullSmsSendStatus(request).PullSmsSendStatusSet or []
        except TencentCloudSDKException as error:
            raise Down(Fault.UNREACHABLE, _words(error)) from error
        self.reports += [Report(row.SerialNo, row.ReportStatus == "SUCCESS", row.Description or "") for row in found]

    def _request(self, parcel: Parcel) -> SendSmsRequest:
        request = SendSmsRequest()
        request.SmsSdkAppId = self.settings["app"]
        request.SignName = self.settings["signature"]
        request.TemplateId = parcel.vendor_id
        request.TemplateParamSet = [parcel.values.get(name, "") for name in variables_in(parcel.said)]
        request.PhoneNumberSet = [international(parcel.address)]
        request.SessionContext = parcel.key
        return request

    @cached_property
    def _client(self) -> Any:
        endpoint = urlsplit(self.settings["endpoint"])
        http = HttpProfile(protocol=endpoint.scheme, endpoint=endpoint.netloc, reqTimeout=SECONDS)
        account = Credential(self.secret["secret_id"], self.secret["secret_key"])
        return SmsClient(account, self.settings["region"], ClientProfile(httpProfile=http))


def international(number: str) -> str:
    """With its country before it: China's, where none is said."""
    return number if number.startswith("+") else f"+86{number}"


def _failure(error: TencentCloudSDKException) -> Carried:
    """Of requests that got no answer, only those that never connected may be made again."""
    if error.code != "ClientNetworkError":
        return _verdict(error.code or "", _words(error))
    cause = error.__context__
    never_left = isinstance(cause, ConnectTimeout | SSLError) or "NewConnectionError" in str(cause)
    if never_left or "NameResolutionError" in str(cause):
        return later(Fault.UNREACHABLE, type(cause).__name__, stops=True)
    return unsure(Fault.BROKEN, type(cause).__name__, stops=True)


def _verdict(code: str, words: str) -> Carried:
    if code.startswith("InternalError.Timeout") or code == "ServerNetworkError":
        return unsure(Fault.BROKEN, words)
    if code.startswith(OUR_FAULT):
        return later(Fault.SETTINGS, words, stops=True)
    if code.startswith(LATER):
        return later(Fault.THROTTLED, words, stops=code.startswith("RequestLimitExceeded"))
    return refused(Fault.REFUSED, words)


def _words(error: TencentCloudSDKException) -> str:
    return f"{error.code} {error.message}"[:200]

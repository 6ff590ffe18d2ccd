"""What webhooks refuse."""

from zhongshu.kernel.errors import Refusal


class ForbiddenAddress(Refusal):
    """Not an address of the public internet, or not over TLS."""

    code = "forbidden_address"
    status = 422


class NothingToReplay(Refusal):
    """No delivery is as wanted."""

    code = "nothing_to_replay"


class EndpointIsPaused(Refusal):
    """Nothing is sent to it until it is resumed."""

    code = "endpoint_paused"

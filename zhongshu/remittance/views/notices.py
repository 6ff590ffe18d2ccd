"""The door at which the providers knock. Their signature is the key."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from zhongshu.identity.actor import Origin, system_actor
from zhongshu.identity.middleware import client_ip
from zhongshu.kernel.clock import now
from zhongshu.remittance import actions
from zhongshu.remittance.gateways.base import Callback
from zhongshu.remittance.models import ProviderAccount

LARGEST = 64 * 1024


@csrf_exempt
@require_POST
def notices(request: HttpRequest, provider: str, key: str) -> HttpResponse:
    """Without a good signature 401 in the provider's own format, and nothing happens but that it is kept."""
    merchant = ProviderAccount.objects.filter(provider=provider, key=key).first()
    if merchant is None:
        raise Http404
    if len(request.body) > LARGEST:
        return HttpResponse(status=413)
    callback = Callback({name.lower(): value for name, value in request.headers.items()}, request.body)
    actor = replace(system_actor(Origin.WEB), ip=client_ip(request))
    answer = actions.hear(actor=actor, at=now(), merchant=merchant, callback=callback)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)

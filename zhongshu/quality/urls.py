"""Addresses of the quality department: nouns; writing is POST."""

from django.urls import path

from zhongshu.quality.kinds import Direction
from zhongshu.quality.views import escalations, inquiries, judgements, samples, standards, window

app_name = "quality"
urlpatterns = [
    path("", window.window, name="window"),
    path("inquiries", inquiries.inquiries, name="inquiries"),
    *(path(f"inquiries/new/{way}", inquiries.new, {"direction": way}, name=f"new_{way}") for way in Direction),
    path("inquiries/<str:number>", inquiries.inquiry, name="inquiry"),
    *(
        path(f"inquiries/<str:number>/{noun}", inquiries.doing, {"noun": noun}, name=f"inquiry_{noun}")
        for noun in inquiries.NOUNS
    ),
    path("escalations", escalations.escalations, name="escalations"),
    path("escalations/<int:step_id>", escalations.escalation, name="escalation"),
    path("samples", samples.samples, name="samples"),
    path("samples/rates", samples.sampling_rates, name="rates"),
    path("samples/<int:sample_id>", samples.sample, name="sample"),
    path("sampled/<int:sampled_id>", samples.sampled, name="sampled"),
    path("judgements", judgements.samples, name="judgement_samples"),
    path("judgements/<int:judgement_sample_id>", judgements.sample, name="judgement_sample"),
    path("judgements/sampled/<int:sampled_judgement_id>", judgements.sampled, name="sampled_judgement"),
    path("standards", standards.standards, name="standards"),
    path("standards/adoptions", standards.adoptions, name="adoptions"),
    path("standards/adoptions/<int:adoption_id>/undoing", standards.undoing, name="undoing"),
]

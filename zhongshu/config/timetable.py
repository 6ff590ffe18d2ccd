"""The job timetable: what runs by itself, and when. A sixth column counts seconds."""

from procrastinate.contrib.django import app

from zhongshu.billing import jobs as billing
from zhongshu.care import jobs as care
from zhongshu.cases import jobs as cases
from zhongshu.cashier import jobs as cashier
from zhongshu.collecting import jobs as collecting
from zhongshu.community import jobs as community
from zhongshu.config.jobs import tick_now
from zhongshu.foresight import jobs as foresight
from zhongshu.identity.jobs import forget_expired
from zhongshu.insight.jobs import deliver as deliver_reports
from zhongshu.kernel.jobs import forget_old_jobs, forget_requests, revive_stalled, sweep_outbox
from zhongshu.messaging import jobs as messaging
from zhongshu.quality import jobs as quality
from zhongshu.remittance import jobs as remittance
from zhongshu.webhooks import jobs as webhooks

app.periodic(cron="* * * * * */10", periodic_id="tick")(tick_now)
app.periodic(cron="* * * * * */30", periodic_id="revive")(revive_stalled)
app.periodic(cron="* * * * *", periodic_id="sweep")(sweep_outbox)
app.periodic(cron="17 3 * * *", periodic_id="forget")(forget_old_jobs)
app.periodic(cron="27 3 * * *", periodic_id="forget_requests")(forget_requests)
app.periodic(cron="27 3 * * *", periodic_id="forget_expired")(forget_expired)
app.periodic(cron="* * * * *", periodic_id="webhooks.sweep")(webhooks.sweep)
app.periodic(cron="37 3 * * *", periodic_id="webhooks.forget")(webhooks.forget)
app.periodic(cron="7 4 * * 0", periodic_id="cases.retrain")(cases.retrain)
app.periodic(cron="* * * * *", periodic_id="messaging.receipts")(messaging.ask_for_receipts)
app.periodic(cron="47 3 * * *", periodic_id="messaging.forget")(messaging.forget)
app.periodic(cron="*/10 * * * *", periodic_id="insight.deliver")(deliver_reports)
app.periodic(cron="* * * * * */10", periodic_id="remittance.ask")(remittance.ask)
app.periodic(cron="* * * * * */10", periodic_id="cashier.ask_invoices")(cashier.ask_invoices)
app.periodic(cron="37 10 * * *", periodic_id="remittance.want_bills")(remittance.want_bills)
app.periodic(cron="7 2 * * *", periodic_id="billing.nightly")(billing.nightly)
app.periodic(cron="7 7 * * *", periodic_id="community.daily")(community.daily)
app.periodic(cron="47 7 * * *", periodic_id="quality.draw_judgements")(quality.draw_judgements)
app.periodic(cron="*/10 * * * *", periodic_id="care.daily")(care.daily)
app.periodic(cron="17 8 * * *", periodic_id="care.remind")(care.remind)
app.periodic(cron="*/10 * * * *", periodic_id="collecting.send")(collecting.send)
app.periodic(cron="7 6 * * *", periodic_id="collecting.alert_limitation")(collecting.alert_limitation)
app.periodic(cron="37 4 * * 1", periodic_id="foresight.weekly")(foresight.weekly)

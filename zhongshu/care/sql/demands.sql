-- The final demands that were sent to the affected accounts; one from elsewhere is evidence as it stands.
-- Parameters: site_id.
INSERT INTO care_now_demand
SELECT notice.id, notice.account_id, notice."on", notice.sent_on, notice.source LIKE 'care:%%'
FROM collecting_notice notice JOIN care_now_account affected ON affected.account_id = notice.account_id
WHERE notice.site_id = %(site_id)s AND notice.kind = 'final_demand' AND notice.state = 'sent'

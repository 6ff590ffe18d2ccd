-- Accounts that were asked for the month of an item and have not paid all of it by the day, with what the month comes to.
-- Parameters: sites, month, item (code), until, ignore_below.
SELECT served.account_id, sum(served.share) FILTER (WHERE coalesce(served.cleared_on >= %(until)s, true))
FROM unnest(%(sites)s) AS site (id)
CROSS JOIN LATERAL billing_service_months(site.id, NULL, %(ignore_below)s, NULL) AS served
JOIN billing_chargeitem item ON item.id = served.item_id AND item.code = %(item)s
WHERE served.month = %(month)s
GROUP BY served.account_id
HAVING NOT bool_and(coalesce(served.cleared_on < %(until)s, false))

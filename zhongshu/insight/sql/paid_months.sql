-- Months of service of a year by item: accounts asked for the month, those that have paid all of it by the day, and what
-- it comes to. Parameters: sites, first and last (months), until, ignore_below.
SELECT month, code, max(name), count(*), count(*) FILTER (WHERE is_paid), sum(share)
FROM (
    SELECT served.month, item.code, max(item.name) AS name, served.account_id,
           bool_and(coalesce(served.cleared_on < %(until)s, false)) AS is_paid, sum(served.share) AS share
    FROM unnest(%(sites)s) AS site (id)
    CROSS JOIN LATERAL billing_service_months(site.id, NULL, %(ignore_below)s, NULL) AS served
    JOIN billing_chargeitem item ON item.id = served.item_id
    WHERE served.month >= %(first)s AND served.month <= %(last)s
    GROUP BY served.month, item.code, served.account_id
) asked
GROUP BY month, code ORDER BY month, code

-- Entries and points that took effect, by rule and month. Parameters: from_on, upto.
SELECT rule, date_trunc('month', effective_on)::date, count(*), sum(points)
FROM care_back_entry WHERE effective_on BETWEEN %(from_on)s AND %(upto)s
GROUP BY 1, 2 ORDER BY 1, 2

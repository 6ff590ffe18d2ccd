-- Letters that would have been made, by kind and day. Parameters: from_on, upto.
SELECT letter, acts_on, count(*)
FROM care_back_act WHERE letter <> '' AND acts_on BETWEEN %(from_on)s AND %(upto)s
GROUP BY 1, 2 ORDER BY 1, 2

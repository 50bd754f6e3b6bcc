-- How the disputes that ended in a period came out, how long they took, and how often an appeal changed them.
SELECT
    count(*) AS cases,
    count(*) FILTER (WHERE outcome = 'buyer') AS for_buyer,
    count(*) FILTER (WHERE outcome = 'partial') AS partial,
    count(*) FILTER (WHERE outcome = 'merchant') AS for_merchant,
    count(*) FILTER (WHERE outcome = 'settled') AS settled,
    count(*) FILTER (WHERE outcome IN ('withdrawn', 'litigation')) AS other,
    count(*) FILTER (WHERE appealed_by <> '') AS appealed,
    count(*) FILTER (WHERE overturned) AS overturned,
    count(*) FILTER (WHERE forced) AS forced,
    coalesce(sum((verdict ->> 'refund_minor')::bigint) FILTER (WHERE outcome NOT IN ('withdrawn', 'litigation')), 0)
        AS refund_minor,
    coalesce(
        sum((verdict ->> 'compensation_minor')::bigint) FILTER (WHERE outcome NOT IN ('withdrawn', 'litigation')), 0
    ) AS compensation_minor,
    coalesce(
        percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - opened_at)::bigint), 0
    ) AS median_seconds
FROM guarantee_dispute
WHERE ended_at >= %(since)s AND ended_at < %(until)s

-- Outcomes of disputes by the week (Asia/Shanghai) in which they ended, oldest first.
SELECT
    date_trunc('week', ended_at AT TIME ZONE 'Asia/Shanghai')::date AS week,
    count(*) FILTER (WHERE outcome = 'buyer') AS for_buyer,
    count(*) FILTER (WHERE outcome = 'partial') AS partial,
    count(*) FILTER (WHERE outcome = 'merchant') AS for_merchant,
    count(*) FILTER (WHERE outcome = 'settled') AS settled
FROM guarantee_dispute
WHERE ended_at >= %(since)s AND ended_at < %(until)s
GROUP BY 1
ORDER BY 1
LIMIT 60

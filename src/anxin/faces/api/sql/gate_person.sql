-- Find what a person was answered under a key, and try to be the only one who works on that key until the transaction ends.
SELECT answer.fingerprint,
       answer.status,
       answer.body,
       pg_try_advisory_xact_lock(hashtextextended(%(person_id)s::uuid::text || %(key)s, 0)) AS alone
  FROM (SELECT 1) AS once
  LEFT JOIN api_storedanswer AS answer ON answer.person_id = %(person_id)s AND answer.key = %(key)s

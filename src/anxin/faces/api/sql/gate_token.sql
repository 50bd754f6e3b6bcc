-- Find who holds a token and what they were answered under a key, and try to be the only one who works on that key until the transaction ends.
SELECT holder.token_id,
       holder.person_id,
       holder.scopes,
       holder.roles,
       holder.last_used_at,
       answer.fingerprint,
       answer.status,
       answer.body,
       pg_try_advisory_xact_lock(hashtextextended(holder.person_id::text || %(key)s, 0)) AS alone
  FROM people_public_token_holder AS holder
  LEFT JOIN api_storedanswer AS answer ON answer.person_id = holder.person_id AND answer.key = %(key)s
 WHERE holder.digest = %(digest)s
   AND holder.expires_at > %(now)s

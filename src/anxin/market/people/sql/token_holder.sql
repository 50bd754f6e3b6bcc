-- Find who holds a living token: person, roles and scopes, in one row.
SELECT *
  FROM people_public_token_holder
 WHERE digest = %(digest)s
   AND expires_at > %(now)s

-- Note that a token was used, unless somebody is noting it at this moment.
UPDATE people_accesstoken
   SET last_used_at = %(now)s
 WHERE id = (SELECT id FROM people_accesstoken WHERE id = %(token_id)s FOR UPDATE SKIP LOCKED)

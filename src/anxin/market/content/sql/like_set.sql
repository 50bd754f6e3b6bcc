-- Say so once; the counter moves only if this is new, and by a row of its own.
WITH said AS (
     INSERT INTO content_like (post_id, person_id, at)
     VALUES (%(subject)s, %(person_id)s, %(now)s)
         ON CONFLICT (post_id, person_id) DO NOTHING
  RETURNING post_id
)
INSERT INTO infra_tallychange (subject, kind, step) SELECT post_id, 'likes', 1 FROM said

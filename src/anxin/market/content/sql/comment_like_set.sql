-- Say so once; the counter moves only if this is new, and by a row of its own.
WITH said AS (
     INSERT INTO content_commentlike (comment_id, person_id, at)
     VALUES (%(subject)s, %(person_id)s, %(now)s)
         ON CONFLICT (comment_id, person_id) DO NOTHING
  RETURNING comment_id
)
INSERT INTO infra_tallychange (subject, kind, step) SELECT comment_id, 'likes', 1 FROM said

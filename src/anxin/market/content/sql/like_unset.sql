-- Take it back; the counter moves only if it was said.
WITH taken_back AS (
     DELETE FROM content_like WHERE post_id = %(subject)s AND person_id = %(person_id)s
  RETURNING post_id
)
INSERT INTO infra_tallychange (subject, kind, step) SELECT post_id, 'likes', -1 FROM taken_back

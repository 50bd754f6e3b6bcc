-- Take it back; the counter moves only if it was said.
WITH taken_back AS (
     DELETE FROM content_commentlike WHERE comment_id = %(subject)s AND person_id = %(person_id)s
  RETURNING comment_id
)
INSERT INTO infra_tallychange (subject, kind, step) SELECT comment_id, 'likes', -1 FROM taken_back

-- Append one act whose hash covers the hash of the row before it and every column of its own.
WITH last AS (
    SELECT coalesce(max(seq), 0) AS seq FROM people_audit
), act AS (
    SELECT last.seq + 1 AS seq,
           coalesce((SELECT hash FROM people_audit WHERE people_audit.seq = last.seq), ''::bytea) AS previous,
           %(at)s::timestamptz AS at, %(actor_id)s::uuid AS actor_id, %(act)s::text AS act,
           %(subject)s::text AS subject, %(detail)s::jsonb AS detail
      FROM last
)
INSERT INTO people_audit (seq, at, actor_id, act, subject, detail, hash)
SELECT seq, at, actor_id, act, subject, detail,
       people_audit_hash(previous, seq, at, actor_id, act, subject, detail)
  FROM act
RETURNING seq

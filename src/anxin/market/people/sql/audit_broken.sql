-- List the rows of the audit log that do not follow from the row before them.
SELECT seq
  FROM (SELECT *,
               lag(seq, 1, 0::bigint) OVER (ORDER BY seq) AS previous_seq,
               lag(hash, 1, ''::bytea) OVER (ORDER BY seq) AS previous
          FROM people_audit) AS chain
 WHERE seq <> previous_seq + 1
    OR hash <> people_audit_hash(previous, seq, at, actor_id, act, subject, detail)
 ORDER BY seq
 LIMIT 20

-- Stop following; the counters move only if one did.
WITH left_alone AS (
     DELETE FROM creators_follow WHERE creator_id = %(creator_id)s AND person_id = %(person_id)s
  RETURNING creator_id, person_id
)
INSERT INTO infra_tallychange (subject, kind, step)
SELECT creator_id, 'followers', -1 FROM left_alone
 UNION ALL
SELECT person_id, 'following', -1 FROM left_alone

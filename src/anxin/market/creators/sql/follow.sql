-- Follow a creator once; the counters move only if this is new.
WITH followed AS (
     INSERT INTO creators_follow (creator_id, person_id, followed_at)
     VALUES (%(creator_id)s, %(person_id)s, %(now)s)
         ON CONFLICT (creator_id, person_id) DO NOTHING
  RETURNING creator_id, person_id
)
INSERT INTO infra_tallychange (subject, kind, step)
SELECT creator_id, 'followers', 1 FROM followed
 UNION ALL
SELECT person_id, 'following', 1 FROM followed

-- Comments of others on a creator's newest public posts, or on one post: the newest of all or of those left unanswered; beside each how
-- many wait for an answer. The one row of a list without comments has no id.
WITH post AS MATERIALIZED (
    SELECT id, person_id
      FROM content_post
     WHERE creator_id = %(creator_id)s AND state = 'public' AND (%(post_id)s::uuid IS NULL OR id = %(post_id)s::uuid)
     ORDER BY id DESC LIMIT %(posts)s
), waiting AS (
    SELECT count(*) AS number
      FROM (SELECT 1
              FROM post
              JOIN content_comment AS comment ON comment.post_id = post.id AND comment.state = 'shown'
             WHERE comment.person_id <> post.person_id AND comment.person_id <> ALL (%(voices)s::uuid[])
               AND NOT EXISTS (
                   SELECT 1 FROM content_comment AS reply
                    WHERE reply.thread_id = COALESCE(comment.thread_id, comment.id) AND reply.reply_to_id = comment.id
                      AND reply.state = 'shown'
                      AND (reply.person_id = post.person_id OR reply.person_id = ANY (%(voices)s::uuid[])))
             LIMIT %(counted)s) AS unanswered
), listed AS (
    SELECT said.id, said.post_id
      FROM post
     CROSS JOIN LATERAL (
           SELECT comment.id, comment.post_id
             FROM content_comment AS comment
            WHERE comment.post_id = post.id AND comment.state = 'shown' AND comment.id < %(before)s
              AND comment.person_id <> post.person_id AND comment.person_id <> ALL (%(voices)s::uuid[])
              AND (NOT %(unanswered)s OR NOT EXISTS (
                   SELECT 1 FROM content_comment AS reply
                    WHERE reply.thread_id = COALESCE(comment.thread_id, comment.id) AND reply.reply_to_id = comment.id
                      AND reply.state = 'shown'
                      AND (reply.person_id = post.person_id OR reply.person_id = ANY (%(voices)s::uuid[]))))
            ORDER BY comment.id DESC LIMIT %(rows)s) AS said
     ORDER BY said.id DESC LIMIT %(rows)s
)
SELECT listed.id, listed.post_id, waiting.number AS waiting
  FROM waiting LEFT JOIN listed ON true
 ORDER BY listed.id DESC

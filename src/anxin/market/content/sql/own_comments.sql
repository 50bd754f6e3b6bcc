-- Comments of others on a creator's public posts, the newest first: on all of them or one; all or those the creator left unanswered.
SELECT said.id, said.post_id
  FROM content_post AS post
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
 WHERE post.creator_id = %(creator_id)s AND post.state = 'public'
   AND (%(post_id)s::uuid IS NULL OR post.id = %(post_id)s::uuid)
 ORDER BY said.id DESC LIMIT %(rows)s

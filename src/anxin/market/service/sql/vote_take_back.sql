-- Take somebody's vote for a review back, if there is one.
WITH taken AS (
    DELETE FROM service_helpfulvote WHERE review_id = %(review_id)s AND person_id = %(person_id)s RETURNING review_id
)
UPDATE service_review SET helpful_count = helpful_count - 1 WHERE id IN (SELECT review_id FROM taken);

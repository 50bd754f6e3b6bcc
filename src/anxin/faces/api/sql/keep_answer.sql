-- Remember an answer under its key; nothing is written when somebody else was faster.
INSERT INTO api_storedanswer (person_id, key, fingerprint, status, body, answered_at)
VALUES (%(person_id)s, %(key)s, %(fingerprint)s, %(status)s, %(body)s, %(now)s)
    ON CONFLICT DO NOTHING

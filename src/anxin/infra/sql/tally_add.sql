-- Append steps of counters; nothing is updated, so nobody waits.
INSERT INTO infra_tallychange (subject, kind, step)
SELECT change.subject, change.kind, change.step
  FROM jsonb_to_recordset(%(changes)s::jsonb) AS change(subject uuid, kind text, step integer)

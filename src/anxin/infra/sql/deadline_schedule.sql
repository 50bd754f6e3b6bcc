-- Set deadlines, or move those that a subject already has.
insert into infra_deadline (id, kind, subject, due_at, expected_version, attempts, next_try_at, last_error)
select id, kind, subject, due_at, expected_version, 0, due_at, ''
from jsonb_to_recordset(%(deadlines)s::jsonb)
    as due (id uuid, kind text, subject uuid, due_at timestamptz, expected_version integer)
on conflict (kind, subject) do update
set due_at = excluded.due_at,
    expected_version = excluded.expected_version,
    attempts = 0,
    next_try_at = excluded.due_at,
    last_error = ''

-- Take a due deadline out, unless another worker has it or it was moved meanwhile.
delete from infra_deadline
where id = (
    select id from infra_deadline where id = %(id)s and next_try_at = %(next_try_at)s for update skip locked
)
returning expected_version

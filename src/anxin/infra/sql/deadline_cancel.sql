-- Forget deadlines.
delete from infra_deadline where kind = %(kind)s and subject = any(%(subjects)s)

-- Journals that the hash chain does not hold yet, oldest first, with their legs as one canonical text.
select journal.id, concat_ws('|', journal.id, journal.kind, journal.ref, journal.shop_id, journal.memo,
       extract(epoch from journal.posted_at), journal.reverses_id,
       (select string_agg(concat_ws(':', position, account_id, amount_minor, currency, order_id), ';' order by position)
        from ledger_posting where journal_id = journal.id)) as content
from ledger_journal as journal
left join ledger_link as link on link.journal_id = journal.id
where link.position is null
order by journal.id
limit %(batch)s

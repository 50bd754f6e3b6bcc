-- Journals whose postings do not sum to zero in a currency, or are not as many as the journal says.
select journal.id, journal.kind, journal.ref
from ledger_journal as journal
left join ledger_posting as posting on posting.journal_id = journal.id
group by journal.id
having count(posting.id) <> journal.legs
    or exists (select from ledger_posting as leg where leg.journal_id = journal.id
               group by leg.currency having sum(leg.amount_minor) <> 0)
limit 20

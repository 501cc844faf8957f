-- Who made the token that a policy was applied with, where that is another than whom it acts for: barred from approving like the editor, and
-- written down with the application, so that it outlasts a later one of the same words by somebody else.
alter table policy_applications add column edit_token_maker text;
update policy_applications set edit_token_maker = tokens.created_by
from tokens
where tokens.id = by_id and tokens.created_by <> tokens.owner and tokens.created_by <> 'gantry up';

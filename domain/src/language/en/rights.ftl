# Who may do what is refused to whoever asked.
may-configure-process = Administrators configure processes. Ask one of them.
may-configure-close-reasons = Administrators configure close reasons. Ask one of them.
may-manage-members = Administrators manage members and tokens. Ask one of them.
may-rename-member = Administrators and the member themselves may change a member's name. Ask one of them.
may-manage-tokens = Administrators and the member themselves manage a member's tokens. Ask one of them.
may-transfer-deals = Managers, administrators and their owner may hand over a member's deals. Ask one of them.
may-manage-mail = Administrators look after mail that could not be delivered. Ask one of them.
may-see-audit-log = Administrators see the audit log. Ask one of them.
may-see-metrics = Administrators see what the server counts. Use a token of one of them.
may-manage-webhooks = Administrators look after webhooks. Ask one of them.
may-reopen-deal = The deal's owner, managers and administrators may reopen it. Ask one of them.
may-import-history = The program imports history: use waypost import.
may-change-tasks = The deal's owner, its participants, managers and administrators may change its tasks. Ask one of them.
may-change-note = Whoever wrote the note, as long as they may change the deal, and administrators may edit or withdraw it. Ask one of them.
may-do-task = Whoever the task is assigned to, the deal's owner, its participants, managers and administrators may say that it is done. Ask one of them.
may-change-deal = The deal's owner, its participants, managers and administrators may change it. Ask one of them to add you as a participant.
may-undo = Whoever did the action, managers and administrators may undo it. Ask one of them.

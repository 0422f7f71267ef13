# What is wrong with a value, and what a right one looks like.
weight-out-of-range = A weight is a whole number from 0 to 1000, not { $weight }.
chosen-without-members = CHOSEN needs at least one member, or nobody could do the action.
members-without-chosen = Members can be named only for CHOSEN.
hints-too-long = All hints of a process together have at most 512 KiB. Shorten some.
follow-ups-too-long = All follow-ups of a process together have at most 1 MiB of text. Shorten some descriptions.
follow-up-due = A follow-up is due in 0 to 3650 days.
value-negative = A value cannot be negative.
value-too-large = A value is at most 1,000,000,000,000.
value-too-fine = A value has at most 4 digits after the decimal point.
not-an-amount = This is not an amount.
not-a-currency = A currency is a code of ISO 4217: three capital letters, such as EUR.
range-without-end = Give `from`, `to` or both.
range-empty = `to` has to be later than `from`: that moment is left out.
range-backwards = `to` cannot be less than `from`.
progress-out-of-range = Progress is a whole per cent, from 0 to 100.
url-malformed = A URL of an endpoint looks like https://example.org/hooks/waypost.
url-unencrypted = Give a URL that begins with https://. Unencrypted http:// goes only to networks that whoever runs the server allows with --webhook-allow-network.
url-too-long = A URL has at most 2,000 characters.
url-with-password = Leave user and password out of the URL: deliveries are signed, and the signature says whom they are from.
url-with-fragment = Leave out what follows the #: it is never sent.
text-with-nul = A text cannot hold the character NUL.
text-empty = A text is needed: 1 to 10,000 characters that are not all spaces.
text-unseen = A text is needed: this one has no character that can be seen.
search-too-long = A text to search for has at most 200 characters.
search-with-nul = A text to search for cannot hold the character NUL.
text-too-long = A text has at most 10,000 characters; this one has { $length }.
email-malformed = An e-mail address looks like name@example.org. { $fault }
email-unseen = This one has a character that nobody sees, { $character }. Type it anew.
email-empty = This one is empty.
email-link = Leave out “mailto:”.
email-with-name = Give it alone, without a name and without brackets.
email-at-twice = Write one @; this one has two in a row.
email-several = Give one; this looks like several.
email-with-space = This one has a space in it.
email-without-at = This one has no @.
email-user = No mail server takes what is before the @ here.
email-host = No mail server has the name that is after the @ here.
email-too-long = This one is longer than any mail server takes.
mapped-twice = This action is in the mapping already. Say once where its completion goes.
only-members-upload = Only members upload files.
file-name-is-path = A file's name is no path: it has no / and no \, and is not only dots.
file-ending = Files of this ending are not taken here, because a browser or computer could run them. Put it into a ZIP archive, or send a PDF.
content-type-malformed = A content type looks like application/pdf or image/png.
content-type-refused = Files of the type { $media } are not taken here. Send a PDF, an image, an office document, a mail, a text or a ZIP archive.
file-size = A file has between 1 byte and { $most }.
checksum-malformed = A checksum is the SHA-256 of the file: 64 hexadecimal digits.
file-twice = This file is in the list twice. Leave one out.
webhook-events-empty = Name at least one kind, or none for all.
webhook-processes-empty = Name at least one process, or none for all.
webhook-documents-off = This server runs no documents of webhooks. Leave it out.
replay-too-far = The webhook has not come as far as this place yet: what lies between would never be delivered. Name an earlier place.
replay-nowhere = This is no place in the log of this server. Take the cursor of a delivery, or of a board; null is the beginning.
trial-nothing = Nothing has happened lately that this webhook is told of. Name an event with eventId, or let something happen first.
token-expired = A token expires in the future.
token-malformed = A token is { $prefix } and at least { $shortest } more characters without spaces.
new-default-archived = This is the process that is archived. Choose another one in use.
new-default-unneeded = The process to archive is not the default, so the default stays. Leave newDefaultId out, or change the default with setDefaultProcess.
stage-stays = This stage stays: only a stage that is removed needs another in its place.
stage-replaced-twice = This stage is named twice, and one stage takes its place. Name it once.
no-such-template = There is no such template. Choose one of { $keys }.
no-such-process-yet = There is no process of this name now, and so no version of it. Leave out expectedVersion to create it, or check the name.
note-twice = Give either a new note or the id of one, not both.
only-members-write = Only members write notes.
deals-are-theirs = The deals are theirs already. Choose another member.
only-webhook-documents = Only the document of a webhook selects this: give it to createWebhook. To follow deals, subscribe to dealProgress or processProgress.
replay-unsaid = Say after which place: a cursor, or null for the beginning.
member-without-id = MEMBER needs the id of the member.
id-without-member = A member can be named only for MEMBER.
key-empty = A key has at least one character. Leave it out, or give it some.
key-too-long = A key has at most 200 characters. Make a shorter one.
key-taken = Another new stage or action of this save has this key. Give each its own.
node-id-unclear = Give either id, for { $kind ->
    [a-stage] a stage
   *[an-action] an action
} that is there or was removed, or newId or clientKey, for a new one.
retry-unclear = Give either ids, or all: true.
read-unclear = Give either ids or upTo.
page-both-ways = Page either forward with first and after, or backward with last and before.
page-too-long = A page has 0 to 100 rows.
reason-move-unsaid = Say where to: the id of a reason of the same status, or null to come first.
deal-move-unsaid = Say where to: the id of a stage, or null for no stage.
line-empty = { $noun ->
    [name] A name
    [title] A title
    [deal-id] A deal id
    [file-name] A file's name
   *[other] A text
} is needed: 1 to 200 characters that are not all spaces.
line-too-long = { $noun ->
    [name] A name
    [title] A title
    [deal-id] A deal id
    [file-name] A file's name
   *[other] A text
} has at most 200 characters; this one has { $length }.
line-broken = { $noun ->
    [name] A name
    [title] A title
    [deal-id] A deal id
    [file-name] A file's name
   *[other] A text
} is one line of text, without control characters.
line-turning = { $noun ->
    [name] A name
    [title] A title
    [deal-id] A deal id
    [file-name] A file's name
   *[other] A text
} has no characters that turn the direction of writing; this one has { $character }. Leave it out.
line-unseen = { $noun ->
    [name] A name
    [title] A title
    [deal-id] A deal id
    [file-name] A file's name
   *[other] A text
} is needed: this one has no character that can be seen.

# What is wrong in the file of a process. Words in quotation marks are keys and values of the file.
yaml-more = There are { $more } problems more after this one.
yaml-too-large = This file is larger than 8 MiB, and no process is. Is it the right file?
yaml-map-needed = Here { $what ->
    [a-process] a process
    [a-stage] a stage
    [an-action] an action
    [a-follow-up] a follow-up
    [a-removed-stage] a removed stage
   *[the-old-place-of-an-action] the old place of an action
} is needed: a map with { $keys }.
yaml-no-value = “{ $key }:” has no value. Write one, or remove the line.
yaml-null-value = “{ $key }:” has no value: YAML reads { $written } as nothing. Remove the line, or put the text in quotes.
yaml-key-unknown = “{ $key }” is no key of { $what ->
    [a-process] a process
    [a-stage] a stage
    [an-action] an action
    [a-follow-up] a follow-up
    [a-removed-stage] a removed stage
   *[the-old-place-of-an-action] the old place of an action
}. { $advice }
yaml-key-near = Did you mean “{ $near }”?
yaml-keys-known = There are: { $keys }.
yaml-key-missing = “{ $key }:” is missing here.
yaml-list-needed = { $key } is a list{ $given }. Put each entry on a line of its own, after “- ”, or all in brackets.
yaml-given = , not { $written }
yaml-given-text = , not “{ $text }”
yaml-given-list = , not a list
yaml-given-map = , not a map
yaml-text-needed = A text is needed, and { $found }. Put it in quotes if it is meant as text.
yaml-found-nothing = nothing is there
yaml-found-null = YAML reads { $written } as nothing
yaml-found-bool = YAML reads { $written } as { $value }
yaml-found-number = YAML reads { $written } as a number
yaml-found-list = this is a list
yaml-found-map = this is a map
yaml-bool-needed = { $key } is true or false{ $given }.
yaml-whole-needed = { $what ->
    [weight] A weight
   *[dueInDays] dueInDays
} is a whole number from 0 to { $limit }{ $given }.{ $advice }
yaml-plain-digits = { " " }Write it in plain digits.
yaml-name-twice = “{ $name }” is there already in line { $line } (upper and lower case count as the same, and so does whatever looks the same). Choose another name.
yaml-no-performers = Name at least one member, or nobody could do the action.
yaml-performers = performers is EVERYONE, MANAGERS, ADMINISTRATORS, or a list of e-mail addresses ([a@x.example]){ $given }.
yaml-no-email = “{ $given }” is not an e-mail address, such as name@example.org.
yaml-evidence = evidence is NONE, NOTE or NOTE_WITH_FILE{ $given }.
yaml-nobody-to-notify = “{ $given }” is nobody to notify: name ADMINISTRATORS, MANAGERS, PARTICIPANTS or an e-mail address.
yaml-no-assignee = “{ $given }” is no assignee: write PERFORMER, OWNER or an e-mail address.
yaml-hints-too-long = All hints of a process together have at most 512 KiB, and here there are more. Shorten some.
yaml-former-taken = “{ $former }” is the name of another { $kind } too, in line { $line }. Remove this “was”, or rename in two steps: apply a file with one of the two names first.
yaml-former-twice = “{ $former }” was renamed in line { $line } already. Keep one of the two.
yaml-removed-and-there = “{ $name }” is a stage of this file, in line { $line }, so it is not removed. Remove it there or here.
yaml-no-such-stage = This file has no stage “{ $name }”. Name one that takes the place of the removed stage.
yaml-second-document = Here another document begins, and a file has one process. Keep one of them here, and put the others in files of their own.
yaml-key-twice = “{ $key }” is there already in line { $line }. Keep one of the two.
yaml-merge-key = “<<” takes nothing over here. Write the keys out that it stands for.
yaml-no-key = A key is missing before this colon.
yaml-key-no-word = A key is one word, without a tag: no list, no map and no alias.
yaml-endless = This repeats what it is a part of, without end. Write it out.
yaml-alias-unknown = “*” repeats what “&” names, and nothing before this is named “{ $name }”. If it is a text, put it in quotes.
yaml-too-much = Up to here this file has more in it than any process has, its aliases (*) written out. Is it the right file?
yaml-tag-unknown = “!” begins a tag, and this one means nothing here. Remove it, or put the text in quotes.
yaml-version = A process is read as YAML 1.2. Write %YAML 1.2, or remove this line.
yaml-percent = A line that begins with “%” says nothing here. Remove it.
yaml-both = The process has both “{ $former }” and “{ $name }” now, so the one cannot become the other. If this { $kind } is “{ $name }”, remove “was”; if it is “{ $former }”, remove “{ $name }” from the process first.
yaml-neither = The process has neither “{ $former }” nor “{ $name }” now. Correct the name, or remove “was” to add a new { $kind }.
yaml-stays = “{ $name }” is not removed: line { $line } renames it to “{ $new }”. Remove this entry.
yaml-unclear = It is not clear whether this is the action “{ $name }” that was in { $stages }. Say so where it is: { $example }. Where it is a new one, add it after the others have moved.
yaml-both-processes = There are both “{ $former }” and “{ $name }” now, so the one cannot become the other. Remove “was” to change “{ $name }”, or archive one of them first.
yaml-stranger = There is no member with the address “{ $email }”. Check it, or add them first.
# Where a file is no YAML.
yaml-invalid = This is not valid YAML: { $reason }
yaml-tab-first = a line is indented with spaces, and here is a tab.
yaml-colon = a colon is out of place here. A key stands under the key before it, with one colon after it; a text with a colon in it goes in quotes.
yaml-key = here a “key: value” is needed. Is a colon missing, or is the line indented otherwise than those above it?
yaml-indented = this line is indented otherwise than those above it.
yaml-dash = a “-” that begins an entry of a list stands at the start of its line, under the one before it, with a space after it.
yaml-brackets = in brackets, a comma is missing before this, or the closing bracket.
yaml-unclosed = a bracket is opened and never closed. Close it, or put the text in quotes.
yaml-unclosed-one = “{ $open }” is opened and never closed. Close it, or put the text in quotes.
yaml-mismatched = “{ $close }” does not close what “{ $open }” opened.
yaml-unopened = a bracket is closed here that was not opened.
yaml-character = a text does not begin with “{ $character }” unless it is in quotes.
yaml-tab = here is a tab. Use spaces.
yaml-quote = a quote is opened here and never closed.
yaml-after-quote = after the closing quote there is more text. A quote within quotes is written twice ('') or after a backslash (\").
yaml-escape = in double quotes, a backslash begins a code such as \n or \u2013, and this is none. Write \\ for a backslash, or use single quotes.
yaml-tag = “!” begins a tag, and tags mean nothing here. If it is a text, put it in quotes.
yaml-block = after “|” or “>” the line ends, and the text begins on the next one.
yaml-directive = a line that begins with “%” says nothing here. Remove it, or put the text in quotes.
yaml-comment = a comment begins with a space before the “#”, and not within a text.
yaml-limit = there is more within one another here than any process has.
yaml-anchor = “&” and “*” begin a name. If it is a text, put it in quotes.
yaml-space = a space is missing here.
yaml-document-end = after “...” there is nothing more on its line.
yaml-byte-order = here is a character that nobody sees (a byte order mark). Remove it.
yaml-unknown = something is out of place here. Look at the quotes, the colons and the indentation of this line and the one above it.

# What members are told, in lists and by mail.
notification-action = { $actor } did “{ $what }” for “{ $deal }”.
notification-action-with-task = { $actor } did “{ $what }” for “{ $deal }”. A task for you follows from it.
notification-something = { $actor } did something for “{ $deal }”.
notification-task = { $actor } gave you a task for “{ $deal }”: “{ $what }”.
notification-some-task = { $actor } gave you a task for “{ $deal }”.
notification-webhook-failed = A webhook could not be told of what happened to “{ $deal }”: its deliveries say why.
mail-why = You get this mail because your team tells you of it in Waypost. Which mail you get is among your preferences there.

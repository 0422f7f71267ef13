# What a whole request, or a field of it, could not be answered for.
fault-sign-in = Send a valid token as `Authorization: Bearer wp_…`: it is missing, unknown, expired or revoked. An administrator makes one with `waypost token create`.
fault-busy = The database is busy, with an import perhaps. Try again in a moment.
fault-unavailable = The server cannot do this now: its database or its disk does not let it. That passes: try again in a moment.
fault-unsure = The connection to the database broke while this was being saved, and it is not known whether it was. Look, or send it again with the same newId: then it is done once.
fault-bad-cursor = This cursor does not belong to this list in this order. Start again without it.
fault-cursor-invalid = This feed cursor does not belong to this log: the database was restored, the cursor is of something else or of an older version of the server, or you may see less than when you got it. Query again, and subscribe after the feedCursor of the answer.
fault-internal = Something went wrong on our side. Tell your administrator this number: { $number }
fault-timeout = This took longer than { $seconds } seconds and was stopped. Ask for less at once; what a mutation had begun may have been done.
fault-too-large = The answer would be larger than { $limit } MiB. Ask for less at once: smaller pages, or fewer long texts. What a mutation changed has been changed.
fault-done = This was done, and only its answer could not be read: do not send it again, but query.
fault-not-done = Nothing was changed.
fault-here = Something went wrong here. Try again; the server's log says more.
fault-stopping = This server is being stopped. Nothing was begun; try again in a moment.
fault-too-many-streams = You have as many sockets and event streams open as a member may: close one first.
fault-rate-limited = Too many requests. Wait { $seconds } { $seconds ->
    [one] second
   *[other] seconds
}, and ask less often.

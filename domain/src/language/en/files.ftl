# Why the bytes of a file are not taken or not given.
unfit-forged = This address is not complete, was changed, or its token is not good any more. Ask the API for a new one.
unfit-expired = This address has expired. Ask the API for a new one.
unfit-not-found = There is no such file, or you may not see it.
unfit-not-ready = This file has not been sent yet.
unfit-running = This file is being sent at this moment. Wait until that has ended.
unfit-different = This file was sent already, with other bytes. Announce a new file for them.
unfit-interrupted = The file did not come whole. Send it again.
unfit-size = The file was announced with { $announced }, and { $came } came. Announce it with the size that it has.
unfit-size-more = more
unfit-checksum = The file is not the one that was announced: its SHA-256 is another one. Send it again, or announce it anew.
unfit-type = The file was announced as { $announced }, but by its bytes it is { $found ->
    [something-unknown] something unknown
   *[other] { $found }
}. Announce it as what it is; what is not taken here can come in a ZIP archive.
unfit-full = The server has no room left for files. Tell whoever runs it; nothing was stored.
unfit-unsure = The database did not say whether this was saved. Send the same bytes again: they are kept once.

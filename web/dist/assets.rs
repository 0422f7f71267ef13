// Written by web/build.mjs.
[
    ("app-7563XLMD.css", "text/css; charset=utf-8", include_bytes!("app-7563XLMD.css.gz")),
    ("chunk-MGYVT7KW.js", "text/javascript; charset=utf-8", include_bytes!("chunk-MGYVT7KW.js.gz")),
    ("chunk-ULUPFZJG.js", "text/javascript; charset=utf-8", include_bytes!("chunk-ULUPFZJG.js.gz")),
    ("favicon.svg", "image/svg+xml; charset=utf-8", include_bytes!("favicon.svg.gz")),
    ("licenses.txt", "text/plain; charset=utf-8", include_bytes!("licenses.txt.gz")),
    ("main-4O64F4CH.js", "text/javascript; charset=utf-8", include_bytes!("main-4O64F4CH.js.gz")),
    ("screen-4X2BMENC.js", "text/javascript; charset=utf-8", include_bytes!("screen-4X2BMENC.js.gz")),
    ("screen-J6QNZRRK.js", "text/javascript; charset=utf-8", include_bytes!("screen-J6QNZRRK.js.gz")),
    ("screen-JEAHS466.js", "text/javascript; charset=utf-8", include_bytes!("screen-JEAHS466.js.gz")),
    ("screen-NGC4WMYA.js", "text/javascript; charset=utf-8", include_bytes!("screen-NGC4WMYA.js.gz")),
    ("screen-Q4JRI3SB.js", "text/javascript; charset=utf-8", include_bytes!("screen-Q4JRI3SB.js.gz")),
    ("screen-ZF4GO6JZ.js", "text/javascript; charset=utf-8", include_bytes!("screen-ZF4GO6JZ.js.gz")),
]

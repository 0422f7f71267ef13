// Written by web/build.mjs.
[
    ("app-4J3TOGDH.css", "text/css; charset=utf-8", include_bytes!("app-4J3TOGDH.css.gz")),
    ("chunk-MZLT2AJ3.js", "text/javascript; charset=utf-8", include_bytes!("chunk-MZLT2AJ3.js.gz")),
    ("chunk-O6HYPDFG.js", "text/javascript; charset=utf-8", include_bytes!("chunk-O6HYPDFG.js.gz")),
    ("favicon.svg", "image/svg+xml; charset=utf-8", include_bytes!("favicon.svg.gz")),
    ("licenses.txt", "text/plain; charset=utf-8", include_bytes!("licenses.txt.gz")),
    ("main-SOI2NUSF.js", "text/javascript; charset=utf-8", include_bytes!("main-SOI2NUSF.js.gz")),
    ("screen-2HKPQKTL.js", "text/javascript; charset=utf-8", include_bytes!("screen-2HKPQKTL.js.gz")),
    ("screen-2UBEPLGF.js", "text/javascript; charset=utf-8", include_bytes!("screen-2UBEPLGF.js.gz")),
    ("screen-C7D5OW75.js", "text/javascript; charset=utf-8", include_bytes!("screen-C7D5OW75.js.gz")),
    ("screen-FUTE5JCR.js", "text/javascript; charset=utf-8", include_bytes!("screen-FUTE5JCR.js.gz")),
    ("screen-II7KWG3P.js", "text/javascript; charset=utf-8", include_bytes!("screen-II7KWG3P.js.gz")),
    ("screen-RI6DBX4V.js", "text/javascript; charset=utf-8", include_bytes!("screen-RI6DBX4V.js.gz")),
]

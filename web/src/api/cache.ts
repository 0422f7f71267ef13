// The normalised cache: what has an id is the object as it now is, and whatever shows it follows.
import type { Exchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";

import { possibleTypes } from "./__generated__/possible-types";

/** There is one viewer; all else without an id is a value of the object that holds it. */
const keys = { Viewer: () => "viewer" };

export const cache = (): Exchange => cacheExchange({ keys, possibleTypes });

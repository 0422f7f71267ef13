// What concerns the whole page: no connection, or a newer version of it.
import { signal } from "@preact/signals";

import { connection, outdated } from "../api/client";
import { Button } from "../parts/button";
import { common } from "../texts/common";

const online = signal(navigator.onLine);
addEventListener("online", () => (online.value = true));
addEventListener("offline", () => (online.value = false));

export function Banner() {
  const t = common();
  if (outdated.value) {
    return (
      <div class="banner" role="status">
        {t.newer} <Button onClick={() => location.reload()}>{t.reload}</Button>
      </div>
    );
  }
  const text = online.value ? (connection.value === "lost" ? t.reconnecting : null) : t.offline;
  return text ? (
    <div class="banner banner-late" role="status">
      {text}
    </div>
  ) : null;
}

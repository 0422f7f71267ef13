// What the tab of the browser says.
import { useEffect } from "preact/hooks";

export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} – Waypost` : "Waypost";
  }, [title]);
}

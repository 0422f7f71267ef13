// What the API has no feed of is asked for anew when somebody comes back to the page.
import { useEffect, useRef } from "preact/hooks";

/** @param often also while somebody looks, after so many milliseconds */
export function useLookAgain(again: () => void, often?: number): void {
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") latest.current();
    };
    const timer = often && setInterval(look, often);
    document.addEventListener("visibilitychange", look);
    return () => {
      if (timer) clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [often]);
}

/** Facts about the screen that components draw differently by. */
import { useSyncExternalStore } from "react";

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

export const useIsPhone = (): boolean => useMedia("(max-width: 639px)");
/** Room for a list and a detail beside each other. */
export const useIsWide = (): boolean => useMedia("(min-width: 1100px)");

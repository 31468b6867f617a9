/** Properties of the screen. */
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
/** The navigation has room for its icons only: a tablet, or a page at 200 %. */
export const useIsCompact = (): boolean => useMedia("(max-width: 1023px)");
/** The screen has room for every column of a wide table. */
export const useIsRoomy = (): boolean => useMedia("(min-width: 1360px)");
/** The screen has room for a list with a panel. */
export const useIsWide = (): boolean => useMedia("(min-width: 1100px)");

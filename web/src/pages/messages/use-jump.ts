/** Leads to one message of a conversation, reading earlier ones until it is there. */
import { type RefObject, useCallback, useEffect, useState } from "react";
import type { useThread } from "./thread-data.ts";
import { lineOf } from "./use-scroll-place.ts";

/** A message that was jumped to is marked so long. Milliseconds. */
const MARKED_MS = 1_300;

interface Asked {
  list: ReturnType<typeof useThread>;
  scroller: RefObject<HTMLElement | null>;
  /** Where the conversation opens, if not at its end. */
  first: string | undefined;
  onLeaveEnd: () => void;
}

export function useJump({ list, scroller, first, onLeaveEnd }: Asked) {
  const { rows, hasMore, isLoadingMore, loadMore } = list;
  const [wanted, setWanted] = useState(first);
  const [marked, setMarked] = useState<string>();
  useEffect(() => setWanted(first), [first]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes in decides whether it is there.
  useEffect(() => {
    if (wanted === undefined) return;
    const line = scroller.current && lineOf(scroller.current, wanted);
    if (line) {
      onLeaveEnd();
      line.scrollIntoView({ block: "center" });
      setMarked(wanted);
    }
    if (line || !hasMore) setWanted(undefined);
    else if (!isLoadingMore) loadMore();
  }, [wanted, rows, hasMore, isLoadingMore]);
  useEffect(() => {
    if (marked === undefined) return;
    const timer = setTimeout(() => setMarked(undefined), MARKED_MS);
    return () => clearTimeout(timer);
  }, [marked]);
  return { marked, jump: useCallback((id: string) => setWanted(id), []) };
}

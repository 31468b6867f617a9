/** Scrolls to one message of a conversation, and reads earlier pages until it is loaded. */
import { type RefObject, useCallback, useEffect, useState } from "react";
import type { useThread } from "./thread-data.ts";
import { lineOf } from "./use-scroll-place.ts";

/** The message is marked this long. */
const MARKED_MS = 1_300;

interface JumpOptions {
  list: ReturnType<typeof useThread>;
  scroller: RefObject<HTMLElement | null>;
  /** The message at which the conversation opens; by default its end. */
  first: string | undefined;
  onLeaveEnd: () => void;
}

export function useJump({ list, scroller, first, onLeaveEnd }: JumpOptions) {
  const { rows, hasMore, isLoadingMore, loadMore } = list;
  const [wanted, setWanted] = useState(first);
  const [marked, setMarked] = useState<string>();
  useEffect(() => setWanted(first), [first]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows decide whether the message is loaded.
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

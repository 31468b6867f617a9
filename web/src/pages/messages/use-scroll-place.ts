/** Keeps the scroll position: at the end it follows the end, elsewhere it holds the first visible message. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** A conversation scrolled this near to its end follows new messages. */
const NEAR_END_PX = 60;
/** Earlier messages are read this near to the start. */
const NEAR_START_PX = 400;

interface PlaceOptions {
  scroller: RefObject<HTMLElement | null>;
  /** A value that changes with the height of the content. */
  content: unknown;
  onNearStart: () => void;
  /** The conversation does not open at its end. */
  isElsewhere: boolean;
}

export function useScrollPlace({ scroller, content, onNearStart, isElsewhere }: PlaceOptions) {
  const [isAtEnd, setAtEnd] = useState(!isElsewhere);
  const follows = useRef(!isElsewhere);
  const held = useRef<{ id: string; top: number }>(undefined);
  const toEnd = useCallback(() => {
    follows.current = true;
    setAtEnd(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [scroller]);
  const keep = useCallback(() => {
    const { current } = scroller;
    if (!current) return;
    if (follows.current) current.scrollTop = current.scrollHeight;
    else restore(current, held.current);
  }, [scroller]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the content determines the height.
  useLayoutEffect(keep, [content, keep]);
  useEffect(() => {
    const observer = new ResizeObserver(keep);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [keep, scroller]);
  const onScroll = () => {
    const { current } = scroller;
    if (!current) return;
    const { scrollTop, scrollHeight, clientHeight } = current;
    follows.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    held.current = firstInSight(current);
    setAtEnd(follows.current);
    if (scrollTop < NEAR_START_PX) onNearStart();
  };
  const leaveEnd = () => {
    follows.current = false;
    setAtEnd(false);
  };
  return { isAtEnd, toEnd, leaveEnd, onScroll };
}

function firstInSight(scroller: HTMLElement): { id: string; top: number } | undefined {
  const from = scroller.getBoundingClientRect().top;
  for (const line of scroller.querySelectorAll<HTMLElement>("[data-message]")) {
    const { top, bottom } = line.getBoundingClientRect();
    if (bottom > from) return { id: line.dataset.message ?? "", top: top - from };
  }
  return undefined;
}

function restore(scroller: HTMLElement, held: { id: string; top: number } | undefined): void {
  const line = held && lineOf(scroller, held.id);
  if (!held || !line) return;
  scroller.scrollTop += line.getBoundingClientRect().top - scroller.getBoundingClientRect().top - held.top;
}

export function lineOf(scroller: HTMLElement, id: string): HTMLElement | null {
  return scroller.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
}

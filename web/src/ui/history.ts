/** Entries of the browser's history. */
import { useLocation } from "@tanstack/react-router";
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

/** Typing and dialogs stay in one entry. */
const IN_PLACE = ["q", "create", "write", "edit", "parent_task_id"];

/** Filters, tabs and open rows have an entry each, so that Back undoes the last of them. */
export const isInPlace = (change: object): boolean => Object.keys(change).every((name) => IN_PLACE.includes(name));

/** By entry. The oldest are forgotten. */
const scrolls = new Map<string, number>();
const KEPT_MAX = 100;

/** Back shows a list at the place where the person left it. */
export function useKeptScroll(scroller: RefObject<HTMLElement | null>): void {
  const { key, path } = useLocation({ select: ({ state, pathname }) => ({ key: state.__TSR_key, path: pathname }) });
  const first = useRef({ key, path });
  // The location moves on before the list leaves the screen.
  const entry = path === first.current.path ? key : undefined;
  useLayoutEffect(() => {
    const top = scrolls.get(first.current.key ?? "");
    if (top !== undefined) scroller.current?.scrollTo({ top });
  }, [scroller]);
  useEffect(() => {
    const element = scroller.current;
    if (!element || entry === undefined) return;
    const keep = () => {
      scrolls.delete(entry);
      scrolls.set(entry, element.scrollTop);
      const [oldest] = scrolls.keys();
      if (scrolls.size > KEPT_MAX && oldest !== undefined) scrolls.delete(oldest);
    };
    // The entry of a row that was just opened begins at the place of the list.
    keep();
    element.addEventListener("scroll", keep, { passive: true });
    return () => element.removeEventListener("scroll", keep);
  }, [scroller, entry]);
}

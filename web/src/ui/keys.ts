/** What can be done on this page, by key or from the command menu. The help of `?` lists the keys. */
import { useEffect, useRef, useSyncExternalStore } from "react";

export interface Hotkey {
  /** `g i`: first g, then i. `mod+k`: with Ctrl or Command. Without, it is only in the command menu. */
  keys?: string | undefined;
  /** What it does, for the help and the command menu. Without, it is in neither. */
  label?: string | undefined;
  /** It moves or goes; the command menu, where one types names, leaves it out. */
  isMove?: boolean | undefined;
  /** Why it cannot be done now. */
  denied?: string | undefined;
  run: () => void;
}

/** The second key of two must come within this. Milliseconds. */
const SEQUENCE_MS = 1_000;

/** A dialog or a menu has the keyboard to itself; a note at the edge of the screen, a dialog to readers, has not. */
const POPUP = '[role="dialog"]:not([data-note]),[role="alertdialog"]:not([data-note]),[role="menu"]';

let layers: readonly (readonly Hotkey[])[] = [];
const listeners = new Set<() => void>();
let before: { key: string; at: number } | undefined;

function setLayers(next: typeof layers): void {
  layers = next;
  for (const listener of listeners) listener();
}

/** While the component is shown. What is mounted later comes first. */
export function useHotkeys(hotkeys: readonly Hotkey[]): void {
  const latest = useRef(hotkeys);
  latest.current = hotkeys;
  const names = hotkeys.map(({ keys, label, denied }) => `${keys ?? ""}\n${label ?? ""}\n${denied ?? ""}`).join("\n\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the layer changes with its names; what runs is the latest.
  useEffect(() => {
    const layer = latest.current.map((hotkey, at) => ({
      ...hotkey,
      run: () => latest.current[at]?.run(),
    }));
    setLayers([layer, ...layers]);
    return () => setLayers(layers.filter((one) => one !== layer));
  }, [names]);
}

/** All that are listed now, the nearest first. */
export function useListedHotkeys(): readonly Hotkey[] {
  const now = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => layers,
  );
  return now.flat().filter(({ label }) => label !== undefined);
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key === " " ? "space" : event.key.toLowerCase().replace(/^arrow/, "");
  return event.metaKey || event.ctrlKey ? `mod+${key}` : key;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Starts listening, once for the page. */
export function listenForHotkeys(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey) return;
    const key = nameOf(event);
    if (isTyping(event.target) && !key.startsWith("mod+")) return;
    if (document.querySelector(POPUP) && !key.startsWith("mod+")) return;
    const isSecond = before !== undefined && event.timeStamp - before.at < SEQUENCE_MS;
    const sequence = isSecond ? `${before?.key} ${key}` : "";
    before = { key, at: event.timeStamp };
    const all = layers.flat().filter(({ denied }) => denied === undefined);
    const found = all.find(({ keys }) => keys === sequence) ?? all.find(({ keys }) => keys === key);
    if (!found) return;
    event.preventDefault();
    before = undefined;
    found.run();
  };
  document.addEventListener("keydown", onKeyDown);
  return () => document.removeEventListener("keydown", onKeyDown);
}

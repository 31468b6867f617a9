/** Keyboard shortcuts and commands of the current page. The command menu and the help (`?`) list them. */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { isOn } from "./single-keys.ts";

export interface Hotkey {
  /** `g i`: first g, then i. `mod+k`: with Ctrl or Command. Without keys, it is only in the command menu. */
  keys?: string | undefined;
  /** Names the command in the help and in the command menu; without it, neither lists the command. */
  label?: string | undefined;
  /** It only moves or navigates, so the command menu leaves it out. */
  isMove?: boolean | undefined;
  /** It acts on the current row of a list. */
  isRow?: boolean | undefined;
  /** The reason why it is disabled. */
  denied?: string | undefined;
  run: () => void;
}

/** The second key of a sequence must follow within this time. */
const SEQUENCE_MS = 1_000;

/** An open dialog or menu owns the keyboard. */
const POPUP = '[role="dialog"],[role="alertdialog"],[role="menu"]';
/** Enter and Space press the control that has the focus. */
const CONTROL = "a[href],button,summary,[role='option'],input[type='checkbox']";

let layers: readonly (readonly Hotkey[])[] = [];
const listeners = new Set<() => void>();
let previous: { key: string; at: number } | undefined;

function setLayers(next: typeof layers): void {
  layers = next;
  for (const listener of listeners) listener();
}

/** Registers the shortcuts while the component is mounted. Components that mount later take precedence. */
export function useHotkeys(hotkeys: readonly Hotkey[]): void {
  const latest = useRef(hotkeys);
  latest.current = hotkeys;
  const names = hotkeys.map(({ keys, label, denied }) => `${keys ?? ""}\n${label ?? ""}\n${denied ?? ""}`).join("\n\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names identify the layer; `run` is always the latest.
  useEffect(() => {
    const layer = latest.current.map((hotkey, at) => ({
      ...hotkey,
      run: () => latest.current[at]?.run(),
    }));
    setLayers([layer, ...layers]);
    return () => setLayers(layers.filter((one) => one !== layer));
  }, [names]);
}

/** Returns the shortcuts that have a label, the latest component first. */
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

export const UNDO = "mod+z";

const BOX = "input[type='checkbox']";

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || (/^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !target.matches(BOX)));

const loading = new Set<Promise<unknown>>();
/** A loaded part has rendered after this time. */
const RENDERED_AFTER_MS = 100;

/** Until the part has loaded and rendered, only shortcuts with Ctrl or Command act. */
export function silenceHotkeys<T>(part: Promise<T>): Promise<T> {
  if (loading.has(part)) return part;
  loading.add(part);
  const end = () => setTimeout(() => loading.delete(part), RENDERED_AFTER_MS);
  part.then(end, end);
  return part;
}

const isPress = (key: string, target: EventTarget | null): boolean =>
  (key === "enter" || key === "space") && target instanceof Element && target.closest(CONTROL) !== null;

/** Returns whether the key belongs to a field, a control or a popup, and not to the page. */
function isTaken(key: string, { target, shiftKey }: KeyboardEvent): boolean {
  // In a field the browser undoes the typing.
  if (key.startsWith("mod+")) return key === UNDO && (shiftKey || isTyping(target));
  return isTyping(target) || isPress(key, target) || loading.size > 0 || document.querySelector(POPUP) !== null;
}

/** Starts listening; called once for the page. */
export function listenForHotkeys(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey) return;
    const key = nameOf(event);
    if (isTaken(key, event)) return;
    const isSecond = previous !== undefined && event.timeStamp - previous.at < SEQUENCE_MS;
    const sequence = isSecond ? `${previous?.key} ${key}` : "";
    previous = { key, at: event.timeStamp };
    const all = layers.flat().filter(({ keys, denied }) => denied === undefined && keys !== undefined && isOn(keys));
    const found = all.find(({ keys }) => keys === sequence) ?? all.find(({ keys }) => keys === key);
    if (!found) return;
    event.preventDefault();
    previous = undefined;
    found.run();
  };
  document.addEventListener("keydown", onKeyDown);
  return () => document.removeEventListener("keydown", onKeyDown);
}

/** The way from one question to the next: says which was answered, and moves the focus to the form of another. */
import { type RefObject, useEffect, useRef } from "react";
import { silenceHotkeys } from "../../ui/keys.ts";

type Listener = (id: string) => void;
const listeners = new Set<Listener>();

/** `id`: the task or the message with the question. */
export function noteAnswered(id: string): void {
  for (const listener of [...listeners]) listener(id);
}

export function useAnswered(listener: Listener): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const one: Listener = (id) => latest.current(id);
    listeners.add(one);
    return () => void listeners.delete(one);
  }, []);
}

let wanted: { id: string; arrive: () => void } | undefined;
/** A form that does not appear within this time gets no focus. */
const ARRIVES_MS = 10_000;

/** The form of this task or message gets the focus when it appears. Letters typed before are no shortcuts of the page. */
export function focusAnswer(id: string): void {
  const hasArrived = new Promise<void>((arrive) => {
    wanted = { id, arrive };
    setTimeout(arrive, ARRIVES_MS);
  });
  void silenceHotkeys(hasArrived);
}

export function useWantedFocus(id: string, form: RefObject<HTMLFormElement | null>): void {
  useEffect(() => {
    if (wanted?.id !== id) return;
    form.current?.querySelector("textarea")?.focus();
    wanted.arrive();
    wanted = undefined;
  }, [id, form]);
}

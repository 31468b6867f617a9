/** A text that is not sent yet. The tab keeps it when the page is loaded again, for example after a sign-in. */
import { useState } from "react";
import { useSession } from "./session.tsx";

export function useDraft(name: string): [text: string, setText: (next: string | ((now: string) => string)) => void] {
  const { workspace } = useSession();
  const key = `bailiwick.draft ${workspace.id} ${name}`;
  const [held, hold] = useState({ key, text: read(key) });
  const textIn = (now: typeof held) => (now.key === key ? now.text : read(key));
  return [
    textIn(held),
    (next) =>
      hold((now) => {
        const text = typeof next === "string" ? next : next(textIn(now));
        write(key, text);
        return { key, text };
      }),
  ];
}

function read(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function write(key: string, text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // Private windows may refuse to store.
  }
}

/** Gives the command menu the letters that are typed while its field is being replaced and nothing has the focus. */
import { type Dispatch, type SetStateAction, useEffect } from "react";

export function useStrayKeys(isOpen: boolean, setText: Dispatch<SetStateAction<string>>): void {
  useEffect(() => {
    if (!isOpen) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const isLetter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!isLetter || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      setText((now) => now + event.key);
    };
    document.addEventListener("keydown", onKeyDown, true);
    return () => document.removeEventListener("keydown", onKeyDown, true);
  }, [isOpen, setText]);
}

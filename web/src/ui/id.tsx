/** A shortened id; a click copies the whole id. */
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { notify } from "../data/notices.ts";
import { Tip } from "./tip.tsx";

const COPIED_MS = 1_500;

export function Id({ id, label = "id" }: { id: string; label?: string }) {
  const { copied, copy } = useCopy(id);
  return (
    <Tip text={copied ? "Copied" : `Copy ${id}`}>
      <button
        type="button"
        onClick={copy}
        data-printed
        className="inline-flex min-h-6 items-center gap-1 rounded-sm font-mono text-xs text-ink-2 hover:text-ink"
      >
        {shortId(id)}
        <span className="sr-only">: copy this {label}</span>
        {copied ? <Check aria-hidden className="size-3" /> : <Copy aria-hidden className="size-3 print:hidden" />}
      </button>
    </Tip>
  );
}

/** Ids begin with their time of creation, so their ends differ. */
export const shortId = (id: string): string => `…${id.slice(-6)}`;

export function useCopy(text: string): { copied: boolean; copy: () => void } {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    copyText(text)
      .then(() => {
        setCopied(true);
        setTimeout(() => setCopied(false), COPIED_MS);
      })
      .catch(() => notify({ title: "This browser did not allow the page to copy.", isError: true }));
  };
  return { copied, copy };
}

/** Browsers offer the clipboard API only to secure pages, and a server at home is often reached without TLS. */
export async function copyText(text: string): Promise<void> {
  if (isSecureContext) return navigator.clipboard.writeText(text);
  const onCopy = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
    event.clipboardData?.setData("text/plain", text);
  };
  document.addEventListener("copy", onCopy, { capture: true, once: true });
  const isDone = document.execCommand("copy");
  document.removeEventListener("copy", onCopy, { capture: true });
  if (!isDone) throw new Error("The browser refused to copy.");
}

/** Text from agents, rendered as text only. Long text folds. Only web addresses become links, which show their host. */
import { Fragment, useState } from "react";
import { cx } from "./class-names.ts";
import { visibleText } from "./visible-text.ts";

/** A text that exceeds either limit is folded. */
const LINES_MAX = 12;
const LENGTH_MAX = 1_200;
/** Longer texts are cut here; the API returns the whole text. */
const SHOWN_MAX = 20_000;
const LINK = /(https?:\/\/[^\s<>"'`)\]}]+)/;

interface TextProps {
  text: string;
  isMono?: boolean;
  isOpenAtFirst?: boolean;
}

export function AgentText({ text, isMono = false, isOpenAtFirst = false }: TextProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const short = folded(text);
  const shown = isOpen ? text.slice(0, SHOWN_MAX) : short;
  return (
    <div dir="auto" className={isMono ? "font-mono text-sm" : undefined}>
      {/* Isolated, so that direction marks in the text do not affect the page. */}
      <bdi className="block text-start break-words whitespace-pre-wrap [overflow-wrap:anywhere]">{linked(shown)}</bdi>
      {short.length < text.length && (
        <button
          type="button"
          aria-expanded={isOpen}
          className="mt-1 text-sm font-medium text-accent-ink hover:underline"
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Show less" : `Show all ${text.length.toLocaleString("en-US")} characters`}
        </button>
      )}
      {isOpen && text.length > SHOWN_MAX && (
        <p className="text-sm text-ink-3">The rest of the text is too long to show here.</p>
      )}
    </div>
  );
}

function folded(text: string): string {
  const lines = text.split("\n");
  const byLines = lines.length > LINES_MAX ? lines.slice(0, LINES_MAX).join("\n") : text;
  return byLines.slice(0, LENGTH_MAX);
}

function linked(text: string) {
  return text.split(LINK).map((part, at) => {
    const url = at % 2 === 1 ? webUrl(part) : undefined;
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move.
    return <Fragment key={at}>{url ? <WebLink url={url} text={part} /> : part}</Fragment>;
  });
}

function webUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url : undefined;
  } catch {
    return undefined;
  }
}

function WebLink({ url, text }: { url: URL; text: string }) {
  return (
    <a href={url.href} target="_blank" rel="noopener noreferrer nofollow" className="text-accent-ink underline">
      {text}
      {!text.includes(url.host) && <span className="text-ink-3"> ({url.host})</span>}
    </a>
  );
}

/** Text from agents in one line, for rows and headings. */
export function AgentLine({ text, className }: { text: string; className?: string }) {
  // A text of another direction begins where the others of its column do.
  return (
    <bdi className={className && cx("text-left", className)}>
      {visibleText(text.slice(0, 500)).replaceAll(/\s+/g, " ") || "(empty)"}
    </bdi>
  );
}

/** A document as blocks, which are written as Markdown and as HTML. */

/** Text may hold `code`, **strong** text and [links](#to-a-section). */
export type Block =
  | { kind: "text"; text: string }
  | { kind: "list"; items: readonly string[] }
  | { kind: "table"; head: readonly string[]; rows: readonly (readonly string[])[] }
  | { kind: "code"; language: "ts" | "sh"; text: string }
  | Section;

export interface Section {
  kind: "section";
  /** Links name it: `[tasks.get](#tasks.get)`. */
  id: string;
  title: string;
  blocks: readonly Block[];
}

export const text = (content: string): Block => ({ kind: "text", text: content });

export function section(id: string, title: string, blocks: readonly Block[]): Section {
  return { kind: "section", id, title, blocks };
}

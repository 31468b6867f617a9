/** The marker with which an action is found again at GitHub, and the shapes of its payloads. Pure. */
import { invalid } from "../../kernel/problem.ts";

const MARKER_START = "<!-- bailiwick:";

/** A comment of HTML is not shown on the page. */
export function markerOf(key: string): string {
  return `${MARKER_START}${key} -->`;
}

export function marked(body: string | undefined, key: string): string {
  return body === undefined ? markerOf(key) : `${body}\n\n${markerOf(key)}`;
}

/** Throws for a text with a marker: it would be found in place of another action. */
export function requireNoMarker(payload: Readonly<Record<string, unknown>>): void {
  for (const name of ["title", "body"]) {
    const text = payload[name];
    if (typeof text === "string" && text.includes(MARKER_START)) {
      throw invalid(`/payload/${name}`, `must not contain ${MARKER_START}.`);
    }
  }
}

/** The parts of a repository stand in the path of a request. */
export function requireRepository(repository: unknown): void {
  const parts = String(repository).split("/");
  if (parts.some((part) => part === "." || part === "..")) {
    throw invalid("/payload/repository", "must be owner/name.");
  }
}

/** An item of a list of issues or comments, as GitHub answers it. */
interface Item {
  body: string;
  created_at: string;
  html_url: string;
  id: string;
}

/** Returns the items in an answer; undefined when it is no list. */
export function itemsIn(answer: string): Item[] | undefined {
  let list: unknown;
  try {
    list = JSON.parse(answer);
  } catch {
    return undefined;
  }
  if (!Array.isArray(list)) return undefined;
  return list.map((one: unknown) => {
    // Each field is read as text below.
    const item = (typeof one === "object" && one !== null ? one : {}) as Record<string, unknown>;
    const { body, created_at, html_url, number, id } = item;
    return {
      body: String(body ?? ""),
      created_at: String(created_at ?? ""),
      html_url: String(html_url ?? ""),
      id: String(number ?? id ?? ""),
    };
  });
}

/** Returns the address of what was made, when it is one that a browser may open. */
export function pageUrl(text: unknown): { external_url?: string } {
  if (typeof text !== "string" || text.length > 500 || !URL.canParse(text)) return {};
  return /^https?:$/.test(new URL(text).protocol) ? { external_url: text } : {};
}

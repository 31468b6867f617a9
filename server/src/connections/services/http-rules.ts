/** Decides which address a request of an agent goes to: below the base address, and nowhere else. Pure. */
import { invalid } from "../../kernel/problem.ts";

const DECODED_TIMES = 4;
const FAULT = "must stay below the address of the connection.";
const PATH = "/payload/path";

/** Returns the fault of a path; undefined when there is none. */
export function pathFault(path: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject.
  if (/[\u0000-\u0020\\#\u007f]/.test(path)) return "must have no spaces, control characters, \\ or #.";
  const [bare = ""] = path.split("?");
  if (bare.startsWith("//")) return FAULT;
  let text = bare;
  for (let time = 0; time < DECODED_TIMES; time++) {
    // A receiver may read `..;a` as `..`, and `%2e%2e%2f` as `../`.
    if (text.split(/[/\\]/).some((part) => /^\.{1,2}(?:;.*)?$/.test(part))) return FAULT;
    text = text.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
  return text.includes("%") && /%[0-9a-f]{2}/i.test(text) ? "is encoded too often." : undefined;
}

/** Returns the address of a request. Throws for a path that leaves the base address. */
export function urlBelow(baseUrl: string, path: string | undefined): URL {
  const base = new URL(baseUrl);
  if (path === undefined || path === "") return base;
  const fault = pathFault(path);
  if (fault !== undefined) throw invalid(PATH, fault);
  const start = base.pathname.endsWith("/") ? base.pathname : `${base.pathname}/`;
  const below = path.startsWith("?") ? `${base.pathname}${path}` : `${start}${path.replace(/^\//, "")}`;
  const url = new URL(`${base.origin}${below}`);
  if (url.origin !== base.origin || !`${url.pathname}/`.startsWith(start)) throw invalid(PATH, FAULT);
  return url;
}

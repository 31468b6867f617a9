/** Finds the place where a text stops being JSON. The parser of Node names it for some faults only. */

const SPACE = /[ \t\n\r]*/y;
const TOKEN =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|[{}[\],:]/y;

type Wanted = "value" | "value or ]" | "key" | "key or }" | ":" | "comma or end";

/** Returns the position of the first character that cannot stand there, or undefined for valid JSON. */
export function jsonFault(text: string): number | undefined {
  const open: string[] = [];
  let wanted: Wanted = "value";
  let at = 0;
  for (;;) {
    at += match(SPACE, text, at).length;
    const token = match(TOKEN, text, at);
    const isDone = wanted === "comma or end" && open.length === 0;
    if (isDone || token === "") return isDone && at === text.length ? undefined : at;
    const next = after(token, wanted, open);
    if (!next) return at;
    wanted = next;
    at += token.length;
  }
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/** Returns what may follow the token, or undefined when the token may not stand here. `open` is changed. */
function after(token: string, wanted: Wanted, open: string[]): Wanted | undefined {
  if (wanted === ":") return token === ":" ? "value" : undefined;
  const inner = open.at(-1);
  const closes =
    (wanted === "comma or end" && token === inner) || wanted === `value or ${token}` || wanted === `key or ${token}`;
  if (closes) {
    open.pop();
    return "comma or end";
  }
  if (wanted === "comma or end") return token === "," ? (inner === "}" ? "key" : "value") : undefined;
  if (wanted === "key" || wanted === "key or }") return token.startsWith('"') ? ":" : undefined;
  return afterValue(token, open);
}

function afterValue(token: string, open: string[]): Wanted | undefined {
  if (token === "{" || token === "[") {
    open.push(token === "{" ? "}" : "]");
    return token === "{" ? "key or }" : "value or ]";
  }
  return "}],:".includes(token) ? undefined : "comma or end";
}

/** Returns the line and the column of a position, as editors count them. */
export function placeOf(text: string, position: number): string {
  const lines = text.slice(0, position).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

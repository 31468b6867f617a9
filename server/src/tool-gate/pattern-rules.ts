/** Patterns for calls of tools. Matching takes time in proportion to the text, so no pattern can keep the server busy. Pure. */
import { invalid } from "../kernel/problem.ts";
import type { Call } from "./schema.ts";

interface Parsed {
  tool: string;
  /** Undefined: any input. */
  input: string | undefined;
}

const FORM = /^([^()\s]+)(?:\(([\s\S]+)\))?$/;

function parse(pattern: string): Parsed | undefined {
  const [, tool, input] = FORM.exec(pattern) ?? [];
  return tool === undefined ? undefined : { tool, input };
}

export function requirePattern(pattern: string): void {
  if (parse(pattern)) return;
  throw invalid("/tool_pattern", "must be the name of a tool, with or without an input in parentheses, as Bash(rm *).");
}

/** Returns true when the text has the parts between the stars in this order, from its start to its end. */
export function fits(pattern: string, text: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return text === pattern;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  const end = text.length - last.length;
  for (const part of others) {
    const found = text.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

/** `rm *` is also about `rm` alone. */
const fitsInput = (pattern: string, text: string) =>
  fits(pattern, text) || (pattern.endsWith(" *") && text === pattern.slice(0, -2));

/** The fields that say what a known tool of Claude Code does. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Bash: ["command"],
  Read: ["file_path"],
  Write: ["file_path"],
  Edit: ["file_path"],
  MultiEdit: ["file_path"],
  NotebookEdit: ["notebook_path"],
  WebFetch: ["url"],
  WebSearch: ["query"],
};
const PATHS: ReadonlySet<string> = new Set(["file_path", "notebook_path"]);
/** Where one command of a shell ends and another may begin. Quotes are not read, so that a quote hides nothing. */
const SEPARATORS = /[;&|<>`(){}\n\r]+/;

/**
 * Returns the texts of a call that patterns are about. A deny or an ask is about a call when one of them fits, and an allow
 * when all of them fit, so that the harmless part of a command allows no other part.
 */
export function subjectsOf({ tool_name, input, cwd }: Call): string[] {
  const named = (Object.hasOwn(FIELDS, tool_name) ? FIELDS[tool_name] : undefined) ?? [];
  const known = named.flatMap((name) => {
    const value = input[name];
    if (typeof value !== "string") return [];
    return PATHS.has(name) ? withResolved(value, cwd) : [value];
  });
  if (known.length === 0) return textsIn(input);
  if (tool_name !== "Bash") return known;
  return known.flatMap((command) => [
    command,
    ...command.split(SEPARATORS).flatMap((part) => (part.trim() === "" ? [] : [part.trim()])),
  ]);
}

function withResolved(path: string, cwd = "/"): string[] {
  const folders: string[] = [];
  for (const name of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (name === "..") folders.pop();
    else if (name !== "" && name !== ".") folders.push(name);
  }
  const resolved = `/${folders.join("/")}`;
  return resolved === path ? [path] : [path, resolved];
}

/** All texts of a document. Its size and its depth are limited. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Returns a function that says if a rule with this pattern is about the call. */
export function matcherOf(call: Call): (pattern: string, decision: "allow" | "ask" | "deny") => boolean {
  const subjects = subjectsOf(call);
  return (pattern, decision) => {
    const parsed = parse(pattern);
    if (!parsed || !fits(parsed.tool, call.tool_name)) return false;
    const { input } = parsed;
    if (input === undefined) return true;
    const one = (text: string) => fitsInput(input, text);
    return decision === "allow" ? subjects.length > 0 && subjects.every(one) : subjects.some(one);
  };
}

/** A pattern with more characters of its own is more exact. */
export const exactness = (pattern: string): number => pattern.replaceAll("*", "").length;

/**
 * The sources as text, read once. The formatter fixes the layout, so the checks can depend on lines and indentation.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const SKIPPED = new Set(["node_modules", "dist", ".git", "coverage"]);

/** The paths of all files in these folders, relative to the repository's root. */
export function filesIn(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
      .filter((path) => !path.split("/").some((part) => SKIPPED.has(part))),
  );
}

export const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

export interface Source {
  path: string;
  text: string;
  lines: string[];
}

export function sourcesIn(folders: readonly string[]): Source[] {
  return filesIn(folders)
    .filter((path) => path.endsWith(".ts") || path.endsWith(".tsx"))
    .map(sourceOf);
}

export function sourceOf(path: string): Source {
  const text = read(path);
  return { path, text, lines: text.split("\n") };
}

export interface Import {
  /** The path relative to the repository's root, or the name of a package. */
  to: string;
  isOurs: boolean;
  isTypeOnly: boolean;
}

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?(?:[\w*\s{},$]+?\sfrom\s+)?"([^"]+)";?$/gm;
const DYNAMIC = /\bimport\("([^"]+)"\)/g;

export function importsOf({ path, text }: Source): Import[] {
  const found = [...text.matchAll(IMPORT)].map(([, type, to = ""]) => ({ to, isTypeOnly: type !== undefined }));
  const dynamic = [...text.matchAll(DYNAMIC)].map(([, to = ""]) => ({ to, isTypeOnly: false }));
  return [...found, ...dynamic].map(({ to, isTypeOnly }) => {
    const isOurs = to.startsWith(".");
    return { to: isOurs ? posix.join(posix.dirname(path), to) : to, isOurs, isTypeOnly };
  });
}

export interface FoundFunction {
  name: string;
  line: number;
  /** The number of lines, without the lines of functions inside. */
  size: number;
}

const OPENS =
  /(?:\bfunction\b.*\{|=> \{|^\s*(?:async |static |get |set )*[\w#$]+\(.*\)(?:: .+)? \{|^\s*\)(?:: .+)? (?:=> )?\{)$/;
const NO_FUNCTION = /^\s*(?:\} )?(?:if|else|for|while|switch|catch|do|try)\b/;
const indentOf = (line: string) => line.length - line.trimStart().length;

/** Finds functions by the line where the body opens and the line where a brace closes at the same indentation. */
export function functionsOf({ lines }: Source): FoundFunction[] {
  const found: { start: number; end: number; name: string }[] = [];
  lines.forEach((line, index) => {
    if (!OPENS.test(line) || NO_FUNCTION.test(line)) return;
    const indent = indentOf(line);
    const end = lines.findIndex((other, at) => at > index && indentOf(other) === indent && /^\s*\}/.test(other));
    const start = /^\s*\)/.test(line) ? openingLine(lines, index, indent) : index;
    if (end > 0 && !NO_FUNCTION.test(lines[start] ?? "")) found.push({ start, end, name: (lines[start] ?? "").trim() });
  });
  return found.map(({ start, end, name }) => {
    const inner = found.filter((other) => other.start > start && other.end < end);
    const outermost = inner.filter((one) => !inner.some((other) => other.start < one.start && other.end > one.end));
    const within = outermost.reduce((sum, other) => sum + other.end - other.start + 1, 0);
    return { name, line: start + 1, size: end - start + 1 - within };
  });
}

/** The line on which the parameter list began that ends on this line. */
function openingLine(lines: readonly string[], index: number, indent: number): number {
  for (let at = index - 1; at >= 0; at--) if (indentOf(lines[at] ?? "") === indent && lines[at] !== "") return at;
  return index;
}

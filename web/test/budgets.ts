/** How much script a visit may load, checked on what the build made. A kB is 1000 bytes, as networks count. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

export const FIRST_ROUTE_KB_MAX = 175;
/** What any other page, or a part of the frame that loads later, adds to what every page has. */
export const ROUTE_KB_MAX = 60;
/** A form or a tab that loads when somebody opens it in a page, weighed as if nothing but the entry were there yet. */
export const OPENED_KB_MAX = 80;
/** The graph, which loads when it is opened. */
export const GRAPH_KB_MAX = 95;

const ENTRY = "index.html";
/** Begins the names of the classes that the graph library gives its elements, which no minifier changes. */
export const GRAPH_LIBRARY = "react-flow__";

/** What Vite writes of a chunk into its manifest, as far as it matters here. */
interface Chunk {
  file: string;
  isDynamicEntry?: boolean;
  /** Keys of chunks that load with it. */
  imports?: readonly string[];
  /** Keys of chunks that it loads when they are wanted. */
  dynamicImports?: readonly string[];
}

export interface Build {
  manifest: Readonly<Record<string, Chunk>>;
  /** By the file of a chunk. */
  scripts: Readonly<Record<string, { gzipBytes: number; text: string }>>;
}

export interface Weights {
  entryKb: number;
  firstRouteKb: number;
  /** By manifest key: what it adds to the entry. */
  piecesKb: Record<string, number>;
}

/** `firstPage` is the manifest key of the page that opens first. */
export function weigh({ manifest, scripts }: Build, firstPage: string): Weights {
  const entry = closure(manifest, ENTRY);
  const weight = (keys: Iterable<string>) => {
    const files = new Set([...keys].map((key) => chunkOf(manifest, key).file));
    return [...files].reduce((sum, file) => sum + scriptOf(scripts, file).gzipBytes, 0) / 1_000;
  };
  const beyondEntry = (key: string) => weight([...closure(manifest, key)].filter((one) => !entry.has(one)));
  const pieces = Object.keys(manifest).filter((key) => manifest[key]?.isDynamicEntry && key !== firstPage);
  return {
    entryKb: weight(entry),
    firstRouteKb: weight(new Set([...entry, ...closure(manifest, firstPage)])),
    piecesKb: Object.fromEntries(pieces.map((key) => [key, beyondEntry(key)])),
  };
}

/** What is over its budget or where it does not belong; nothing when all is well. */
export function budgetFaults(build: Build, firstPage: string): string[] {
  const { firstRouteKb, piecesKb } = weigh(build, firstPage);
  const over = (what: string, kb: number, max: number) =>
    kb > max ? [`${what}: ${kb.toFixed(1)} kB of script, at most ${max}`] : [];
  const inEntry = [...closure(build.manifest, ENTRY)].map((key) => chunkOf(build.manifest, key).file);
  return [
    ...over("the first route", firstRouteKb, FIRST_ROUTE_KB_MAX),
    ...Object.entries(piecesKb).flatMap(([key, kb]) => over(key, kb, budgetOf(build, key))),
    ...inEntry
      .filter((file) => scriptOf(build.scripts, file).text.includes(GRAPH_LIBRARY))
      .map((file) => `${file}: loads the graph library on every page`),
  ];
}

function budgetOf({ manifest, scripts }: Build, key: string): number {
  const files = [...closure(manifest, key)].map((one) => chunkOf(manifest, one).file);
  if (files.some((file) => scriptOf(scripts, file).text.includes(GRAPH_LIBRARY))) return GRAPH_KB_MAX;
  const ofEntry = [...closure(manifest, ENTRY)].flatMap((one) => chunkOf(manifest, one).dynamicImports ?? []);
  return ofEntry.includes(key) ? ROUTE_KB_MAX : OPENED_KB_MAX;
}

/** Reads a build of Vite. Sizes are those of gzip at its ordinary level. */
export function readBuild(folder: string): Build {
  // Vite's own file, in the shape that it documents.
  const manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8")) as Build["manifest"];
  const files = [...new Set(Object.values(manifest).map(({ file }) => file))].filter((file) => file.endsWith(".js"));
  const scripts = files.map((file) => {
    const content = readFileSync(join(folder, file));
    return [file, { gzipBytes: gzipSync(content).length, text: content.toString("utf8") }];
  });
  return { manifest, scripts: Object.fromEntries(scripts) };
}

/** It and everything that loads with it, in circles too. */
function closure(manifest: Build["manifest"], key: string, found = new Set<string>()): Set<string> {
  if (found.has(key)) return found;
  found.add(key);
  for (const next of chunkOf(manifest, key).imports ?? []) closure(manifest, next, found);
  return found;
}

function chunkOf(manifest: Build["manifest"], key: string): Chunk {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`The build has no ${key}. It has: ${Object.keys(manifest).join(", ")}`);
  return chunk;
}

function scriptOf(scripts: Build["scripts"], file: string) {
  const script = scripts[file];
  if (!script) throw new Error(`The build names the script ${file} but does not have it.`);
  return script;
}

/** The most script that a visit may load, checked on the build. A kB is 1000 bytes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

export const FIRST_ROUTE_KB_MAX = 175;
/** The most script that another page, or a lazy part of the frame, adds to the entry. */
export const ROUTE_KB_MAX = 60;
/** The most script of a form or a tab that opens in a page, in addition to the entry. */
export const OPENED_KB_MAX = 80;
/** The most script of the graph, which loads when it opens. */
export const GRAPH_KB_MAX = 95;

const ENTRY = "index.html";
/** The prefix of the class names of the graph library, which no minifier changes. */
export const GRAPH_LIBRARY = "react-flow__";

/** The fields of a chunk in the manifest of Vite that are used here. */
interface Chunk {
  file: string;
  isDynamicEntry?: boolean;
  /** The keys of chunks that load with it. */
  imports?: readonly string[];
  /** The keys of chunks that it loads lazily. */
  dynamicImports?: readonly string[];
}

export interface Build {
  manifest: Readonly<Record<string, Chunk>>;
  /** By file name. */
  scripts: Readonly<Record<string, { gzipBytes: number; text: string }>>;
}

export interface Weights {
  entryKb: number;
  firstRouteKb: number;
  /** The weight of each piece in addition to the entry, by manifest key. */
  piecesKb: Record<string, number>;
}

/** Weighs a build. `firstPage` is the manifest key of the first page. */
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

/** Returns each part that is above its budget, and each part in the wrong place. */
export function budgetFaults(build: Build, firstPage: string): string[] {
  const { firstRouteKb, piecesKb } = weigh(build, firstPage);
  const over = (part: string, kb: number, max: number) =>
    kb > max ? [`${part}: ${kb.toFixed(1)} kB of script, at most ${max}`] : [];
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

/** Reads a build of Vite. Sizes are those of gzip at its default level. */
export function readBuild(folder: string): Build {
  // Vite documents the shape of this file.
  const manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8")) as Build["manifest"];
  const files = [...new Set(Object.values(manifest).map(({ file }) => file))].filter((file) => file.endsWith(".js"));
  const scripts = files.map((file) => {
    const content = readFileSync(join(folder, file));
    return [file, { gzipBytes: gzipSync(content).length, text: content.toString("utf8") }];
  });
  return { manifest, scripts: Object.fromEntries(scripts) };
}

/** Returns the chunk and all chunks that load with it, also in a circle. */
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

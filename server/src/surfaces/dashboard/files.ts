/** The files of the built dashboard. Only files that exist when the server starts are served. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { ENCODINGS, type Encoding } from "./encoding.ts";
import type { FirstPages } from "./first-pages.ts";

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".xml": "application/xml; charset=utf-8",
};
const OTHER_TYPE = "application/octet-stream";

/** The endings of the encoded copies that the build writes. */
const ENDINGS = { br: ".br", gzip: ".gz", identity: "" } as const satisfies Record<Encoding, string>;
/** Names with other characters are left out, because they could have a meaning in a route or a URL. */
const NAME = /^[\w~-][\w.~-]*$/;

export interface WebFile {
  type: string;
  has(encoding: Encoding): boolean;
  /** Reads the file once. Returns undefined when the file no longer exists. */
  bytes(encoding: Encoding): Promise<Buffer | undefined>;
}

export interface WebFiles {
  /** The page for every path of the dashboard; undefined when the dashboard was not built. */
  index: WebFile | undefined;
  /** The files and reads of each first screen; undefined when the dashboard was not built. */
  pages: FirstPages | undefined;
  /** By name, which changes with the content. Assets of older builds are included, for pages that are still open. */
  assets: ReadonlyMap<string, WebFile>;
  /** The other files in the page's folder, by name. */
  others: ReadonlyMap<string, WebFile>;
}

/**
 * Reads the page and the files that a later build would replace, so that they stay of one build. An asset is read at
 * its first request.
 */
export function readWebFiles(folder: string): WebFiles {
  const others = filesOf(folder, (path) => {
    const bytes = Promise.resolve(readFileSync(path));
    return () => bytes;
  });
  const index = others.get("index.html");
  others.delete("index.html");
  return {
    index,
    pages: readPages(join(folder, "pages.json")),
    assets: filesOf(join(folder, "assets"), readOnce),
    others,
  };
}

function readPages(path: string): FirstPages | undefined {
  // The build writes this file for this server.
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as FirstPages) : undefined;
}

type Read = () => Promise<Buffer | undefined>;

function filesOf(folder: string, reader: (path: string) => Read): Map<string, WebFile> {
  const names = new Set(namesIn(folder).filter((name) => NAME.test(name)));
  const isForm = (name: string) => names.has(name.replace(/\.(?:br|gz)$/, "")) && /\.(?:br|gz)$/.test(name);
  return new Map([...names].filter((name) => !isForm(name)).map((name) => [name, fileOf(folder, name, names, reader)]));
}

function fileOf(folder: string, name: string, names: ReadonlySet<string>, reader: (path: string) => Read): WebFile {
  const forms = new Map<Encoding, Read>();
  for (const encoding of ENCODINGS) {
    const form = name + ENDINGS[encoding];
    if (names.has(form)) forms.set(encoding, reader(join(folder, form)));
  }
  return {
    type: TYPES[extname(name)] ?? OTHER_TYPE,
    has: (encoding) => forms.has(encoding),
    bytes: async (encoding) => forms.get(encoding)?.(),
  };
}

function readOnce(path: string): Read {
  let bytes: Promise<Buffer | undefined> | undefined;
  return () => {
    bytes ??= readFile(path).catch((error: unknown) => {
      bytes = undefined;
      if (isAbsent(error)) return undefined;
      throw error;
    });
    return bytes;
  };
}

/** Returns the names of the plain files in the folder, or none when the folder does not exist. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

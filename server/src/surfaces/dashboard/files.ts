/** The files of the built dashboard: those that were there when the server started, by name, and no others. */
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { ENCODINGS, type Encoding } from "./encoding.ts";

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

/** What the build writes beside a file. */
const ENDINGS = { br: ".br", gzip: ".gz", identity: "" } as const satisfies Record<Encoding, string>;
/** Others would mean something in the text of a route or of an address. */
const NAME = /^[\w~-][\w.~-]*$/;

export interface WebFile {
  type: string;
  has(encoding: Encoding): boolean;
  /** Read once. Undefined when it is there no more. */
  bytes(encoding: Encoding): Promise<Buffer | undefined>;
}

export interface WebFiles {
  /** The page that every address of the dashboard opens; absent when it was not built. */
  index: WebFile | undefined;
  /** By name, which changes with the content. Those of older builds are among them, for the pages that are open. */
  assets: ReadonlyMap<string, WebFile>;
  /** What else lies beside the page, by name. */
  others: ReadonlyMap<string, WebFile>;
}

/**
 * The page, and what a later build would put something else in the place of, is read now: so they stay of one build.
 * Assets are read when they are first asked for.
 */
export function readWebFiles(folder: string): WebFiles {
  const others = filesOf(folder, (path) => {
    const bytes = Promise.resolve(readFileSync(path));
    return () => bytes;
  });
  const index = others.get("index.html");
  others.delete("index.html");
  return { index, assets: filesOf(join(folder, "assets"), readOnce), others };
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

/** Plain files; none when the folder is not there. */
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

/**
 * Builds the dashboard into `dist/web`. A process of its own runs it, so that it works at the same time as the build of
 * the server, and so that the modules and settings of Vite end with it.
 */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { DIST, fingerprint, OLD_PIECES_KEPT_MS, put, ROOT, readIfThere } from "./build-parts.js";

const PROGRAM = fileURLToPath(import.meta.url);
const SOURCE = join(ROOT, "web");
const WEB = join(DIST, "web");
const SOURCES = ["web", "sdk/src", "server/build-web.js", "server/build-parts.js", "package-lock.json"];
/** The fingerprint of the sources, then the names of the built files. The server does not serve files with a dot. */
const STAMP = join(WEB, ".built.txt");
const UNFINISHED = "web.partial-";
/** No build takes longer. */
const UNFINISHED_KEPT_MS = 60 * 60 * 1_000;
const COMPRESSIBLE = new Set([".css", ".html", ".js", ".json", ".map", ".mjs", ".svg", ".txt", ".webmanifest", ".xml"]);
/** A smaller answer fits into one packet anyway. */
const COMPRESSED_BYTES_MIN = 1024;

export const isWebBuilt = () => existsSync(join(WEB, "index.html"));

/** False too where there is no dashboard to build. */
export function isWebStale() {
  return existsSync(join(SOURCE, "index.html")) && readIfThere(STAMP)?.split("\n", 1)[0] !== fingerprint(SOURCES);
}

export function buildWeb() {
  return new Promise((resolve, reject) => {
    // The server never serves a build for development, also when another environment runs this.
    const env = { ...process.env, NODE_ENV: "production" };
    const child = spawn(process.execPath, [PROGRAM], { env, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(said.trim() || "Vite ended early"))));
  });
}

async function build() {
  const present = fingerprint(SOURCES);
  mkdirSync(WEB, { recursive: true });
  // Made first, so that a user without the right to write here learns it before the work.
  const fresh = mkdtempSync(join(DIST, UNFINISHED));
  try {
    const vite = await import("vite");
    await vite.build({ root: SOURCE, logLevel: "silent", build: { outDir: fresh, emptyOutDir: true } });
    const files = filesIn(fresh);
    const made = await Promise.all(files.map((path) => compress(fresh, path)));
    publish(fresh, [...files, ...made.flat()], present);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Relative paths; what begins with a dot is nothing to serve. */
function filesIn(folder, below = "") {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(folder, join(below, entry.name)) : [join(below, entry.name)]));
}

async function compress(folder, path) {
  const bytes = readFileSync(join(folder, path));
  if (bytes.length < COMPRESSED_BYTES_MIN || !COMPRESSIBLE.has(extname(path))) return [];
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  const ways = [
    [`${path}.br`, () => promisify(brotliCompress)(bytes, { params })],
    [`${path}.gz`, () => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION })],
  ];
  for (const [made, compressed] of ways) writeFileSync(join(folder, made), earlier(made) ?? (await compressed()));
  return ways.map(([made]) => made);
}

/** The name of an asset says what is in it, so what was compressed once is good again. */
function earlier(path) {
  const found = join(WEB, path);
  return isAsset(path) && existsSync(found) ? readFileSync(found) : undefined;
}

const isAsset = (path) => dirname(path) === "assets";

/** Puts each file in its place at once and the page last, so that builds at the same time do each other no harm. */
function publish(fresh, paths, present) {
  const before = readIfThere(STAMP)?.split("\n").slice(1) ?? [];
  const last = (path) => Number(path === "index.html");
  for (const path of paths.sort((a, b) => last(a) - last(b))) {
    mkdirSync(join(WEB, dirname(path)), { recursive: true });
    renameSync(join(fresh, path), join(WEB, path));
  }
  removeOld(new Set(paths), new Set(before));
  put(STAMP, [present, ...paths].join("\n"));
}

/** An open page may still load the assets that were the last build's until now; other files have one name for ever. */
function removeOld(fresh, before) {
  const now = new Date();
  for (const path of filesIn(WEB).filter((one) => !fresh.has(one))) {
    const file = join(WEB, path);
    if (!isAsset(path)) rmSync(file, { force: true });
    else if (before.has(path)) utimesIfThere(file, now);
    else if (isOlder(file, OLD_PIECES_KEPT_MS)) rmSync(file, { force: true });
  }
  for (const name of readdirSync(DIST).filter((one) => one.startsWith(UNFINISHED))) {
    if (isOlder(join(DIST, name), UNFINISHED_KEPT_MS)) rmSync(join(DIST, name), { recursive: true, force: true });
  }
}

function utimesIfThere(file, time) {
  if (existsSync(file)) utimesSync(file, time, time);
}

function isOlder(path, ageMs) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > ageMs;
}

/** Returns the first message of the error. The place of the fault follows in later lines. */
function reasonOf(error) {
  return stripVTControlCharacters(String((error.errors?.[0] ?? error).message)).trim();
}

if (process.argv[1] === PROGRAM) {
  try {
    await build();
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exitCode = 1;
  }
}

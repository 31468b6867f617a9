/**
 * Packs what programs of agents install from the server: the SDK as `sdk.tgz`, compiled file by file, so that its users
 * bundle it in their own way, and the Python client as `bailiwick.py`.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { DIST, fingerprint, put, ROOT, readIfThere } from "./build-parts.js";

const PROGRAM = fileURLToPath(import.meta.url);
const SDK = join(ROOT, "sdk");
const CLIENTS = join(DIST, "clients");
const SOURCES = [
  "sdk",
  "LICENSE",
  "tsconfig.json",
  "server/build-clients.js",
  "server/build-parts.js",
  "package-lock.json",
];
const STAMP = join(CLIENTS, "sources.txt");
/** As npm does it: a fixed time, so that the same sources make the same package. */
const TAR_TIME_SECONDS = 499_162_500;
const TAR_BLOCK_BYTES = 512;

export const areClientsBuilt = () => existsSync(join(CLIENTS, "sdk.tgz"));

/** False too where there is no SDK to build. */
export function areClientsStale() {
  return existsSync(join(SDK, "tsconfig.json")) && readIfThere(STAMP) !== fingerprint(SOURCES);
}

export async function buildClients() {
  const present = fingerprint(SOURCES);
  const compiled = await packClients(CLIENTS);
  for (const { path, bytes } of compiled) putIn(SDK, path, bytes);
  put(STAMP, present);
}

/** Returns the compiled files. */
async function packClients(folder) {
  mkdirSync(folder, { recursive: true });
  const fresh = mkdtempSync(join(folder, ".partial-"));
  try {
    await compile(fresh);
    const compiled = filesIn(fresh).map((path) => ({ path: `dist/${path}`, bytes: readFileSync(join(fresh, path)) }));
    const others = ["package.json", "README.md"].map((path) => ({ path, bytes: readFileSync(join(SDK, path)) }));
    const license = { path: "LICENSE", bytes: readFileSync(join(ROOT, "LICENSE")) };
    put(join(folder, "sdk.tgz"), gzipSync(tar([...others, license, ...compiled]), { level: 9 }));
    put(join(folder, "bailiwick.py"), readFileSync(join(SDK, "python/bailiwick.py")));
    return compiled;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function putIn(folder, path, bytes) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  put(join(folder, path), bytes);
}

function compile(folder) {
  const tsc = fileURLToPath(new URL("./bin/tsc", import.meta.resolve("typescript/package.json")));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsc, "-p", SDK, "--outDir", folder], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(said.trim() || "TypeScript ended early")),
    );
  });
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}

/** Every file of a package of npm is below `package/`. */
function tar(files) {
  const blocks = files.flatMap(({ path, bytes }) => {
    const rest = Buffer.alloc(-bytes.length & (TAR_BLOCK_BYTES - 1));
    return [tarHeader(`package/${path}`, bytes.length), bytes, rest];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * TAR_BLOCK_BYTES)]);
}

function tarHeader(path, size) {
  const header = Buffer.alloc(TAR_BLOCK_BYTES);
  const octal = (value, length) => `${value.toString(8).padStart(length - 1, "0")}\0`;
  const fields = [
    [0, path],
    [100, octal(0o644, 8)],
    [108, octal(0, 8)],
    [116, octal(0, 8)],
    [124, octal(size, 12)],
    [136, octal(TAR_TIME_SECONDS, 12)],
    // The checksum is computed with spaces in its own place.
    [148, " ".repeat(8)],
    [156, "0"],
    [257, "ustar\u000000"],
  ];
  for (const [offset, text] of fields) header.write(text, offset);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)} `, 148);
  return header;
}

/** `node build-clients.js FOLDER` packs them into another folder. */
if (process.argv[1] === PROGRAM) await packClients(process.argv[2]);

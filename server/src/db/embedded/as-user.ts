/** PostgreSQL refuses to run as root, so root runs it as another user. Every other user runs it as itself. */

import { spawn } from "node:child_process";
import { lchown, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf, EmbeddedError } from "./error.ts";

export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The users to try, in this order. On macOS the user of PostgreSQL is `_postgres`. */
const UNPRIVILEGED = ["postgres", "_postgres", "nobody"];

/**
 * The only variables that the server's process gets: secrets of this environment must not reach another user's process.
 */
const PASSED_ON = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR"];

/**
 * Returns the user that runs the server; undefined is the user of this process. An existing database keeps its owner,
 * so that root can serve a folder that an ordinary user made.
 */
export async function serverUser(home: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await ownerOf(home);
  if (owner && owner.uid !== 0) return { ...owner, name: `user ${owner.uid}` };
  for (const name of UNPRIVILEGED) {
    const user = await lookUp(name);
    if (user) return user;
  }
  throw new EmbeddedError(
    "PostgreSQL does not run as root, and this machine has no user postgres or nobody. " +
      "Start Bailiwick as another user.",
  );
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Uses `id`, which knows every source of users: files, directory services, macOS. */
async function lookUp(name: string): Promise<ServerUser | undefined> {
  const { code, output } = await run("id", [name], undefined);
  const ids = /^uid=(\d+)\S* gid=(\d+)/.exec(output);
  if (code !== 0 || !ids) return undefined;
  return { name, uid: Number(ids[1]), gid: Number(ids[2]) };
}

export async function handOver(path: string, user: ServerUser | undefined): Promise<void> {
  // lchown, because that user could put a link at this path in a folder of its own.
  if (user) await lchown(path, user.uid, user.gid);
}

export async function handOverTree(path: string, user: ServerUser): Promise<void> {
  await handOver(path, user);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await handOverTree(inner, user);
    else await handOver(inner, user);
  }
}

/** Returns the outermost folder of the path that the user may not enter; undefined when there is none. */
export async function blockedAt(folder: string, user: ServerUser): Promise<string | undefined> {
  // The mode bits are not enough: access lists and namespaces count too.
  const script = 'for folder; do cd "$folder" 2>/dev/null || { printf %s "$folder"; exit 1; }; done';
  const { code, output } = await run("/bin/sh", ["-c", script, "sh", ...ancestors(folder)], user);
  return code === 0 ? undefined : output;
}

function ancestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [...ancestors(parent), folder];
}

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end. Rejects only when it cannot be started at all. */
export function run(command: string, args: readonly string[], user: ServerUser | undefined): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...startedAs(user), stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (part) => {
      output += String(part);
    });
    child.stderr.on("data", (part) => {
      output += String(part);
    });
    child.on("error", (error) => reject(explainNoSwitch(error, user)));
    child.on("close", (code) => resolve({ code, output: output.trim() }));
  });
}

/** The options that every program of the server starts with: its user, a folder open to all, English messages, UTC. */
export function startedAs(user: ServerUser | undefined): { cwd: string; env: NodeJS.ProcessEnv; uid?: number } {
  const kept = PASSED_ON.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined);
  const env: NodeJS.ProcessEnv = { ...Object.fromEntries(kept), LC_ALL: "C", TZ: "UTC" };
  // The shift turns macOS's nobody, 4294967294, into the -2 that spawn accepts.
  return { cwd: "/", env, ...(user && { uid: user.uid | 0, gid: user.gid | 0 }) };
}

function explainNoSwitch(error: Error, user: ServerUser | undefined): Error {
  if (!user || codeOf(error) !== "EPERM") return error;
  return new EmbeddedError(
    `PostgreSQL does not run as root, and this root may not act as ${user.name}. Start Bailiwick as another user.`,
  );
}

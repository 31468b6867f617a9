/** Reads a Dockerfile, and runs its steps in a folder where no container runtime works. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

export interface Step {
  instruction: string;
  /** The rest of the line, with continued lines. */
  value: string;
}

/** Returns the steps of each stage. */
export function readStages(text: string): Step[][] {
  const lines = text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n");
  const stages: Step[][] = [];
  for (const line of lines.filter((one) => one.trim() !== "")) {
    const [, instruction = "", value = ""] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (instruction === "FROM") stages.push([]);
    stages.at(-1)?.push({ instruction, value });
  }
  return stages;
}

export function valuesOf(steps: readonly Step[], instruction: string): string[] {
  return steps.filter((step) => step.instruction === instruction).map(({ value }) => value);
}

/** Returns true for a path that `.dockerignore` keeps out of the image. */
export function ignores(text: string): (path: string) => boolean {
  const patterns = text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) =>
      line.replaceAll(/[.+]/g, "\\$&").replaceAll(/\*\*\/|\*/g, (part) => (part === "*" ? "[^/]*" : "(.*/)?")),
    )
    .map((pattern) => new RegExp(`^${pattern}(/|$)`));
  return (path) => patterns.some((pattern) => pattern.test(path));
}

interface Building {
  /** The folder that stands for the root of the image. */
  root: string;
  /** Fills the folder of the build, in place of `COPY . .`. */
  copySources: (folder: string) => void;
  /** An installed `node_modules`, used in place of the first `npm ci`. */
  modules: string;
}

/** Runs COPY and RUN of all stages. Returns the environment, the command and the health check of the last one. */
export async function runStages(stages: readonly Step[][], building: Building) {
  let last = { env: {} as Record<string, string>, cwd: building.root, command: [""], health: [""] };
  for (const steps of stages) last = await runStage(steps, building);
  return last;
}

async function runStage(steps: readonly Step[], building: Building) {
  const { root } = building;
  const inside = (path: string) => join(root, path);
  const env: Record<string, string> = {};
  let cwd = root;
  for (const { instruction, value } of steps) {
    if (instruction === "WORKDIR") {
      cwd = inside(value);
      mkdirSync(cwd, { recursive: true });
    }
    if (instruction === "ENV") for (const pair of value.split(" ")) assign(env, pair, root);
    if (instruction === "COPY") copy(value.split(" "), cwd, building);
    if (instruction === "RUN") await runStep(value, cwd, building);
  }
  const listOf = (name: string) => parseList(valuesOf(steps, name)[0] ?? "");
  return { env, cwd, command: listOf("CMD"), health: listOf("HEALTHCHECK") };
}

function assign(env: Record<string, string>, pair: string, root: string): void {
  const [name = "", value = ""] = pair.split("=");
  env[name] = value.startsWith("/") ? join(root, value) : value;
}

/** Reads the exec form, which is a JSON list, after the options. */
function parseList(value: string): string[] {
  const list = value.slice(Math.max(0, value.indexOf("[")));
  return list.startsWith("[") ? (JSON.parse(list) as string[]) : [];
}

function copy(parts: readonly string[], cwd: string, { root, copySources }: Building): void {
  if (parts.join(" ") === ". .") {
    copySources(cwd);
    return;
  }
  const [target = "", ...sources] = parts.filter((part) => !part.startsWith("--")).reverse();
  for (const source of sources) {
    const from = join(root, source);
    const to = join(cwd, target, target.endsWith("/") ? (source.split("/").at(-1) ?? "") : "");
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  }
}

/** Absolute folders of the image, which are moved below the root of the test. */
const ABSOLUTE = / (\/(?:src|app|data|usr\/local\/bin)\b)/g;
let installs = 0;

async function runStep(step: string, cwd: string, { root, modules }: Building): Promise<void> {
  const installed = join(cwd, "node_modules");
  if (step.startsWith("npm ci")) {
    // npm empties the folder, so the link must go first.
    rmSync(installed, { force: true, recursive: true });
    installs += 1;
    if (installs === 1) return symlinkSync(modules, installed);
  }
  mkdirSync(join(root, "usr/local/bin"), { recursive: true });
  const command = step.replaceAll(ABSOLUTE, (_, path: string) => ` '${root}'${path}`).replace("-o node -g node ", "");
  const env = { ...process.env, npm_config_prefer_offline: "true", NODE_ENV: "" };
  await promisify(execFile)("/bin/sh", ["-euc", command], { cwd, env });
}

/** Copies the tree without the files that `.dockerignore` names. */
export function copyTree(from: string, to: string, isIgnored: (path: string) => boolean, path = ""): void {
  for (const name of readdirSync(join(from, path))) {
    const inner = path === "" ? name : `${path}/${name}`;
    if (isIgnored(inner)) continue;
    if (statSync(join(from, inner)).isDirectory()) copyTree(from, to, isIgnored, inner);
    else {
      mkdirSync(dirname(join(to, inner)), { recursive: true });
      cpSync(join(from, inner), join(to, inner));
    }
  }
}

export function readText(path: string): string {
  return readFileSync(path, "utf8");
}

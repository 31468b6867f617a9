/** The programs of `examples/`, in a folder outside of the repository with the clients that a server serves. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll } from "vitest";
import { type ClientServer, isInstalled, REPOSITORY, useClientServer } from "./client-server.ts";

const EXAMPLES = join(REPOSITORY, "examples");
const TSX = pathToFileURL(join(REPOSITORY, "node_modules/tsx/dist/loader.mjs")).href;
const [hasCurl, hasJq, hasPython] = ["curl", "jq", "python3"].map((program) => isInstalled(program));

interface Run {
  command: string;
  args: readonly string[];
  /** The programs that it needs are installed. */
  isPossible: boolean;
}

/** The way in which each file is started. */
export const RUNS: Record<string, Run> = {
  "curl.sh": { command: "sh", args: ["curl.sh"], isPossible: hasCurl === true },
  "worker.sh": { command: "bash", args: ["worker.sh"], isPossible: hasCurl === true },
  "worker.py": { command: "python3", args: ["worker.py"], isPossible: hasPython === true },
  "question.py": { command: "python3", args: ["question.py"], isPossible: hasPython === true },
  "worker.ts": { command: process.execPath, args: ["--import", TSX, "worker.ts"], isPossible: true },
};

/** Returns the names of the files, without the description. */
export function exampleFiles(): string[] {
  return readdirSync(EXAMPLES).filter((name) => name !== "README.md");
}

/** A server, and the way to start a program of `examples/` for an agent. */
export function useExamples(): () => ClientServer & {
  startExample(name: string, env: Record<string, string>): ReturnType<ClientServer["start"]>;
} {
  const server = useClientServer();
  beforeAll(async () => {
    const { folder, url } = server();
    for (const name of Object.keys(RUNS)) copyFileSync(join(EXAMPLES, name), join(folder, name));
    writeFileSync(join(folder, "bailiwick.py"), await (await fetch(`${url}/bailiwick.py`)).text());
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "outside", private: true, type: "module" }));
    await server().run("npm", ["install", "--no-audit", "--no-fund", `${url}/sdk.tgz`]);
    if (!hasJq) putSmallJq(folder);
  });
  return () => ({
    ...server(),
    startExample(name, env) {
      const { command, args } = RUNS[name] ?? { command: "", args: [] };
      const path = hasJq ? {} : { PATH: `${join(server().folder, "bin")}:${process.env.PATH}` };
      return server().start(command, args, { ...env, ...path, LEASE_SECONDS: "5" });
    },
  });
}

/** The paths that the examples read, where jq is not installed. */
function putSmallJq(folder: string): void {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const program = `#!${process.execPath}
const path = process.argv[3].split("//")[0].trim().match(/\\w+/g);
const found = path.reduce((value, name) => value?.[name], JSON.parse(require("node:fs").readFileSync(0)));
const other = process.argv[3].split("//")[1]?.trim();
console.log(found ?? (other === "empty" || other === undefined ? "" : other));`;
  writeFileSync(join(bin, "jq"), program);
  chmodSync(join(bin, "jq"), 0o755);
}

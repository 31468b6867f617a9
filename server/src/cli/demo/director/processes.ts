/** Starts, kills and stops the processes of the crew. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { CREW_ENV } from "../crew/member.ts";
import { DemoError } from "./error.ts";
import type { Member } from "./roster.ts";

export interface Surroundings {
  url: string;
  path: string;
  /** The program and arguments of the command line; the hidden command of the crew is appended. */
  command: readonly string[];
}

export interface CrewProcess {
  member: Member;
  pid: number;
  /** Sends SIGKILL, so that the process cannot report anything. */
  kill(): void;
  stop(): Promise<void>;
}

/** A process that takes longer to end is killed. */
const STOP_MS_MAX = 2_000;
const STDERR_LENGTH_MAX = 2_000;

export function startProcess(
  member: Member,
  { url, path, command }: Surroundings,
  onFailure: (error: DemoError) => void,
): CrewProcess {
  const [program = "", ...args] = command;
  const child = spawn(program, [...args, "demo-crew", member.role], {
    env: { ...withoutSecrets(process.env), [CREW_ENV.url]: url, [CREW_ENV.key]: member.key, [CREW_ENV.path]: path },
    // Standard input of the child closes when this process ends or dies, and then the child ends too.
    stdio: ["pipe", "ignore", "pipe"],
  });
  let isWanted = true;
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-STDERR_LENGTH_MAX);
  });
  child.stdin.on("error", () => undefined);
  child.once("error", (error) => onFailure(new DemoError(`${member.name} could not be started: ${error.message}`)));
  child.once("close", (code, signal) => {
    const how = signal ?? `code ${code}`;
    if (isWanted)
      onFailure(new DemoError(`The process of ${member.name} ended by itself (${how}): ${lastLine(errors)}`));
  });
  return {
    member,
    pid: child.pid ?? 0,
    kill() {
      isWanted = false;
      child.kill("SIGKILL");
    },
    async stop() {
      isWanted = false;
      await end(child);
    },
  };
}

/** The variables that programs need. Any other variable may be a secret. */
const PASSED_ON = [
  ...["PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"],
  ...["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "NODE_EXTRA_CA_CERTS"],
];

/** Removes all other variables: the crew reaches the database and the sealed secrets only through the server. */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.includes(name)));
}

export function lastLine(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  // The last line of a Node.js crash is its version; the message is on the line with the error's name.
  return lines.findLast((line) => /error/i.test(line))?.trim() ?? lines.at(-1)?.trim() ?? "no output.";
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "close");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
  child.stdin?.end();
  await ended;
  clearTimeout(timer);
}

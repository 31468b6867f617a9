import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { withStartLock } from "./start-lock.ts";
import { aFolder, aScript, cleanUp, until } from "./test-processes.ts";

afterEach(cleanUp);

const log = () => undefined;

/** Ten callers in this process record when they enter and leave. */
async function tenTurns(folder: string): Promise<string[]> {
  const seen: string[] = [];
  const turns = Array.from({ length: 10 }, (_, caller) =>
    withStartLock(folder, log, async () => {
      seen.push(`enter ${caller}`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`leave ${caller}`);
    }),
  );
  await Promise.all(turns);
  return seen;
}

test("callers take turns and leave nothing behind", async () => {
  const folder = await aFolder();
  const seen = await tenTurns(folder);
  expect(seen).toHaveLength(20);
  expect(overlapsIn(seen)).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test("a lock is released when the work fails", async () => {
  const folder = await aFolder();
  const failing = withStartLock(folder, log, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(await withStartLock(folder, log, async () => "next")).toBe("next");
});

test("locks and sockets of dead processes are taken over and removed", async () => {
  const folder = await aFolder();
  // A dead holder, a process that died while it removed an older holder, and a dead waiting process.
  for (const [link, holder] of [
    ["start.lock", "s-dead"],
    ["start.lock.s-dead", "s-removing"],
    ["start.lock.s-older", "s-removed"],
  ] as const) {
    await symlink(holder, join(folder, link));
  }
  await deadSocket(join(folder, "s-waiting"));
  await deadSocket(join(folder, "s-dead"));
  expect(overlapsIn(await tenTurns(folder))).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

/** A socket whose process was killed. */
async function deadSocket(path: string): Promise<void> {
  const script =
    'import("node:net").then((net) => net.createServer().listen(process.env.SOCKET, () => console.log("on")))';
  const child = aScript(script, { SOCKET: path }, undefined);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exited;
}

test("a living but busy holder keeps its lock", async () => {
  const folder = await aFolder();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, "s-living"), resolve));
  await symlink("s-living", join(folder, "start.lock"));
  const lines: string[] = [];
  let hasEntered = false;
  const waiting = withStartLock(
    folder,
    (line) => lines.push(line),
    async () => {
      hasEntered = true;
    },
  );
  await until(() => lines.length > 0);
  expect(lines).toEqual([expect.stringContaining("Waiting for another Bailiwick process")]);
  expect(hasEntered).toBe(false);
  await new Promise((resolve) => server.close(resolve));
  await waiting;
});

const CONTENDER = `
  const { appendFileSync } = await import("node:fs");
  const { withStartLock } = await import(new URL("./embedded/start-lock.ts", process.env.EMBEDDED));
  const { FOLDER, EVENTS } = process.env;
  for (let turn = 0; ; turn += 1) {
    await withStartLock(FOLDER, () => undefined, async () => {
      appendFileSync(EVENTS, "enter " + process.pid + "\\n");
      await new Promise((resolve) => setTimeout(resolve, 2));
      appendFileSync(EVENTS, "leave " + process.pid + "\\n");
    });
  }
`;

test("processes that are killed at any moment neither share the lock nor keep it", async () => {
  const [folder, events] = [await aFolder(), join(await aFolder(), "events")];
  await writeFile(events, "");
  const read = async () => (await readFile(events, "utf8")).split("\n").slice(0, -1);
  const hasGoneOn = async () => {
    const before = (await read()).length;
    await until(async () => (await read()).length > before + 20);
  };
  const contenders = Array.from({ length: 5 }, () => aScript(CONTENDER, { FOLDER: folder, EVENTS: events }, undefined));
  await until(async () => contenders.every(isAmong(await read())));
  for (const victim of contenders.slice(0, 4)) {
    await hasGoneOn();
    victim.kill("SIGKILL");
  }
  await hasGoneOn();
  expect(overlapsIn(await read())).toEqual([]);
});

function isAmong(lines: readonly string[]): (contender: { pid?: number | undefined }) => boolean {
  return ({ pid }) => lines.includes(`leave ${pid}`);
}

/** Returns the callers that entered while another was inside. A killed caller does not count: it never leaves. */
function overlapsIn(lines: readonly string[]): string[] {
  return lines.filter((line, at) => {
    const [event, who] = line.split(" ");
    const stay = lines.slice(at + 1, lines.indexOf(`leave ${who}`, at + 1));
    return (
      event === "enter" && lines.includes(`leave ${who}`, at + 1) && stay.some((other) => other.startsWith("enter"))
    );
  });
}

/** The image, the compose file and the unit of `deploy/`. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { FACTS } from "../src/facts.ts";
import { SETTINGS } from "../src/runtime/config.ts";
import { copyTree, ignores, readStages, readText, runStages, valuesOf } from "./deploy/dockerfile.ts";
import { soon } from "./harness/latch.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const inRepository = (path: string) => readText(join(REPOSITORY, path));
const stages = readStages(inRepository("deploy/Dockerfile"));
const final = stages.at(-1) ?? [];
const settings = Object.values(SETTINGS).map(({ name }) => name);
const NOBODY = 65_534;
/** The test takes half a minute. On a busy machine npm and the commands wait for their turn. */
const IMAGE_MS_MAX = 15 * 60_000;
const isRoot = process.getuid?.() === 0;
const works = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: "ignore" }).status === 0;
const hasContainers = works("docker", "info");

const cleaning: (() => void)[] = [];
afterAll(() => {
  for (const clean of cleaning.reverse()) clean();
});

describe("the Dockerfile", () => {
  test("ends in a small stage that runs as another user than root, with a health check and a volume", () => {
    expect(stages.length).toBe(2);
    for (const steps of stages) expect(valuesOf(steps, "FROM")[0]).toMatch(/^node:\d+-bookworm-slim( AS \w+)?$/);
    const order = final.map(({ instruction }) => instruction);
    expect(order.indexOf("USER")).toBeLessThan(order.indexOf("CMD"));
    expect(valuesOf(final, "USER")).toEqual(["node"]);
    expect(valuesOf(final, "CMD")[0]).toMatch(/^\[/);
    expect(valuesOf(final, "STOPSIGNAL")).toEqual(["SIGTERM"]);
    expect(valuesOf(final, "HEALTHCHECK")[0]).toContain("/api/ready");
    const env = valuesOf(final, "ENV").join(" ");
    expect(env).toContain(`BAILIWICK_DATA_DIR=${valuesOf(final, "VOLUME")[0]}`);
    expect(env).toContain(`BAILIWICK_PORT=${valuesOf(final, "EXPOSE")[0]}`);
    for (const [name] of env.matchAll(/BAILIWICK_\w+/g)) expect(settings).toContain(name);
    expect(env).not.toMatch(/SECRET|PASSWORD|MASTER_KEY/);
    // All of the last stage comes from the build. Its packages are those of the server alone.
    for (const value of valuesOf(final, "COPY")) expect(value).toMatch(/^--from=build \/src\//);
    const installs = valuesOf(stages[0] ?? [], "RUN").filter((step) => step.startsWith("npm "));
    for (const step of installs) expect(step).toMatch(/^npm (ci --omit=dev|run build)/);
    expect(installs.at(-1)).toContain("--workspace server");
  });

  test("leaves secrets, packages and results of builds out of its context", () => {
    const isIgnored = ignores(inRepository(".dockerignore"));
    const out = [".git/HEAD", "node_modules/a", "web/node_modules/a", "server/dist/cli.js", ".env", "backup.gz"];
    expect(out.filter((path) => !isIgnored(path))).toEqual([]);
    const kept = ["package-lock.json", "server/bin/bailiwick.js", "server/src/cli.ts", "web/src/main.tsx", "LICENSE"];
    expect(kept.filter(isIgnored)).toEqual([]);
  });

  test.skipIf(hasContainers)(
    "builds a server that starts, is healthy and stops, when its steps run as a script",
    async () => {
      const root = mkdtempSync(join(tmpdir(), "bailiwick-image-"));
      cleaning.push(() => rmSync(root, { recursive: true, force: true }));
      chmodSync(root, 0o755);
      const image = await runStages(stages, { root, copySources, modules: join(REPOSITORY, "node_modules") });
      if (isRoot) chownSync(join(root, "data"), NOBODY, NOBODY);
      rmSync(join(root, "src"), { recursive: true });
      const port = String(await freePort());
      const PATH = `${join(root, "usr/local/bin")}:${process.env.PATH}`;
      const env = { ...image.env, PATH, BAILIWICK_HOST: "127.0.0.1", BAILIWICK_PORT: port, HOME: root };
      const options = { cwd: image.cwd, env, ...(isRoot && { uid: NOBODY, gid: NOBODY }) };
      const run: Run = ([program = "", ...args], more = {}) =>
        spawnSync(program, args, { ...options, ...more, encoding: "utf8" });
      expect(run(image.health).status).toBe(1);
      const [program = "", ...args] = image.command;
      const server = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "inherit"] });
      let said = "";
      server.stdout?.on("data", (text) => (said += text));
      cleaning.push(() => server.kill("SIGKILL"));
      await soon(() => run(image.health).status).toBe(0);
      const doctor = run(["bailiwick", "doctor"]);
      expect(doctor.stdout).toMatch(/^ok +port .*is ready/m);
      expect(doctor.status).toBe(0);
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
      followBackupPage(join(root, "work"), run);
      expect(await stopped(server)).toBe(0);
      expect(said).toContain("Sign in as owner@bailiwick.local");
      // The database of the image is complete: nothing was copied into the volume, and it has stopped.
      expect(existsSync(join(root, "data/binaries"))).toBe(false);
      expect(existsSync(join(root, "data/postgres/cluster/postmaster.pid"))).toBe(false);
    },
    IMAGE_MS_MAX,
  );

  test.runIf(hasContainers)("builds an image whose container is healthy and stops", async () => {
    execFileSync("docker", ["build", "-q", "-f", "deploy/Dockerfile", "-t", "bailiwick-test", "."], {
      cwd: REPOSITORY,
    });
    const id = execFileSync("docker", ["run", "-d", "--init", "bailiwick-test"], { encoding: "utf8" }).trim();
    cleaning.push(() => works("docker", "rm", "-f", "-v", id));
    const inspect = (field: string) =>
      execFileSync("docker", ["inspect", "-f", `{{${field}}}`, id], { encoding: "utf8" }).trim();
    await soon(() => inspect(".State.Health.Status")).toBe("healthy");
    expect(works("docker", "exec", id, "bailiwick", "doctor")).toBe(true);
    expect(works("docker", "stop", "-t", "30", id)).toBe(true);
    expect(inspect(".State.ExitCode")).toBe("0");
  });
});

type Run = (command: readonly string[], more?: object) => { status: number | null; stdout: string; stderr: string };

/** Runs the commands of the page as they are printed, and reads from the restored folder. */
function followBackupPage(cwd: string, run: Run): void {
  mkdirSync(cwd);
  if (isRoot) chownSync(cwd, NOBODY, NOBODY);
  const page = inRepository("docs/operating.md").split("## Backup and restore")[1]?.split("\n## ")[0] ?? "";
  const blocks = [...page.matchAll(/```sh\n([^`]+)```/g)].map(([, commands = ""]) => commands);
  expect(blocks).toHaveLength(2);
  const shell = (script: string) => run(["/bin/sh", "-euc", script], { cwd });
  expect(run(["bailiwick", "call", "agents.create", "--name", "Kept"]).status).toBe(0);
  const [save = "", load = ""] = blocks;
  expect(shell(save)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Saved /) });
  const loaded = shell(`${load}\nbailiwick call agents.list -q items.0.name`);
  expect(loaded).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Restored .*\n0 failed.*\nKept\n$/s) });
}

/** The sources of the image, with a small dashboard that is built quickly. */
function copySources(folder: string): void {
  const isIgnored = ignores(inRepository(".dockerignore"));
  copyTree(REPOSITORY, folder, (path) => isIgnored(path) || (path.startsWith("web/") && path !== "web/package.json"));
  mkdirSync(join(folder, "web"), { recursive: true });
  writeFileSync(join(folder, "web/index.html"), '<!doctype html><script type="module" src="/main.ts"></script>');
  writeFileSync(join(folder, "web/main.ts"), 'document.title = "small";\n');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

function stopped(server: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    server.once("exit", resolve);
    server.kill("SIGTERM");
  });
}

describe("the compose file", () => {
  const text = inRepository("deploy/compose.yaml");

  test("names only settings that exist, and serves only this machine", () => {
    const named = [...text.matchAll(/^ {6}([A-Z_]+): \$\{(\w+)/gm)].map(([, name, from]) => [name, from] as const);
    expect(named.length).toBeGreaterThan(6);
    for (const [name, from] of named) expect(from).toBe(name);
    const unknown = named.map(([name]) => name).filter((name) => name !== "POSTGRES_PASSWORD");
    expect(unknown.filter((name) => !settings.includes(name ?? ""))).toEqual([]);
    expect(text).toContain("- 127.0.0.1:7300:7300");
    expect(text).toContain("dockerfile: deploy/Dockerfile");
    const grace = Number(/stop_grace_period: (\d+)s/.exec(text)?.[1]);
    expect(grace).toBeGreaterThan(shutdownSeconds());
  });

  test.runIf(works("docker", "compose", "version"))(
    "is accepted by docker compose, with and without the profile",
    () => {
      for (const profile of [[], ["--profile", "postgres"]]) {
        const args = ["compose", "-f", join(REPOSITORY, "deploy/compose.yaml"), ...profile, "config", "-q"];
        expect(works("docker", ...args)).toBe(true);
      }
    },
  );
});

describe("the unit of systemd", () => {
  const text = inRepository("deploy/bailiwick.service");

  test("keeps the data in its state folder, restarts, and gives the server the time to stop", () => {
    const lines = text.split("\n");
    for (const line of ["StateDirectory=bailiwick", "Restart=on-failure", "EnvironmentFile=-/etc/bailiwick.env"])
      expect(lines).toContain(line);
    for (const line of ["NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes"])
      expect(lines).toContain(line);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1])).toBeGreaterThan(shutdownSeconds());
    for (const [name] of text.matchAll(/BAILIWICK_\w+/g)) expect(settings).toContain(name);
    const [, script = ""] = /^ExecStart=\S+ node (\S+) start$/m.exec(text) ?? [];
    expect(existsSync(join(REPOSITORY, script))).toBe(true);
  });

  test.runIf(works("systemd-analyze", "--version"))("is accepted by systemd", () => {
    const unit = join(REPOSITORY, "deploy/bailiwick.service");
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe("the pages for operators", () => {
  const pages = ["deploying", "operating", "secrets"].map((name) => inRepository(`docs/${name}.md`)).join("\n");

  test("name only settings and facts that exist", () => {
    const named = new Set([...pages.matchAll(/BAILIWICK_[A-Z_]+[A-Z]/g)].map(([name]) => name));
    expect(named.size).toBeGreaterThan(5);
    expect([...named].filter((name) => name !== "BAILIWICK_URL" && !settings.includes(name))).toEqual([]);
    const [row = ""] = /^\| `bailiwick_facts_total.*$/m.exec(pages) ?? [];
    const facts = [...row.matchAll(/`([a-z]+\.[a-z_]+)`/g)].map(([, type]) => type);
    const known = FACTS.map(({ type }) => type as string);
    expect(facts.length).toBeGreaterThan(2);
    expect(facts.filter((type) => !known.includes(type ?? ""))).toEqual([]);
  });
});

/** The time after which a server that does not stop exits. */
function shutdownSeconds(): number {
  const [, ms = ""] = /const SHUTDOWN_MS = ([\d_]+);/.exec(inRepository("server/src/start/stay.ts")) ?? [];
  return Number(ms.replaceAll("_", "")) / 1_000;
}

/** The command in a fresh copy of the sources: its first use builds it. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aDatabase, urlOf } from "../../test/harness/harness.ts";
import { VERSION } from "../version.ts";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const PACKAGE = ["package.json", "package-lock.json", "server/package.json", "tsconfig.json", "LICENSE"];
const SDK = ["package.json", "tsconfig.json", "README.md", "python"].map((name) => `sdk/${name}`);
const BUILDERS = ["build", "build-clients", "build-parts", "build-progress", "build-web", "installed"].map(
  (name) => `server/${name}.js`,
);
/** A small dashboard that is built quickly. */
const WEB = {
  "web/index.html": '<!doctype html><script type="module" src="/main.ts"></script>',
  "web/main.ts": `document.title = "one" + ${JSON.stringify("long ".repeat(400))};\n`,
  "web/public/theme.js": "1;\n",
};
/** The lines of a build without a fault. */
const BUILT =
  /^Building the .+\. This takes about \d+ s, and only after changes\.\n(?: {2}.+\n)*(?: {2}The .+ is built \(\d+ s\)\.\n)$/;
const MASTER_KEY = Buffer.alloc(32, 3).toString("base64");
let clone: string;
let databaseUrl: string;

beforeAll(async () => {
  clone = mkdtempSync(join(tmpdir(), "bailiwick-clone-"));
  for (const path of [...PACKAGE, ...SDK, ...BUILDERS, "server/bin"]) {
    mkdirSync(join(clone, path, ".."), { recursive: true });
    cpSync(join(REPOSITORY, path), join(clone, path), { recursive: true });
  }
  for (const path of ["server/src", "sdk/src"]) cpSync(join(REPOSITORY, path), join(clone, path), { recursive: true });
  for (const [path, text] of Object.entries(WEB)) {
    mkdirSync(join(clone, path, ".."), { recursive: true });
    writeFileSync(join(clone, path), text);
  }
  symlinkSync(join(REPOSITORY, "node_modules"), join(clone, "node_modules"));
  databaseUrl = urlOf(await aDatabase());
});

afterAll(() => rmSync(clone, { recursive: true, force: true }));

const emptyDatabase = async () => urlOf(await aDatabase("template0"));

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

function run(args: readonly string[], { url = databaseUrl, stdin = "", env = {} } = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(clone, "server/bin/bailiwick.js"), ...args], {
      env: { PATH: process.env.PATH, DATABASE_URL: url, BAILIWICK_MASTER_KEY: MASTER_KEY, ...env },
    });
    const ran: Ran = { code: null, out: "", err: "" };
    child.stdout.on("data", (text) => (ran.out += text));
    child.stderr.on("data", (text) => (ran.err += text));
    child.on("close", (code) => resolve({ ...ran, code }));
    child.stdin.end(stdin);
  });
}

/** Runs `bailiwick call` and returns the output of the operation. */
async function call(args: readonly string[], options?: Parameters<typeof run>[1]): Promise<Record<string, unknown>> {
  const { code, out, err } = await run(["call", ...args], options);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out) as Record<string, unknown>;
}

test("several commands at once build the server once, and the next one does not build", async () => {
  const first = await Promise.all([run(["--version"]), run(["--version"]), run(["--version"])]);
  for (const { code, out } of first) expect({ code, out }).toEqual({ code: 0, out: `${VERSION}\n` });
  expect(first.some(({ err }) => BUILT.test(err))).toBe(true);
  expect(await run(["--version"])).toEqual({ code: 0, out: `${VERSION}\n`, err: "" });
  expect(readdirSync(join(clone, "server/dist")).filter((name) => name.includes("partial"))).toEqual([]);
  expect(readdirSync(join(clone, "server/dist/clients"))).toEqual(["bailiwick.py", "sdk.tgz", "sources.txt"]);
  expect(filesOfWeb()).toEqual([".built.txt", "assets", "index.html", "theme.js"]);
  const [script = ""] = scripts();
  expect(filesOfWeb("assets")).toEqual([script, `${script}.br`, `${script}.gz`]);
  expect(readWebFile("index.html").toString()).toContain(`src="/assets/${script}"`);
  const text = readWebFile(`assets/${script}`);
  expect(brotliDecompressSync(readWebFile(`assets/${script}.br`))).toEqual(text);
  expect(gunzipSync(readWebFile(`assets/${script}.gz`))).toEqual(text);
});

const inWeb = (path: string) => join(clone, "server/dist/web", path);
const filesOfWeb = (path = "") => readdirSync(inWeb(path)).sort();
const readWebFile = (path: string) => readFileSync(inWeb(path));
const scripts = () => filesOfWeb("assets").filter((name) => name.endsWith(".js"));

/** The times at which the server's bundle and the dashboard's page were last written. */
function builtAt(): { server: number; web: number } {
  const at = (path: string) => statSync(join(clone, "server/dist", path)).mtimeMs;
  return { server: at("cli.js"), web: at("web/.built.txt") };
}

test("help and settings work without a database, and secrets are not shown", async () => {
  const help = await run(["--help"], { url: "" });
  expect(help).toMatchObject({ code: 0, err: "" });
  expect(help.out).toContain("Exit codes:");
  const { out } = await run(["config"]);
  expect(out).toMatch(/^BAILIWICK_PORT +7300 +Port to listen on/m);
  expect(out).toMatch(/^BAILIWICK_MASTER_KEY +set /m);
  expect(out).not.toContain(MASTER_KEY);
  const wrong = await run(["config"], { env: { BAILIWICK_PORT: "http" } });
  expect(wrong.code).toBe(1);
  expect(wrong.err).toBe('bailiwick: BAILIWICK_PORT is "http"; it takes a whole number from 0 to 65535.\n');
});

test("the owner's operations run through the database", async () => {
  const agent = await call(["agents.create", "--name", "Typed"]);
  expect(agent).toMatchObject({ name: "Typed", status: "active" });
  const input = { title: "Read it", input: { page: 1 } };
  const task = await call(
    ["tasks.create", "--json", "-", "--assigned-to-agent-id", String(agent.id), "--priority", "3"],
    {
      stdin: JSON.stringify(input),
    },
  );
  expect(task).toMatchObject({ ...input, priority: 3, created_by_user_id: expect.any(String) });
  expect(await call(["tasks_list", "--limit", "1"])).toMatchObject({ items: [{ id: task.id }] });
});

test("a refusal is one line and exit code 1, wrong use exit code 2", async () => {
  const refused = await run(["call", "tasks.get", "--id", randomUUID()]);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toMatch(/^bailiwick: not_found \(404\): .*\n$/);
  const invalid = await run(["call", "agents.create"]);
  expect(invalid.err).toMatch(/^bailiwick: invalid_input \(400\): name: is required\. You act as the owner .*\n$/);
  const unnamed = await run(["call", "members.list"]);
  expect([unnamed.code, unnamed.err]).toEqual([1, expect.stringContaining("id: is required")]);
  for (const args of [["call", "tasks.nope"], ["nope"], ["call"], ["backup"], ["tier", "set", randomUUID(), "gold"]]) {
    expect(await run(args)).toMatchObject({ code: 2, out: "" });
  }
  const unread = await run(["call", "tasks.create", "--title", "x", "--input", "{bad"]);
  expect([unread.code, unread.err]).toEqual([2, expect.stringContaining("--input is not JSON")]);
  const away = await run(["call", "tasks.list", "--url", "http://127.0.0.1:9"]);
  expect(away).toMatchObject({ code: 1, err: expect.stringContaining("unreachable") });
  const noDatabase = await run(["call", "tasks.list"], { url: "postgres://nobody@127.0.0.1:9/none" });
  expect(noDatabase.code).toBe(1);
  expect(noDatabase.err).toMatch(/^bailiwick: The database cannot be reached: .*\n$/);
});

test("an operator sets the tier of a workspace", async () => {
  const { items } = (await call(["workspaces.list"])) as { items: { id: string }[] };
  const id = items[0]?.id ?? "";
  expect(await run(["tier", "set", id, "pro"])).toMatchObject({
    code: 0,
    out: `Workspace ${id} is on the tier pro.\n`,
  });
  expect(await call(["tiers.get"])).toMatchObject({ tier_name: "pro" });
  const facts = (await call(["audit.list", "--type", "tier.changed"])) as { items: unknown[] };
  expect(facts.items).toMatchObject([{ actor: { kind: "system", id: "operator" }, data: { to: "pro" } }]);
  expect((await run(["tier", "set", randomUUID(), "pro"])).err).toMatch(/^bailiwick: There is no workspace .*\n$/);
});

test("an operator takes newer list prices from a file or an address, and a bad list changes nothing", async () => {
  const list = (price: unknown) => {
    const model = { id: "m-1", match: { equals: "m-1" }, prices: { input_mtok: price, output_mtok: 2 } };
    return JSON.stringify([{ id: "p", name: "P", api_pattern: "^p", models: [model] }]);
  };
  const file = join(clone, "prices.json");
  const update = (place: string, text: string) => {
    writeFileSync(file, text);
    return run(["prices", "update", place]);
  };
  const packaged = (await run(["prices", "show"])).out;
  expect(packaged).toMatch(/^genai-prices [\d.]+: \d{3,} models, known since /);
  const server = createServer(({ url }, answer) => answer.end(url === "/new.json" ? list(7) : ""));
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await update(`${address}/new.json`, "")).out).toMatch(/^genai-prices of new\.json: 1 models/);
  } finally {
    server.close();
  }
  expect((await update(file, list(9))).out).toMatch(/^genai-prices of prices\.json: 1 models.* 1 prices are new/);
  expect((await update(file, list(-1))).err).toContain("Nothing was changed.");
  expect(await update("http://prices.example/new.json", "")).toMatchObject({ code: 2, out: "" });
  const { items } = (await call(["obs.list_prices", "--model", "m-1"])) as { items: { prices: unknown }[] };
  expect(items.map(({ prices }) => prices)).toEqual([{ input_mtok: 9, output_mtok: 2 }]);
  expect((await run(["prices", "reset"])).out).toBe(packaged);
});

test("an operator prints a link that signs a person in", async () => {
  const email = "ada@example.org";
  const { code, out, err } = await run(["sign-in-link", ` ${email.toUpperCase()} `]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const token = /^http:\/\/127\.0\.0\.1:7300\/sign-in\?token=([\w-]{43})\n$/.exec(out)?.[1] ?? "";
  expect(await call(["auth.verify", "--token", token])).toMatchObject({ user: { email } });
  for (const args of [["sign-in-link"], ["sign-in-link", "ada"]])
    expect(await run(args)).toMatchObject({ code: 2, out: "" });
});

test("a backup is restored into another database", async () => {
  const file = join(clone, "backup.gz");
  const saved = await run(["backup", file]);
  expect(saved.out).toMatch(/^Saved [\d,]+ rows of \d+ tables/);
  expect((await run(["backup", file])).err).toBe(`bailiwick: ${file} exists already; name another file.\n`);
  const url = await emptyDatabase();
  expect((await run(["restore", file], { url })).out).toMatch(/^Restored [\d,]+ rows/);
  expect(await call(["tasks.list"], { url })).toEqual(await call(["tasks.list"]));
  expect(await run(["restore", file], { url })).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^bailiwick: The database is not empty: .*\n$/),
  });
  writeFileSync(file, "no backup");
  expect((await run(["restore", file], { url: await emptyDatabase() })).err).toMatch(/^bailiwick: .* is damaged.*\n$/);
});

test("a change of the dashboard builds it alone, and an open page still finds the assets it loads", async () => {
  const before = builtAt();
  const [old = ""] = scripts();
  const longAgo = new Date(Date.now() - 8 * 24 * 3_600_000);
  // The first asset is old but was in use until now; the other was replaced long ago.
  for (const name of [old, "older-abc123.js"]) {
    appendFileSync(inWeb(`assets/${name}`), "");
    utimesSync(inWeb(`assets/${name}`), longAgo, longAgo);
  }
  appendFileSync(join(clone, "web/main.ts"), "document.title += 2;\n");
  rmSync(join(clone, "web/public/theme.js"));
  expect(await run(["--version"])).toEqual({ code: 0, out: `${VERSION}\n`, err: expect.stringMatching(BUILT) });
  expect(scripts()).toHaveLength(2);
  expect(scripts()).toContain(old);
  expect(readWebFile("index.html").toString()).not.toContain(old);
  expect(filesOfWeb()).toEqual([".built.txt", "assets", "index.html"]);
  expect(builtAt().server).toBe(before.server);
  expect(builtAt().web).toBeGreaterThan(before.web);
});

test("a dashboard that cannot be built again stays in use, and without a dashboard the rest works", async () => {
  const page = readWebFile("index.html");
  writeFileSync(join(clone, "web/main.ts"), "this is no program\n");
  const broken = await run(["--version"]);
  expect(broken).toMatchObject({ code: 0, out: `${VERSION}\n` });
  expect(broken.err).toMatch(
    /^Building the dashboard\. .+\n(?: {2}.+\n)*The dashboard has changed since its last build, which is used as it is: .+\.\n$/,
  );
  expect(readWebFile("index.html")).toEqual(page);
  rmSync(inWeb(""), { recursive: true });
  const none = await run(["--version"]);
  expect(none).toMatchObject({ code: 0, out: `${VERSION}\n` });
  expect(none.err).toContain("The dashboard could not be built, and the server runs without it: ");
  expect(readdirSync(join(clone, "server/dist")).filter((name) => name.includes("partial"))).toEqual([]);
  writeFileSync(join(clone, "web/main.ts"), WEB["web/main.ts"]);
  expect(await run(["--version"])).toMatchObject({ code: 0, err: expect.stringMatching(BUILT) });
  expect(filesOfWeb()).toContain("index.html");
});

test("a change of the sources causes a build, and after a failed build the old one stays in use", async () => {
  const before = builtAt();
  appendFileSync(join(clone, "server/src/version.ts"), "\n// Changed.\n");
  expect(await run(["--version"])).toMatchObject({ code: 0, err: expect.stringMatching(BUILT) });
  expect(builtAt().server).toBeGreaterThan(before.server);
  expect(builtAt().web).toBe(before.web);
  appendFileSync(join(clone, "server/src/version.ts"), "\nthis is no program\n");
  const broken = await run(["--version"]);
  expect(broken).toMatchObject({ code: 0, out: `${VERSION}\n` });
  expect(broken.err).toContain("which is used as it is");
  rmSync(join(clone, "server/dist"), { recursive: true });
  const none = await run(["--version"]);
  expect(none).toMatchObject({ code: 1, out: "" });
  expect(none.err).toContain("could not be built");
});

test("an installed package has no sources and builds nothing", async () => {
  rmSync(join(clone, "server/src/version.ts"));
  cpSync(join(REPOSITORY, "server/src/version.ts"), join(clone, "server/src/version.ts"));
  await run(["--version"]);
  rmSync(join(clone, "server/src"), { recursive: true });
  for (const path of [...BUILDERS, "web"]) rmSync(join(clone, path), { recursive: true });
  expect(await run(["--version"])).toEqual({ code: 0, out: `${VERSION}\n`, err: "" });
  expect(await call(["agents.list"])).toMatchObject({ items: [{ name: "Typed" }] });
});

/** The parts of a first start that run before anything is built, each in a process of its own. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const SERVER = fileURLToPath(new URL("../../", import.meta.url));
/** A process that waits for what never happens fails its test. */
const RUN_MS_MAX = 120_000;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Runs a module that may import the builders, and returns its output. */
const run = (program: string): string =>
  execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: SERVER,
    encoding: "utf8",
    timeout: RUN_MS_MAX,
  });

function anInstallation(locked: object, installed?: object): string {
  const root = mkdtempSync(join(tmpdir(), "bailiwick-installed-"));
  folders.push(root);
  const put = (path: string, packages: object) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), JSON.stringify({ packages: { "": {}, ...packages } }));
  };
  put("package-lock.json", locked);
  mkdirSync(join(root, "node_modules"));
  if (installed) put("node_modules/.package-lock.json", installed);
  return root;
}

const faultOf = (root: string) =>
  run(`import { requireInstalled } from "./installed.js";
    try { requireInstalled(${JSON.stringify(root)}); } catch (error) { console.log(error.message); }`).trim();

describe("the installed packages", () => {
  const vite = { "node_modules/vite": { version: "8.3.8" } };

  test("are those of the lock file, without the packages that an install may leave out", () => {
    const more = {
      "node_modules/left-out": { version: "1.0.0", dev: true },
      "node_modules/for-macos": { version: "1.0.0", optional: true },
      "node_modules/bailiwick": { resolved: "server", link: true },
      server: { version: "0.1.0" },
    };
    expect(faultOf(anInstallation({ ...vite, ...more }, vite))).toBe("");
    expect(faultOf(anInstallation(vite))).toBe("");
  });

  test("that are all missing are reported with the command to run", () => {
    const root = anInstallation(vite);
    rmSync(join(root, "node_modules"), { recursive: true });
    expect(faultOf(root)).toBe("The packages are not installed. Run npm ci.");
  });

  test("of an older lock file are named, with the command to run", () => {
    const older = { "node_modules/vite": { version: "8.0.0" } };
    const nested = { "node_modules/a/node_modules/@b/c": { version: "1.0.0" } };
    const start = "The installed packages are not those of package-lock.json:";
    expect(faultOf(anInstallation(vite, older))).toBe(`${start} vite is 8.0.0 and must be 8.3.8. Run npm ci.`);
    expect(faultOf(anInstallation({ ...nested, ...vite }, {}))).toBe(
      `${start} @b/c is missing (and 1 more). Run npm ci.`,
    );
  });
});

describe("a build", () => {
  test("says how long it takes, which parts are done, and the fault after all have ended", () => {
    const said = run(`import { mock } from "node:test";
      import { buildWithProgress } from "./build-progress.js";
      mock.timers.enable({ apis: ["setInterval"] });
      let end;
      const wait = new Promise((resolve) => { end = resolve; });
      const parts = [{ name: "a", firstMs: 5_000 }, { name: "b", firstMs: 41_000 }, { name: "c", firstMs: 1_000 }];
      const renew = async ({ name }) => {
        if (name === "b") await wait;
        if (name === "c") throw new Error("c is broken");
        return true;
      };
      const print = (line) => console.log(line);
      const times = { read: () => ({ a: 7_000 }), write: (all) => console.log(Object.keys(all).join()) };
      const built = buildWithProgress(parts, { print, renew, times });
      await new Promise((resolve) => setImmediate(resolve));
      mock.timers.tick(10_000);
      end();
      await built.catch(({ message }) => console.log(message));`);
    expect(
      said
        .replaceAll(/\(\d+ s\)/g, "(N s)")
        .trim()
        .split("\n"),
    ).toEqual([
      "Building the a, b and c. This takes about 41 s, and only after changes.",
      "  The a is built (N s).",
      "  Still building the b (N s).",
      "  The b is built (N s).",
      "a,b",
      "c is broken",
    ]);
  });

  // The list of child processes is read from the system.
  test.runIf(process.platform === "linux")("leaves no process of esbuild behind", () => {
    const built = run(`import { readFileSync } from "node:fs";
      import { bundle } from "./build.js";
      const { outputFiles } = await bundle({ stdin: { contents: "export {}" }, write: false, logLevel: "silent" });
      const children = () => readFileSync(\`/proc/self/task/\${process.pid}/children\`, "utf8").trim();
      while (children() !== "") await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(outputFiles.length);`);
    expect(built.trim()).toBe("1");
  });
});

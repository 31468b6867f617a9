/** Made-up installations on disk, for tests. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** Makes a folder with these files, and removes it after the test. Objects are written as JSON. */
export function aFolder(files: Record<string, string | object>): string {
  const root = mkdtempSync(join(tmpdir(), "bailiwick-demo-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return root;
}

export function aLink(root: string, path: string, target: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  symlinkSync(join(root, target), join(root, path));
}

/** Plain packages, one in two versions, one with a script, one with native code and one without a licence. */
export function anInstallation(): string {
  const files: Record<string, string | object> = {};
  const add = (path: string, manifest: object) => {
    files[`node_modules/${path}/package.json`] = { license: "MIT", ...manifest };
  };
  for (let number = 1; number <= 9; number++) add(`plain-${number}`, { name: `plain-${number}`, version: "1.0.0" });
  add("twice", { name: "twice", version: "1.0.0" });
  add("plain-1/node_modules/twice", { name: "twice", version: "2.0.0" });
  add("@scope/script", { name: "@scope/script", version: "1.0.0", scripts: { postinstall: "node x.js" } });
  add("native", { name: "native", version: "1.0.0", license: "ISC" });
  files["node_modules/native/binding.gyp"] = "{}";
  add("nameless", { name: "nameless", version: "1.0.0", license: undefined });
  return aFolder(files);
}

/** The command line as built, behind an entry in a folder of its own that writes the number of each process to a file. */
export function aCommand({ pidsIn }: { pidsIn?: string } = {}): string[] {
  // Builds from these sources. Running the sources would take each process seconds of compiling.
  execFileSync(process.execPath, [fileURLToPath(new URL("../../bin/bailiwick.js", import.meta.url)), "--version"]);
  const entry = join(mkdtempSync(join(tmpdir(), "bailiwick-demo-entry-")), "bailiwick.mjs");
  const main = new URL("../../dist/cli.js", import.meta.url).href;
  const note = `import { appendFileSync } from "node:fs";
appendFileSync(${JSON.stringify(pidsIn)}, process.pid + " " + process.argv.slice(2).join(" ") + "\\n");\n`;
  writeFileSync(entry, `${pidsIn ? note : ""}import { main } from "${main}";\nawait main(process.argv);\n`);
  return [process.execPath, entry];
}

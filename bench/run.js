/** Bundles the bench and runs it on plain Node.js: a loader that transforms functions would be measured too. */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));
const out = join(folder, "dist");

await build({
  entryPoints: ["main.ts"].map((name) => join(folder, name)),
  outdir: out,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
  sourcemap: true,
  logLevel: "warning",
});

const nodeOptions = process.env.BENCH_NODE_OPTIONS?.split(" ") ?? [];
const child = spawn(
  process.execPath,
  [...nodeOptions, "--enable-source-maps", join(out, "main.js"), ...process.argv.slice(2)],
  {
    stdio: "inherit",
    cwd: dirname(folder),
  },
);
// On a signal the bench cleans up and ends by itself; this process only waits.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
child.on("exit", (code) => process.exit(code ?? 1));

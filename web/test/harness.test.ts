/** The tests of the dashboard can fail: each fault that they watch for is noticed. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test, vi } from "vitest";
import { accessibilityFaults } from "./axe.ts";
import { closeAll, withBrowser } from "./browser.ts";

const browser = withBrowser();

/** Each entry causes one fault, which is reported with these lines. */
const FAULTS: Record<string, { cause: (page: Page) => Promise<unknown>; expected: RegExp[] }> = {
  "an error in the console": {
    cause: (page) => page.evaluate(() => console.error("Something is odd.")),
    expected: [/^console: Something is odd\.$/],
  },
  "a warning in the console": {
    cause: (page) => page.evaluate(() => console.warn("Something is old.")),
    expected: [/^console: Something is old\.$/],
  },
  "an error that nobody caught": {
    cause: (page) => page.evaluate(() => void setTimeout(() => JSON.parse("no"))),
    expected: [/^error: SyntaxError/],
  },
  "a promise that nobody awaited": {
    cause: (page) => page.evaluate(() => void Promise.reject(new Error("Left alone."))),
    expected: [/^error: Error: Left alone\./],
  },
  "an answer that is a problem": {
    cause: (page) => page.evaluate(() => fetch("/api/none").then(({ status }) => status)),
    expected: [/^answer: 404 to GET .*\/api\/none$/],
  },
  "a request that fails": {
    async cause(page) {
      await page.route("**/lost", (route) => route.abort("connectionreset"));
      await page.evaluate(() => fetch("/lost").catch(() => undefined));
    },
    expected: [/^request: GET .*\/lost net::ERR_CONNECTION_RESET$/],
  },
  "a script in the page": {
    cause: (page) => page.evaluate(() => document.body.append(element("script", "window.ran = true"))),
    expected: [/^policy: script-src-elem stopped inline/, /^console: .*Content Security Policy/],
  },
  "a style in the page": {
    cause: (page) => page.evaluate(() => document.body.append(element("style", "p { color: red }"))),
    expected: [/^policy: style-src-elem stopped inline/, /^console: .*Content Security Policy/],
  },
  "a request to elsewhere": {
    cause: (page) => page.evaluate(() => fetch("http://elsewhere.example/").catch(() => undefined)),
    expected: [/^policy: connect-src stopped http:\/\/elsewhere\.example/, /^console: .*Content Security Policy/],
  },
};

describe("a fault of a page", () => {
  test.each(Object.entries(FAULTS))("is reported: %s", async (_name, { cause, expected }) => {
    const { page, trouble } = await browser().open();
    await page.goto("/");
    await page.evaluate(DEFINE_ELEMENT);
    await cause(page);
    await expect.poll(() => expected.filter((line) => !trouble.lines.some((one) => line.test(one)))).toEqual([]);
    expect(trouble.faults()).toEqual(trouble.lines);
    for (const line of expected) trouble.expect(line);
  });

  test("is not reported when a page is left during a request", async () => {
    const { page, trouble } = await browser().open();
    await page.goto("/");
    await page.evaluate(() => void fetch("/api/openapi.json").catch(() => undefined));
    await page.goto("/sign-in");
    expect(trouble.lines).toEqual([]);
  });

  test("must occur when it is expected", async () => {
    const { page, trouble } = await browser().open();
    await page.goto("/");
    trouble.expect(/never comes/);
    expect(trouble.faults()).toEqual(["expected: /never comes/"]);
    await page.evaluate(() => console.error("This never comes by itself."));
  });

  test("keeps the page as a picture and as text, and prints the folder", async () => {
    const opened = await browser().open({ device: "phone" });
    await opened.page.goto("/sign-in");
    await opened.page.evaluate(() => console.error("Something is odd."));
    const printed: string[] = [];
    const spy = vi.spyOn(console, "error").mockImplementation((line: string) => void printed.push(line));
    const faults = await closeAll([opened], "a test that fails", false).finally(() => spy.mockRestore());
    expect(faults).toEqual(["console: Something is odd."]);
    opened.trouble.expect(/odd/);
    const folder = /^Pages of “a test that fails”: (.+)$/.exec(printed.join("\n"))?.[1] ?? "";
    expect(readFileSync(join(folder, "1.html"), "utf8")).toContain("Email address");
    expect(existsSync(join(folder, "1.png"))).toBe(true);
    rmSync(folder, { recursive: true });
  });
});

/** Defines a function that creates an element, for code in the page. */
const DEFINE_ELEMENT = `globalThis.element = (name, text) => {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}`;
declare function element(name: string, text: string): HTMLElement;

describe("a browser", () => {
  test("has the chosen device, colours and motion", async () => {
    const { page } = await browser().open({ device: "phone", colors: "dark", motion: "full" });
    await page.goto("/");
    const seen = () => ({
      width: innerWidth,
      touch: navigator.maxTouchPoints > 0,
      dark: matchMedia("(prefers-color-scheme: dark)").matches,
      reduced: matchMedia("(prefers-reduced-motion: reduce)").matches,
    });
    expect(await page.evaluate(seen)).toEqual({ width: 390, touch: true, dark: true, reduced: false });
    const { page: other } = await browser().open();
    await other.goto("/");
    expect(await other.evaluate(seen)).toEqual({ width: 1440, touch: false, dark: false, reduced: true });
  });

  test("shares no cookies with another", async () => {
    const [one, two] = [await browser().open(), await browser().open()];
    await one.context.addCookies([{ name: "a", value: "1", url: browser().url }]);
    expect(await one.context.cookies()).toHaveLength(1);
    expect(await two.context.cookies()).toEqual([]);
  });
});

describe("axe", () => {
  test("finds faults on a page whose policy stops scripts, with the element and the advice", async () => {
    const { page } = await browser().open();
    await page.goto("/sign-in");
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByText("Email address").evaluate((label) => label.remove());
    await page.getByRole("heading").evaluate((heading) => {
      const text = document.createElement("p");
      text.textContent = "Pale";
      text.style.color = "#bbb";
      heading.replaceWith(text);
    });
    expect(await accessibilityFaults(page)).toEqual([
      expect.stringMatching(/^color-contrast \(serious\) at p:nth-child.*: Fix any .* contrast of/),
      expect.stringMatching(/^label \(critical\) at #email: Fix any/),
      expect.stringMatching(/^page-has-heading-one \(moderate\) at html: Fix/),
    ]);
  });
});

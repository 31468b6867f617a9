/** The keyboard: Enter on every control, typing right after Ctrl K, and single keys that can be switched off. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { aCrew, PLAIN, pagesOf } from "./crew.ts";
import { follow, goTo } from "./shown.ts";
import { emailOf, signIn } from "./sign-in.ts";

const browser = withBrowser();

async function aPage(path: string) {
  const crew = await aCrew(browser());
  const opened = await browser().open();
  await signIn(opened.page, browser(), emailOf(crew.scene.owner));
  await goTo(opened.page, path);
  return { ...opened, crew };
}

interface Probe {
  /** The controls to press; the first one has the focus. */
  left: HTMLElement[];
  pressed: Set<HTMLElement>;
}

/** Finds the controls that take the focus, one of each look, and notes a press in place of its effect. */
function probe(page: Page): Promise<number> {
  return page.evaluate(() => {
    const probed = window as unknown as { probe?: Probe };
    const all = [...document.querySelectorAll<HTMLElement>("a[href], button, summary")].filter(
      (control) =>
        control.checkVisibility({ visibilityProperty: true }) && !control.closest("[inert], [aria-hidden='true']"),
    );
    const left = [...new Map(all.map((control) => [control.tagName + control.className, control])).values()];
    if (!probed.probe) {
      const note = (event: Event) => {
        event.preventDefault();
        event.stopImmediatePropagation();
        const control = (event.target as Element).closest<HTMLElement>("a, button, summary");
        if (control) probed.probe?.pressed.add(control);
      };
      window.addEventListener("click", note, true);
    }
    probed.probe = { left, pressed: new Set() };
    left[0]?.focus();
    return left.length;
  });
}

/** Presses Enter on each look of a control, and returns the names of those that were not pressed by it. */
async function deadControls(page: Page): Promise<string[]> {
  const dead: string[] = [];
  for (let left = await probe(page); left > 0; left--) {
    await page.keyboard.press("Enter");
    const missed = await page.evaluate(() => {
      const { probe } = window as unknown as { probe: Probe };
      const control = probe.left.shift();
      probe.left[0]?.focus();
      // A change of the page may remove a control.
      const isMissed = control?.isConnected && !probe.pressed.has(control);
      return isMissed ? `${control.tagName} ${control.ariaLabel ?? control.textContent}` : undefined;
    });
    if (missed !== undefined) dead.push(missed);
  }
  return dead;
}

test("Enter presses every control of every page", async () => {
  const { page, crew } = await aPage("/inbox");
  for (const path of pagesOf(crew)) {
    await follow(page, path);
    expect(await deadControls(page), path).toEqual([]);
  }
});

test("text typed right after Ctrl K goes into the menu, and no letter of it acts on the page", async () => {
  const { page, context, crew } = await aPage("/inbox");
  let release = () => {};
  const held = new Promise<void>((done) => {
    release = done;
  });
  await context.route(/\/command-menu-/, async (route) => {
    await held;
    await route.continue();
  });
  await follow(page, `/agents/${crew.worker.agent.id}`);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("pay");
  release();
  const listed = page.getByRole("combobox", { name: "Search and commands" });
  await page.keyboard.type("ments");
  await listed.waitFor();
  await page.keyboard.type(" p");
  expect(await listed.inputValue()).toBe("payments p");
  expect(await crew.owner.agents.get({ id: crew.worker.agent.id })).toMatchObject({ status: "active" });
});

test("shortcuts of single keys can be switched off, and Ctrl K still works", async () => {
  const { page } = await aPage("/inbox");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await help.getByLabel("Shortcuts of single keys").uncheck();
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
  for (const key of ["g", "e", "?"]) await page.keyboard.press(key);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search and commands" }).fill(PLAIN.name);
  await page.getByRole("option").first().waitFor();
  expect(new URL(page.url()).pathname).toBe("/inbox");
  expect(await help.count()).toBe(0);
  await page.reload();
  await page.getByRole("heading", { name: "Inbox", level: 1 }).waitFor();
  await page.keyboard.press("?");
  expect(await help.count()).toBe(0);
});

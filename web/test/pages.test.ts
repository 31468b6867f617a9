/** The pages that the server renders, in a real browser. */
import { describe, expect, test } from "vitest";
import { LINKS_OF_ADDRESS_AND_NETWORK } from "../../server/src/auth/rules.ts";
import { createKey } from "../../server/src/keys/operations/create-key.ts";
import { aLinkToken, anEmail, anInvitation, aScene } from "../../server/test/harness/scene.ts";
import { expectAccessible } from "./axe.ts";
import { type Opened, withBrowser } from "./browser.ts";
import { overflowOf } from "./shown.ts";
import { emailOf, joinAs, signIn, signInFirstOwner } from "./sign-in.ts";

const browser = withBrowser();

const whoIs = async ({ page }: Opened) => (await page.request.get("/api/auth/me")).json();

describe("signing in", () => {
  test("works by keyboard alone: from the first page to the link and back", async () => {
    const { app } = browser();
    const { owner } = await aScene(app);
    const opened = await browser().open();
    const { page } = opened;
    const pressOn = async (role: "link" | "button", name: string) => {
      const target = page.getByRole(role, { name });
      await target.waitFor();
      // At most four stops: the brand, a field, and the controls after it.
      for (let n = 0; n < 4 && !(await isFocused(target)); n++) await page.keyboard.press("Tab");
      expect(await isFocused(target), name).toBe(true);
      await page.keyboard.press("Enter");
    };
    await page.goto("/");
    await pressOn("link", "Sign in");
    await page.getByLabel("Email address").waitFor();
    expect(await isFocused(page.getByLabel("Email address"))).toBe(true);
    // On this machine the field has the address of the installation's owner.
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type(emailOf(owner));
    await page.keyboard.press("Enter");
    await pressOn("link", "Open the link");
    await page.getByText("The link works once.").waitFor();
    await pressOn("button", "Sign in");
    await page.waitForURL((url) => url.pathname === "/");
    expect(await whoIs(opened)).toMatchObject({ authenticated: true, user: { email: emailOf(owner) } });
  });

  test("the printed link signs the first owner in, and is refused the second time", async () => {
    const opened = await browser().open();
    await signInFirstOwner(opened.page, browser());
    expect(await whoIs(opened)).toMatchObject({ user: { email: "owner@bailiwick.local" } });
    const { page, trouble } = await browser().open();
    trouble.expect(/^answer: 400 to POST .*\/sign-in$/);
    await page.goto(browser().ownerLink);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  });

  test("does not use up the limit of later tests", async () => {
    const { page } = await browser().open();
    for (let n = 0; n <= LINKS_OF_ADDRESS_AND_NETWORK.perMinute; n++) {
      await browser().open();
      await askForLink(page, anEmail());
      await page.getByRole("heading", { name: "Your sign-in link" }).waitFor();
    }
  });

  test("an invitation leads through sign-in into the workspace", async () => {
    const scene = await aScene(browser().app);
    const opened = await browser().open({ device: "phone" });
    const email = anEmail();
    await joinAs(opened.page, browser(), scene, { email, role: "viewer" });
    await opened.page.getByText(/^You joined .+ as viewer$/).waitFor();
    expect(await whoIs(opened)).toMatchObject({
      user: { email },
      workspaces: expect.arrayContaining([expect.objectContaining({ id: scene.workspace.id, role: "viewer" })]),
    });
  });
});

const isFocused = (target: ReturnType<Opened["page"]["getByRole"]>) =>
  target.evaluate((element) => element === document.activeElement);

async function askForLink(page: Opened["page"], email: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Send me a link" }).click();
}

/** The pages, each with the way to it. */
const PAGES: Record<string, (opened: Opened) => Promise<unknown>> = {
  "the first page, for a stranger": ({ page }) => page.goto("/"),
  "asking for a link": ({ page }) => page.goto("/sign-in"),
  "a link that is shown": async ({ page }) => {
    await askForLink(page, anEmail());
    await page.getByRole("heading", { name: "Your sign-in link" }).waitFor();
  },
  "a link in the terminal": async ({ page }) => {
    const { app, owner } = await aScene(browser().app);
    await app.call(createKey, owner, { kind: "service", name: "ci", scopes: ["ingest"] });
    await askForLink(page, emailOf(owner));
    await page.getByRole("heading", { name: "Look in the terminal" }).waitFor();
  },
  "a link that is opened": async ({ page }) => {
    await page.goto(`/sign-in?token=${await aLinkToken(browser().app, anEmail())}`);
  },
  "a link that does not work": async ({ page, trouble }) => {
    trouble.expect(/^answer: 400 to POST/);
    await page.goto("/sign-in?token=none");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  },
  "an invitation, for a stranger": async ({ page }) => {
    const { token } = await anInvitation(await aScene(browser().app), anEmail());
    await page.goto(`/invitation?token=${token}`);
  },
  "an invitation, for a person": async ({ page }) => {
    const email = anEmail();
    const { token } = await anInvitation(await aScene(browser().app), email);
    await signIn(page, browser(), email);
    await page.goto(`/invitation?token=${token}`);
    await page.getByRole("button", { name: "Join the workspace" }).waitFor();
  },
  "the inbox": async ({ page }) => {
    await askForLink(page, anEmail());
    await page.goto("/dev/inbox");
    await page.getByRole("article").first().waitFor();
  },
  "the inbox, with the code of the terminal": async ({ page }) => {
    await anInvitation(await aScene(browser().app), anEmail());
    await page.goto(browser().inbox);
    await page.getByRole("heading", { name: "You are invited" }).first().waitFor();
  },
  "the reference": ({ page }) => page.goto("/docs"),
};

/** Each theme and each device once: colours do not depend on the width. */
const LOOKS = [
  { device: "wide", colors: "light" },
  { device: "phone", colors: "dark" },
] as const;

describe.each(LOOKS)("on a $device screen in $colors", (look) => {
  test.each(Object.entries(PAGES))("%s has no fault for axe, and fits the screen", async (_name, go) => {
    const opened = await browser().open(look);
    await go(opened);
    await expectAccessible(opened.page);
    expect(await overflowOf(opened.page), "pixels wider than the screen").toBe(0);
  });
});

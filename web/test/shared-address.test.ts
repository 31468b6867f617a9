/** A copied address opens the workspace in which it was copied, for everybody who may see it. */
import { expect, test } from "vitest";
import { aTask } from "../../server/test/harness/builders.ts";
import { aScene } from "../../server/test/harness/scene.ts";
import { expectAccessible } from "./axe.ts";
import { withBrowser } from "./browser.ts";
import { goTo, overflowOf } from "./shown.ts";
import { emailOf, joinAs, signIn } from "./sign-in.ts";

const browser = withBrowser();

test("a member of two workspaces joins into the new one, and opens a copied address in its workspace", async () => {
  const scene = await aScene(browser().app);
  const { id } = await aTask(scene.app, scene.owner, scene.agent, { title: "Shared by its address" });
  const { page: owner } = await browser().open();
  await signIn(owner, browser(), emailOf(scene.owner));
  await goTo(owner, `/tasks?open=${id}`);
  await owner.waitForURL((url) => url.searchParams.get("workspace") === scene.workspace.id);
  expect(new URL(owner.url()).searchParams.get("open")).toBe(id);
  const address = owner.url();

  const { page: guest } = await browser().open();
  await joinAs(guest, browser(), scene, { email: "shared-guest@example.org", role: "viewer" });
  await guest.getByText(/^You joined .+ as viewer$/).waitFor();
  const isThere = (url: URL) => url.pathname === "/inbox" && url.searchParams.get("workspace") === scene.workspace.id;
  await guest.waitForURL(isThere);
  // The browser remembers the workspace for an address that names none.
  await guest.goto("/");
  await guest.waitForURL(isThere);
  await goTo(guest, address);
  await guest.getByText("Shared by its address").first().waitFor();
});

test.each([{}, { device: "phone", colors: "dark" }] as const)(
  "a person who is not a member reads why, and gets to an own workspace: %j",
  async (look) => {
    const [scene, other] = [await aScene(browser().app), await aScene(browser().app)];
    const { page, trouble } = await browser().open(look);
    trouble.expect(/^answer: 404 to GET .*\/api\/auth\/me/);
    await signIn(page, browser(), emailOf(other.owner));
    await page.goto(`/tasks?workspace=${scene.workspace.id}`);
    await page.getByText("You are not a member of the workspace in this address.").waitFor();
    await expectAccessible(page);
    expect(await overflowOf(page)).toBe(0);
    await page.evaluate((id) => localStorage.setItem("bailiwick.workspace", id), scene.workspace.id);
    await page.getByRole("link", { name: "Open your own workspace" }).click();
    await page.waitForURL((url) => url.searchParams.get("workspace") === other.workspace.id);
  },
);

/** The files of a task on its page: attached, previewed, downloaded and removed. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createAttachment } from "../../server/src/attachments/operations/create-attachment.ts";
import { listAttachments } from "../../server/src/attachments/operations/list-attachments.ts";
import { listMessages } from "../../server/src/messages/operations/list-messages.ts";
import { aTask } from "../../server/test/harness/builders.ts";
import { aScene } from "../../server/test/harness/scene.ts";
import { withBrowser } from "./browser.ts";
import { goTo } from "./shown.ts";
import { emailOf, joinAs, signIn } from "./sign-in.ts";

const browser = withBrowser();
/** One transparent pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

test("a person attaches files, sees a picture, downloads a file and removes it", async () => {
  const { app, owner, agent } = await aScene(browser().app);
  const { id } = await aTask(app, owner, agent);
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(owner));
  await goTo(page, `/tasks/${id}`);
  await page.getByLabel("Files to attach").setInputFiles([
    { name: "Übergabe.diff", mimeType: "text/x-diff", buffer: Buffer.from("+ a line") },
    { name: "shot.png", mimeType: "text/html", buffer: PNG },
  ]);
  const lineOf = (name: string) => page.getByRole("listitem").filter({ hasText: name });
  await lineOf("shot.png").getByText("image/png").waitFor();
  await lineOf("Übergabe.diff").getByText("8 bytes").waitFor();
  expect((await app.call(listAttachments, owner, { id })).items.map(({ name }) => name)).toEqual([
    "Übergabe.diff",
    "shot.png",
  ]);

  await lineOf("shot.png").getByRole("button", { name: "Preview" }).click();
  const picture = page.getByRole("img", { name: "Preview of shot.png" });
  await picture.waitFor();
  await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1);
  expect(await lineOf("Übergabe.diff").getByRole("button", { name: "Preview" }).count()).toBe(0);

  const started = page.waitForEvent("download");
  await lineOf("Übergabe.diff").getByRole("button", { name: "Download" }).click();
  const file = await started;
  expect(file.suggestedFilename()).toBe("Übergabe.diff");
  expect(readFileSync(await file.path(), "utf8")).toBe("+ a line");

  await lineOf("Übergabe.diff").getByRole("button", { name: "Remove" }).click();
  await lineOf("Übergabe.diff").waitFor({ state: "detached" });
  expect((await app.call(listAttachments, owner, { id })).items).toHaveLength(1);
});

test("a file of an agent appears at once, and a viewer may only download it", async () => {
  const scene = await aScene(browser().app);
  const { app, agent } = scene;
  const { id } = await aTask(app, agent, agent);
  const { page } = await browser().open();
  await joinAs(page, browser(), scene, { email: "files-guest@example.org", role: "viewer" });
  await goTo(page, `/tasks/${id}?workspace=${scene.workspace.id}`);
  const attach = page.getByRole("button", { name: "Attach files" });
  await expect.poll(() => attach.getAttribute("aria-disabled")).toBe("true");
  await app.call(createAttachment, agent, { task_id: id, name: "<img src=x onerror=alert(1)>.html", text: "<b>" });
  const line = page.getByRole("listitem").filter({ hasText: "<img src=x onerror=alert(1)>.html" });
  await line.waitFor();
  expect(await line.getByRole("button", { name: "Remove" }).getAttribute("aria-disabled")).toBe("true");
  expect(await line.getByRole("button", { name: "Download" }).getAttribute("aria-disabled")).toBeNull();
});

test("files go with a message, and its reader downloads them", async () => {
  const { app, owner, agent } = await aScene(browser().app);
  const { id } = await aTask(app, owner, agent);
  const { page } = await browser().open();
  await signIn(page, browser(), emailOf(owner));
  await goTo(page, `/tasks/${id}`);
  await page
    .getByLabel("Files of the message")
    .setInputFiles([{ name: "log.txt", mimeType: "text/plain", buffer: Buffer.from("a line") }]);
  await page.getByRole("button", { name: "Send without log.txt" }).waitFor();
  await page.getByLabel("Write about this task").fill("See the log");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const file = page.getByRole("list", { name: "Files of the message" }).getByRole("button", { name: /log\.txt/ });
  await file.waitFor();
  const started = page.waitForEvent("download");
  await file.click();
  expect(readFileSync(await (await started).path(), "utf8")).toBe("a line");
  const { items } = await app.call(listMessages, agent, { task_id: id });
  expect(items[0]?.attachment_ids).toHaveLength(1);
});

/** Signs people in as they do it: with the link of a mail, on the server's page. */
import type { Page } from "playwright-core";
import type { Actor } from "../../server/src/kernel/actor.ts";
import { aLinkToken, anInvitation, type Scene } from "../../server/test/harness/scene.ts";
import type { TestServer } from "./server.ts";

/** The mail address of a person in a scene. */
export const emailOf = ({ id }: Actor): string => `${id}@example.org`;

export async function signIn(page: Page, { app }: TestServer, email: string): Promise<void> {
  await page.goto(`/sign-in?token=${await aLinkToken(app, email)}`);
  await pressSignIn(page);
}

/** Signs in the owner of the first workspace, with the printed link; it works once. */
export async function signInFirstOwner(page: Page, { ownerLink }: TestServer): Promise<void> {
  await page.goto(ownerLink);
  await pressSignIn(page);
}

/** Signs in a new person with an invitation to the scene's workspace, and joins it. */
export async function joinAs(
  page: Page,
  server: TestServer,
  scene: Scene,
  { email, role }: { email: string; role: "admin" | "member" | "viewer" },
): Promise<void> {
  const { token } = await anInvitation(scene, email, role);
  await page.goto(`/invitation?token=${token}`);
  await signIn(page, server, email);
  await page.getByRole("button", { name: "Join the workspace" }).click();
  await page.waitForURL((url) => url.pathname !== "/invitation");
}

async function pressSignIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}

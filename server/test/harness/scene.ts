/** A workspace with people, agents and one row of each kind that operations need. */
import { randomUUID } from "node:crypto";
import { verifyLink } from "../../src/auth/operations/verify-link.ts";
import { createSignInLink } from "../../src/auth/owner.ts";
import type { Actor } from "../../src/kernel/actor.ts";
import { createInvitation } from "../../src/workspaces/operations/create-invitation.ts";
import { anAgent } from "./builders.ts";
import { aPerson, aWorkspace, requestInfo, type TestApp, type TestWorkspace } from "./harness.ts";

export interface Scene {
  app: TestApp;
  workspace: TestWorkspace;
  owner: Actor;
  viewer: Actor;
  agent: Actor;
  /** Another agent of the workspace. */
  other: Actor;
}

export async function aScene(app: TestApp): Promise<Scene> {
  const workspace = await aWorkspace(app);
  const viewer = await aPerson(app, workspace.id, "viewer");
  const agent = await anAgent(app, workspace, { name: "Agent" });
  const other = await anAgent(app, workspace, { name: "Other" });
  return { app, workspace, owner: workspace.owner, viewer, agent, other };
}

/** Returns a new address, so that limits by address do not affect tests. */
export function anAddress(): string {
  const [, high = "1", low = "1"] = /^(.{4})(.{4})/.exec(randomUUID().replaceAll("-", "")) ?? [];
  return `2001:db8:${high}:${low}::1`;
}

/** The token of a new sign-in link for this person. */
export async function aLinkToken(app: TestApp, email: string): Promise<string> {
  const link = await createSignInLink(app.db, app.env, email);
  return new URL(link).searchParams.get("token") ?? "";
}

/** A session of this person, as the value of the cookie. */
export async function aSession({ app }: Scene, person: Actor): Promise<{ token: string; id: string }> {
  const email = `${person.id}@example.org`;
  const input = { token: await aLinkToken(app, email) };
  const { session } = await app.dispatcher.dispatchPublic(verifyLink, { input, request: requestInfo() });
  if (!session || session === "clear") throw new Error("Signing in gave no session.");
  const { rows } = await app.admin.query("select id from sessions where user_id = $1 order by id desc limit 1", [
    person.id,
  ]);
  return { token: session.token, id: rows[0].id };
}

export function anEmail(): string {
  return `${randomUUID()}@example.org`;
}

/** An open invitation to the scene's workspace, with the token of its link. */
export async function anInvitation(
  { app, owner, workspace }: Pick<Scene, "app" | "owner" | "workspace">,
  email: string,
  role: "admin" | "member" | "viewer" = "member",
): Promise<{ id: string; token: string }> {
  const { id, dev_link = "" } = await app.call(createInvitation, owner, { id: workspace.id, email, role });
  return { id, token: new URL(dev_link).searchParams.get("token") ?? "" };
}

/** Adds an older workspace of the owner, which then is the owner's own workspace. */
export async function ownFirst({ app, owner }: Pick<Scene, "app" | "owner">): Promise<string> {
  const id = randomUUID();
  await app.admin.query("insert into workspaces (workspace_id, name) values ($1, 'Own')", [id]);
  await app.admin.query(
    `insert into members (workspace_id, user_id, role, joined_at) values ($1, $2, 'owner', now() - interval '1 day')`,
    [id, owner.id],
  );
  return id;
}

export interface Sample {
  /** A caller with the permission. An agent where agents have it, so that the operation is tested as a tool too. */
  by: "owner" | "viewer" | "agent";
  input(scene: Scene): Promise<Record<string, unknown>>;
  /** For an id that the other ids exclude: an input with this id. */
  instead?: Record<string, Sample["input"]>;
  /** The status when the operation is refused in an ordinary workspace. */
  refused?: number;
  /** Ids that the caller invents, so that no id is unknown. */
  own?: readonly string[];
  /** Each item has its own result, so a call with an unknown id is not refused as a whole. */
  judgesEach?: true;
}

/** The samples of people and their credentials: sign-in, keys, workspaces, members, invitations and the tier. */
import { createKey } from "../../src/keys/operations/create-key.ts";
import { aDevice, anApprovedDevice } from "./devices.ts";
import { aPerson } from "./harness.ts";
import { aLinkToken, anEmail, anInvitation, aScene, aSession, ownFirst, type Sample, type Scene } from "./scene.ts";

const nothing = async () => ({});

async function aKey({ app, owner }: Pick<Scene, "app" | "owner">) {
  const { id } = await app.call(createKey, owner, { kind: "service", scopes: ["ingest"], name: "A key" });
  return { id };
}

export const PEOPLE_SAMPLES: Record<string, Sample> = {
  "auth.me": { by: "agent", input: nothing },
  "auth.update_me": { by: "owner", input: async () => ({ name: "Ada" }) },
  "auth.list_sessions": { by: "owner", input: async () => ({ limit: 5 }) },
  "auth.revoke_session": {
    by: "owner",
    input: async (scene) => ({ id: (await aSession(scene, scene.owner)).id }),
  },
  "auth.revoke_other_sessions": {
    by: "owner",
    async input(scene) {
      await aSession(scene, scene.owner);
      return {};
    },
  },
  "auth.find_device": { by: "owner", input: async ({ app }) => ({ user_code: (await aDevice(app)).user_code }) },
  "auth.approve_device": {
    by: "owner",
    input: async ({ app, other }) => ({ user_code: (await aDevice(app)).user_code, agent_id: other.id }),
  },
  "auth.deny_device": { by: "owner", input: async ({ app }) => ({ user_code: (await aDevice(app)).user_code }) },
  "keys.create": {
    by: "owner",
    input: async ({ other }) => ({ kind: "agent", agent_id: other.id, name: "A key" }),
  },
  "keys.list": {
    by: "owner",
    input: async ({ other }) => ({ agent_id: other.id, kind: "agent", status: "usable" }),
  },
  "keys.get": { by: "owner", input: aKey },
  "keys.adopt": {
    by: "owner",
    async input({ app, workspace }) {
      const admin = await aPerson(app, workspace.id, "admin");
      return aKey({ app, owner: admin });
    },
  },
  "keys.rotate": { by: "owner", input: async (scene) => ({ ...(await aKey(scene)), overlap_seconds: 60 }) },
  "keys.revoke": { by: "owner", input: aKey },
  "permissions.list": { by: "agent", input: async () => ({ limit: 3 }) },
  "workspaces.list": { by: "owner", input: nothing },
  "workspaces.create": { by: "owner", input: async () => ({ name: "Another" }) },
  "workspaces.update": { by: "owner", input: async ({ workspace }) => ({ id: workspace.id, name: "Renamed" }) },
  "workspaces.transfer": {
    by: "owner",
    async input(scene) {
      // The owner keeps their first workspace, so an older one is added before.
      await ownFirst(scene);
      return { id: scene.workspace.id, user_id: scene.viewer.id };
    },
  },
  "members.update": {
    by: "owner",
    input: async ({ workspace, viewer }) => ({ id: workspace.id, user_id: viewer.id, role: "member" }),
  },
  "members.remove": {
    by: "owner",
    input: async ({ workspace, viewer }) => ({ id: workspace.id, user_id: viewer.id, reason: "Moved on." }),
  },
  "members.leave": { by: "viewer", input: async ({ workspace }) => ({ id: workspace.id }) },
  "invitations.create": {
    by: "owner",
    input: async ({ workspace }) => ({ id: workspace.id, email: anEmail(), role: "member" }),
  },
  "invitations.list": { by: "owner", input: async ({ workspace }) => ({ id: workspace.id, status: "open" }) },
  "invitations.revoke": {
    by: "owner",
    input: async (scene) => ({ id: scene.workspace.id, invitation_id: (await anInvitation(scene, anEmail())).id }),
  },
  "invitations.accept": {
    by: "viewer",
    async input(scene) {
      const { token } = await anInvitation(await aScene(scene.app), `${scene.viewer.id}@example.org`);
      return { token };
    },
  },
  "members.list": { by: "owner", input: async ({ workspace }) => ({ id: workspace.id }) },
  "tiers.get": { by: "agent", input: nothing },
};

/** Operations without an actor, such as sign-in. */
export const PUBLIC_SAMPLES: Record<string, (scene: Scene) => Promise<Record<string, unknown>>> = {
  "auth.request_magic_link": async ({ owner }) => ({ email: `${owner.id}@example.org` }),
  "auth.verify": async ({ app, owner }) => ({ token: await aLinkToken(app, `${owner.id}@example.org`) }),
  "auth.logout": nothing,
  "auth.request_device_code": async () => ({ client_name: "Claude Code", agent_name: "Crew" }),
  "auth.take_device_key": async (scene) => ({ device_code: await anApprovedDevice(scene) }),
  "invitations.preview": async (scene) => ({ token: (await anInvitation(scene, anEmail())).token }),
};

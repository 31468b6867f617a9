/** Facts of workspaces, their members and invitations. */
import Type from "typebox";
import { Role } from "../auth/schema.ts";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Nullable, Time } from "../kernel/schema.ts";
import { GivenRole } from "./schema.ts";

export const workspaceCreated = factType({
  type: "workspace.created",
  subject: "workspace",
  meaning: "A workspace was made. Its log begins with this fact.",
  data: Fields({ name: Type.String() }),
});

export const workspaceUpdated = factType({
  type: "workspace.updated",
  subject: "workspace",
  meaning: "A workspace was renamed.",
  data: Fields({ from: Type.String(), name: Type.String() }),
});

export const workspaceTransferred = factType({
  type: "workspace.transferred",
  subject: "workspace",
  meaning: "A workspace got another owner.",
  data: Fields({ from_user_id: Id, to_user_id: Id }),
});

export const invitationCreated = factType({
  type: "invitation.created",
  subject: "invitation",
  meaning: "Somebody was invited to the workspace.",
  // Agents read the log. The address is in the list of invitations alone.
  data: Fields({
    role: GivenRole,
    expires_at: Time,
    replaces: Type.Optional(Type.String({ ...Id, description: "The invitation that ended by this one." })),
  }),
});

const Accepted = Fields({ invitation_id: Id, role: Role });

export const invitationAccepted = factType({
  type: "invitation.accepted",
  subject: "invitation",
  meaning: "A person who was a member already accepted an invitation.",
  data: Accepted,
});

export const memberJoined = factType({
  type: "member.joined",
  subject: "user",
  meaning: "A person became a member by an invitation.",
  data: Accepted,
});

export const invitationRevoked = factType({
  type: "invitation.revoked",
  subject: "invitation",
  meaning: "An invitation was taken back, or ended with the right of its sender to invite.",
  data: Fields({}),
});

export const memberLeft = factType({
  type: "member.left",
  subject: "user",
  meaning: "A member left the workspace.",
  data: Fields({ role: Role }),
});

export const memberRemoved = factType({
  type: "member.removed",
  subject: "user",
  meaning: "A member was removed from the workspace.",
  data: Fields({ role: Role, reason: Nullable(Type.String()) }),
});

export const memberUpdated = factType({
  type: "member.updated",
  subject: "user",
  meaning: "A member got another role.",
  data: Fields({
    from: Role,
    to: GivenRole,
    keys_limited: Type.Optional(Type.Integer({ description: "Keys that lose permissions by it." })),
  }),
});

export const WORKSPACE_FACTS = [
  workspaceCreated,
  workspaceUpdated,
  workspaceTransferred,
  invitationCreated,
  invitationAccepted,
  invitationRevoked,
  memberJoined,
  memberLeft,
  memberRemoved,
  memberUpdated,
] as const;

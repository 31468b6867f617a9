/** The public shapes of workspaces, members and invitations. */
import Type, { type Static } from "typebox";
import { Role } from "../auth/schema.ts";
import { Email, Fields, Id, Literals, Nullable, Page, PageInput, TEXT_LIMITS, Text, Time } from "../kernel/schema.ts";

/** The roles that `members.update` and invitations can give. Only `workspaces.transfer` makes an owner. */
const GIVEN_ROLES = ["admin", "member", "viewer"] as const;
export const GivenRole = Literals(GIVEN_ROLES, { title: "GivenRole" });
export type GivenRole = Static<typeof GivenRole>;

const INVITATION_STATUSES = ["open", "accepted", "revoked", "replaced", "expired"] as const;
const InvitationStatus = Literals(INVITATION_STATUSES, { title: "InvitationStatus" });

export const Invitation = Fields({
  id: Id,
  email: Type.String(),
  role: GivenRole,
  status: InvitationStatus,
  invited_by_user_id: Id,
  accepted_by_user_id: Nullable(Id),
  expires_at: Time,
  ended_at: Nullable(Time),
  created_at: Time,
});
export type Invitation = Static<typeof Invitation>;

/** `id` is the workspace. */
export const NewInvitation = Fields({ id: Id, email: Email, role: GivenRole });
export const CreatedInvitation = Fields({
  ...Invitation.properties,
  dev_link: Type.Optional(
    Type.String({ description: "The link to pass on, if the server sends no mail: shown once." }),
  ),
});
export const InvitationPage = Page(Invitation);
export const InvitationList = Fields({
  id: Id,
  status: Type.Optional(InvitationStatus),
  ...PageInput,
});
export const InvitationId = Fields({ id: Id, invitation_id: Id });

export const InvitationPreview = Fields({
  workspace_name: Type.String(),
  role: GivenRole,
  invited_by: Fields({ name: Nullable(Type.String()), email: Type.String() }),
  expires_at: Time,
});
export type InvitationPreview = Static<typeof InvitationPreview>;

export const JoinedWorkspace = Fields({ workspace: Fields({ id: Id, name: Type.String(), role: Role }) });

/** `id` is the workspace. */
export const MemberId = { id: Id, user_id: Id };
export const WorkspaceName = Fields({ id: Id, name: Text(TEXT_LIMITS.name) });

export const Workspace = Fields({
  id: Id,
  name: Type.String(),
  role: Role,
  tier_name: Type.String(),
  created_at: Time,
});

export const Member = Fields({
  user_id: Id,
  email: Type.String(),
  name: Nullable(Type.String()),
  role: Role,
  joined_at: Time,
});
export type Member = Static<typeof Member>;

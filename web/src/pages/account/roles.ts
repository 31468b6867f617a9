/** The roles of people: their names, their order, and the permissions that a lower role lacks. Pure. */
import { GIVEN_ROLES, type PermissionsListOutput, ROLES, type Role } from "@bailiwick/sdk";

export const ROLE_NAMES: Record<Role, string> = { owner: "Owner", admin: "Admin", member: "Member", viewer: "Viewer" };

export const ROLE_OPTIONS = GIVEN_ROLES.map((value) => ({ value, label: ROLE_NAMES[value] }));

export const isLower = (to: Role, from: Role): boolean => ROLES.indexOf(to) > ROLES.indexOf(from);

type Permission = PermissionsListOutput["items"][number];

/** Returns the meanings of the permissions that one role has and the other lacks. */
export function lostBetween(permissions: readonly Permission[], from: Role, to: Role): string[] {
  return permissions.filter(({ roles }) => roles.includes(from) && !roles.includes(to)).map(({ meaning }) => meaning);
}

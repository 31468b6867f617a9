/** The roles of people: who has each, and what it may do beyond the role below it. */
import { ROLES, type Role, USED_PERMISSIONS } from "@bailiwick/sdk";
import { Fragment } from "react";
import { useMembers } from "../../data/members.ts";
import { withArticle } from "../../data/session.tsx";
import { counted } from "../../ui/count.tsx";
import { Setting } from "../../ui/page.tsx";
import { usePermissionTable } from "./own.ts";
import { lostBetween, ROLE_NAMES } from "./roles.ts";

export function RoleTable() {
  const { data } = usePermissionTable();
  const members = useMembers();
  if (!data) return null;
  const used = data.items.filter(({ permission }) => USED_PERMISSIONS.some((one) => one === permission));
  const all = used.filter(({ roles }) => roles.includes("viewer")).map(({ meaning }) => meaning);
  const more = (role: Role) => {
    const below = ROLES[ROLES.indexOf(role) + 1];
    return below ? lostBetween(used, role, below) : all;
  };
  return (
    <Setting title="Roles">
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-[9rem_minmax(0,1fr)]">
        {ROLES.map((role, at) => (
          <Fragment key={role}>
            <dt>
              <span className="font-medium">{ROLE_NAMES[role]}</span>
              <span className="block text-sm text-ink-3">
                {counted(members?.filter((one) => one.role === role).length ?? 0, "person", "people")}
              </span>
            </dt>
            <dd className="text-sm text-ink-2">
              {at < ROLES.length - 1 && (
                <span className="text-ink-3">What {withArticle(ROLES[at + 1] ?? "viewer")} may, and more: </span>
              )}
              {more(role).join(" ")}
            </dd>
          </Fragment>
        ))}
      </dl>
    </Setting>
  );
}

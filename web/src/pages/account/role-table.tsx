/** The permissions as rows and the roles of people as columns. */
import { ROLES, USED_PERMISSIONS } from "@bailiwick/sdk";
import { Check } from "lucide-react";
import { useMembers } from "../../data/members.ts";
import { counted } from "../../ui/count.tsx";
import { Setting } from "../../ui/setting.tsx";
import { usePermissionTable } from "./own.ts";
import { ROLE_NAMES } from "./roles.ts";

export function RoleTable() {
  const { data } = usePermissionTable();
  const members = useMembers();
  if (!data) return null;
  const used = data.items.filter(
    ({ permission, roles }) => roles.length > 0 && USED_PERMISSIONS.some((one) => one === permission),
  );
  // The permissions of every role stand last.
  const rows = used.toSorted((one, other) => one.roles.length - other.roles.length);
  return (
    <Setting title="Roles">
      <table className="w-full table-fixed text-sm">
        <colgroup>
          <col />
          {ROLES.map((role) => (
            <col key={role} className="w-20 max-sm:w-14" />
          ))}
        </colgroup>
        <thead>
          <tr className="border-b border-line align-bottom">
            <th scope="col" className="pb-1.5 text-left font-normal text-ink-3">
              May
            </th>
            {ROLES.map((role) => (
              <th key={role} scope="col" className="pb-1.5 font-medium">
                {ROLE_NAMES[role]}
                <span className="block font-normal text-ink-3 max-sm:hidden">
                  {counted(members?.filter((one) => one.role === role).length ?? 0, "person", "people")}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <PermissionRow key={row.permission} of={row} />
          ))}
        </tbody>
      </table>
    </Setting>
  );
}

type Row = NonNullable<ReturnType<typeof usePermissionTable>["data"]>["items"][number];

function PermissionRow({ of: { meaning, roles } }: { of: Row }) {
  return (
    <tr className="border-b border-line last:border-b-0">
      <th scope="row" className="py-1 pr-4 text-left font-normal text-ink-2">
        {meaning}
      </th>
      {ROLES.map((role) => (
        <td key={role} className="text-center">
          {roles.includes(role) ? (
            <Check role="img" aria-label="yes" className="inline size-4 text-completed" strokeWidth={2.25} />
          ) : (
            <span role="img" aria-label="no" className="text-ink-3">
              –
            </span>
          )}
        </td>
      ))}
    </tr>
  );
}

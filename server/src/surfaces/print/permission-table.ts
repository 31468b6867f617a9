/** Who may what, for people: the one table of permissions, in both forms of the reference. */
import { type Html, html } from "../pages/html.ts";

/** What is printed of a permission. */
export interface PrintedPermission {
  permission: string;
  meaning: string;
  roles: readonly string[];
  agents: boolean;
  scope: string | null;
}

const HEAD = ["permission", "what it allows", "roles", "agents", "scope"];
const ABOUT =
  "People have what their role in the workspace gives, agents all that is marked for them, and services the scopes of their key.";

export function permissionsMarkdown(rows: readonly PrintedPermission[]): string {
  const lines = rows.map(
    ({ permission, meaning, roles, agents, scope }) =>
      `| \`${permission}\` | ${meaning} | ${roles.join(", ")} | ${agents ? "yes" : ""} | ${scope === null ? "" : `\`${scope}\``} |`,
  );
  const head = [`| ${HEAD.join(" | ")} |`, `|${HEAD.map(() => " --- |").join("")}`];
  return ["## Who may what", ABOUT, [...head, ...lines].join("\n")].join("\n\n");
}

export function permissionsHtml(rows: readonly PrintedPermission[]): Html {
  return html`<section id="who-may-what"><h2>Who may what</h2>
<p>${ABOUT}</p>
<table><thead><tr>${HEAD.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>
${rows.map(
  ({ permission, meaning, roles, agents, scope }) => html`<tr><td><code>${permission}</code></td><td>${meaning}</td>
<td>${roles.join(", ")}</td><td>${agents && "yes"}</td><td>${scope !== null && html`<code>${scope}</code>`}</td></tr>
`,
)}
</tbody></table></section>`;
}

/** `/docs`: every operation, as a page made from the list. */
import type { Operation, Route } from "../../kernel/operation.ts";
import { sendPage } from "../http/answer.ts";
import { limitNetwork } from "../http/limits.ts";
import type { Extension } from "../http/tools.ts";
import { curlText } from "../print/curl.ts";
import { areaOf, problemsByStatus } from "../print/openapi.ts";
import { type PrintedPermission, permissionsHtml } from "../print/permission-table.ts";
import { limitsText, type Shape, shapeText } from "../print/words.ts";
import { methodOf, pathOf } from "../route.ts";
import { isServed } from "../served.ts";
import { type Html, html, page } from "./html.ts";
import { introduction } from "./introduction.ts";

export interface ReferenceOptions {
  operations: readonly Operation[];
  version: string;
  permissions: readonly PrintedPermission[];
}

export function reference(options: ReferenceOptions): Extension {
  return (app, { env, allowances, fail }) => {
    let made: { url: string; text: string } | undefined;
    app.get("/docs", { onRequest: limitNetwork(allowances, fail) }, (_request, reply) => {
      if (made?.url !== env.publicUrl) made = { url: env.publicUrl, text: referencePage(options, env.publicUrl) };
      sendPage(reply, 200, made.text);
    });
  };
}

export function referencePage({ operations, version, permissions }: ReferenceOptions, baseUrl: string): string {
  const areas = byArea(operations.filter(isServed));
  return page(
    { title: "API · Bailiwick", layout: "reference" },
    html`<nav aria-label="Operations">
<p class="brand"><a href="/">Bailiwick</a></p>
${[...areas].map(([area, list]) => navigation(area, list))}
<p class="area"><a href="#who-may-what">Who may what</a></p>
</nav>
<main>
${introduction(baseUrl, version)}
<details class="contents"><summary>Contents</summary><ul>
${[...areas.keys()].map((area) => html`<li><a href="#${area}">${area}</a></li>`)}
<li><a href="#who-may-what">Who may what</a></li>
</ul></details>
${[...areas].map(
  ([area, list]) => html`<section id="${area}"><h2>${area}</h2>${list.map((one) => section(one, baseUrl))}</section>`,
)}
${permissionsHtml(permissions)}
</main>`,
  );
}

function byArea(operations: readonly Operation[]): Map<string, Operation[]> {
  const areas = new Map<string, Operation[]>();
  for (const operation of operations)
    areas.set(areaOf(operation), [...(areas.get(areaOf(operation)) ?? []), operation]);
  return areas;
}

function navigation(area: string, operations: readonly Operation[]): Html {
  return html`<p class="area"><a href="#${area}">${area}</a></p>
<ul>${operations.map(({ name }) => html`<li><a href="#${name}">${name.slice(area.length + 1)}</a></li>`)}</ul>`;
}

function section(operation: Operation, baseUrl: string): Html {
  const { name, summary, description, input, output } = operation;
  const required = new Set(input.required ?? []);
  const fields = Object.entries(input.properties as Record<string, Shape>);
  return html`<article class="operation" id="${name}">
<h3><a href="#${name}">${name}</a></h3>
<p>${summary}</p>
${description !== undefined && html`<p>${description}</p>`}
<ul class="routes">${[operation.route, ...(operation.aliases ?? [])].map(routeLine)}</ul>
<p class="facts">${factsOf(operation).map((fact) => html`<span>${fact}</span>`)}</p>
${
  fields.length > 0 &&
  html`<h4>Fields</h4>
<table><thead><tr><th>Name</th><th>Takes</th></tr></thead><tbody>
${fields.map(([field, shape]) => fieldRow(field, shape, required.has(field)))}
</tbody></table>`
}
<h4>Answer ${operation.status ?? 200}</h4>
${answerOf(output as Shape)}
<h4>Problems</h4>
<ul class="problems">${[...problemsByStatus(operation, operation.route)].map(
    ([status, codes]) => html`<li><b>${status}</b>${codes.join(", ")}</li>`,
  )}</ul>
<h4>Example</h4>
<pre><code>${curlText(operation, baseUrl)}</code></pre>
</article>
`;
}

function routeLine(route: Route): Html {
  const method = methodOf(route);
  return html`<li><span class="method ${method}">${method}</span><code>/api${pathOf(route)}</code></li>`;
}

function factsOf(operation: Operation): Html[] {
  if (operation.kind === "public") return [html`No credential needed`];
  const { permission, tool, name } = operation;
  return [
    html`Permission <a href="#who-may-what"><code>${permission}</code></a>`,
    ...(tool === false ? [] : [html`MCP tool <code>${name.replaceAll(".", "_")}</code>`]),
  ];
}

function fieldRow(name: string, shape: Shape, isRequired: boolean): Html {
  const limits = limitsText(shape);
  const description = typeof shape.description === "string" ? shape.description : "";
  return html`<tr><td><code>${name}</code>${isRequired && html`<span class="required">required</span>`}</td>
<td><span class="type">${shapeText(shape)}${limits !== "" && `, ${limits}`}</span>${description !== "" && html`<br>${description}`}</td></tr>
`;
}

/** The fields of the answer, or of the things it lists, in one line. */
function answerOf(output: Shape): Html {
  const properties = (output.properties ?? {}) as Record<string, Shape>;
  const names = Object.keys(properties);
  if (names.length === 0) return html`<p class="type">${shapeText(output)}</p>`;
  const item = properties.items?.items as Shape | undefined;
  const listed = item && Object.keys((item.properties ?? {}) as Shape);
  return html`<p class="type">${names.map((name) => html`<code>${name}</code> `)}</p>
${listed && listed.length > 0 && html`<p class="type">Each of the items: ${listed.map((name) => html`<code>${name}</code> `)}</p>`}`;
}

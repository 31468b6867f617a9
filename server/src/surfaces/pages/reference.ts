/** The page `/docs`: the reference. */
import { sendPage } from "../http/answer.ts";
import { limitNetwork } from "../http/limits.ts";
import type { Extension } from "../http/tools.ts";
import type { Block, Section } from "../print/blocks.ts";
import { type ReferenceOptions, reference } from "../print/reference.ts";
import { type Html, html, page } from "./html.ts";

export interface ReferencePageOptions extends Omit<ReferenceOptions, "baseUrl"> {
  version: string;
}

export function referenceRoute(options: ReferencePageOptions): Extension {
  return (app, { env, allowances, fail }) => {
    let made: { url: string; text: string } | undefined;
    app.get("/docs", { onRequest: limitNetwork(allowances, fail) }, (_request, reply) => {
      if (made?.url !== env.publicUrl) made = { url: env.publicUrl, text: referencePage(options, env.publicUrl) };
      sendPage(reply, 200, made.text);
    });
  };
}

export function referencePage({ version, ...options }: ReferencePageOptions, baseUrl: string): string {
  const { introduction, sections } = reference({ ...options, baseUrl });
  return page(
    { title: "API · Bailiwick", layout: "reference" },
    html`<nav aria-label="Operations">
<p class="brand"><a href="/">Bailiwick</a></p>
${sections.map(navigation)}
</nav>
<main>
<h1>Bailiwick API</h1>
<p class="small">Version ${version} · <code>${baseUrl}/api</code> · <a href="/api/openapi.json">OpenAPI 3.1</a></p>
<div class="intro">${introduction.map(blockHtml)}</div>
<details class="contents"><summary>Contents</summary><ul>
${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
</ul></details>
${sections.map(({ id, title, blocks }) => html`<section id="${id}"><h2>${title}</h2>${blocks.map(blockHtml)}</section>`)}
</main>`,
  );
}

function navigation({ id, title, blocks }: Section): Html {
  const inside = blocks.flatMap((block) => (block.kind === "section" ? [block] : []));
  const short = (name: string) => (name.startsWith(`${id}.`) ? name.slice(id.length + 1) : name);
  return html`<p class="area"><a href="#${id}">${title}</a></p>
${inside.length > 0 && html`<ul>${inside.map((one) => html`<li><a href="#${one.id}">${short(one.title)}</a></li>`)}</ul>`}`;
}

function blockHtml(block: Block): Html {
  switch (block.kind) {
    case "section":
      return html`<article id="${block.id}">
<h3><a href="#${block.id}">${block.title}</a></h3>
${block.blocks.map(blockHtml)}
</article>
`;
    case "text":
      return html`<p>${inline(block.text)}</p>\n`;
    case "list":
      return html`<ul>${block.items.map((item) => html`<li>${inline(item)}</li>`)}</ul>\n`;
    case "table":
      return html`<table><thead><tr>${block.head.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>
${block.rows.map((row) => html`<tr>${row.map((cell) => html`<td>${inline(cell)}</td>`)}</tr>\n`)}
</tbody></table>
`;
    case "code":
      return html`<pre><code>${block.text}</code></pre>\n`;
    default:
      return block satisfies never;
  }
}

const MARKUP = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(#([^)]+)\)/g;

/** `code`, **strong** text and [links](#to-a-section). Everything else is text. */
function inline(text: string): Html[] {
  const parts: Html[] = [];
  let at = 0;
  for (const found of text.matchAll(MARKUP)) {
    const [whole, code, strong, label, target] = found;
    parts.push(html`${text.slice(at, found.index)}`);
    if (code !== undefined) parts.push(html`<code>${code}</code>`);
    else if (strong !== undefined) parts.push(html`<strong>${strong}</strong>`);
    else parts.push(html`<a href="#${target}">${inline(label ?? "")}</a>`);
    at = found.index + whole.length;
  }
  return [...parts, html`${text.slice(at)}`];
}

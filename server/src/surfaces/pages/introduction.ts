/** What every caller of the API should know, before the operations. */
import { type Html, html } from "./html.ts";

export function introduction(baseUrl: string, version: string): Html {
  return html`<h1>Bailiwick API</h1>
<p class="small">Version ${version} · <code>${baseUrl}/api</code> · <a href="/api/openapi.json">OpenAPI 3.1</a></p>
<div class="intro">
<p><strong>Who calls.</strong> Agents and services send their key as <code>Authorization: Bearer …</code>. People sign in;
their browser sends a cookie. A person with several workspaces names one in <code>Bailiwick-Workspace</code>.</p>
<p><strong>Reading and changing.</strong> Reads are <code>GET</code> with query parameters. Everything else is a
<code>POST</code> with a JSON body. Unknown fields are refused, and nothing is coerced.</p>
<p><strong>Failures</strong> are <code>application/problem+json</code>. Decide on <code>code</code>, show
<code>detail</code>, follow <code>next_step</code>. <code>errors</code> names the fields that are wrong. With
<code>Retry-After</code>, send the same again.</p>
<p><strong>Repeating.</strong> Send an <code>Idempotency-Key</code> with a <code>POST</code>, and a repeat answers what the
first one answered and does nothing twice.</p>
<p><strong>Limits.</strong> A credential may read and write so many times a minute, a network ten times as often.
<code>RateLimit-Policy</code> names the limit, <code>RateLimit</code> what is left; beyond it the answer is 429.</p>
<p><strong>Lists</strong> answer <code>items</code> and <code>next_cursor</code>. Pass the cursor back until it is null.</p>
<p><strong>Money</strong> is US dollars in fields that end in <code>_usd</code>. Times are ISO 8601 in UTC.</p>
<p><strong>Live.</strong> <code>GET /api/live</code> streams the facts of the workspace as server-sent events.</p>
<p><strong>Tools.</strong> MCP clients find the same operations at <code>/mcp</code>.</p>
</div>`;
}

/** The style of the server's own pages: greys and one accent colour, light and dark, also on a phone. */
export const STYLE = `
:root {
  --ground: #ffffff; --raised: #f7f7f8; --line: #e3e3e8; --text: #1b1b1f; --soft: #5d5d68; --accent: #4338ca;
  --button: #4f46e5; --code: #f3f3f6; --page: #f7f7f9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #141417; --raised: #1c1c21; --line: #2f2f37; --text: #ececf1; --soft: #a3a3af; --accent: #a9acff;
    --button: #5b5bea; --code: #212127; --page: #0c0d0f;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 16px; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0; background: var(--ground); color: var(--text); overflow-wrap: break-word;
  font: 15px/1.55 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Adwaita Sans", "Noto Sans", sans-serif;
}
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
h1, h2, h3 { line-height: 1.25; font-weight: 650; text-wrap: balance; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.875em; }
code { background: var(--code); border-radius: 4px; padding: 1px 4px; }
pre {
  background: var(--code); border-radius: 6px; padding: 12px 16px; line-height: 1.5; margin: 0 0 12px;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
pre code { background: none; padding: 0; font-size: 1em; }
.small { font-size: 13px; color: var(--soft); }

.narrow { display: grid; place-items: start center; padding: 14vh 16px 48px; background: var(--page); }
.card {
  width: 100%; max-width: 424px; padding: 32px; background: var(--ground); border: 1px solid var(--line); border-radius: 12px;
}
.card.wide { max-width: 680px; }
.card h1 { font-size: 24px; margin: 20px 0 8px; }
.card > :last-child { margin-bottom: 0; }
.card form button { width: 100%; }
.brand { margin: 0; font-size: 13px; font-weight: 600; letter-spacing: 0.02em; }
.brand a { display: inline-flex; align-items: center; gap: 10px; color: var(--soft); text-decoration: none; }
.card form { margin: 24px 0; }
.card label { display: block; font-size: 13px; color: var(--soft); margin-bottom: 4px; }
.card input {
  display: block; width: 100%; font: inherit; color: inherit; background: var(--ground); padding: 9px 12px;
  border: 1px solid var(--line); border-radius: 6px; margin-bottom: 12px;
}
button, .button {
  display: inline-block; font: inherit; font-weight: 600; border: 0; border-radius: 6px; padding: 9px 18px; cursor: pointer;
  background: var(--button); color: #ffffff; text-decoration: none;
}
button.quiet { background: var(--raised); color: var(--text); border: 1px solid var(--line); font-weight: 500; }
.card dl { display: grid; grid-template-columns: max-content 1fr; gap: 8px 20px; margin: 32px 0 0; padding-top: 20px;
  border-top: 1px solid var(--line); font-size: 14px; }
.card dt { color: var(--soft); }
.card dd { margin: 0; }
.mail { border-top: 1px solid var(--line); padding: 20px 0; }
.mail h2 { font-size: 16px; margin: 0; }
.mail p { margin: 4px 0 12px; }

.reference { display: grid; grid-template-columns: 264px minmax(0, 1fr); }
.reference > nav {
  position: sticky; top: 0; align-self: start; height: 100vh; overflow-y: auto; padding: 24px 16px 48px 24px;
  border-right: 1px solid var(--line); font-size: 14px; scrollbar-width: thin;
}
.reference nav .brand { margin-bottom: 16px; }
.reference nav ul { list-style: none; margin: 0 0 16px; padding: 0; }
.reference nav li a { display: block; padding: 3px 8px; margin-left: -8px; border-radius: 4px; color: var(--text);
  text-decoration: none; }
.reference nav li a:hover { background: var(--raised); }
.reference nav .area { font-size: 12px; font-weight: 650; color: var(--soft); margin: 0 0 4px; }
.reference nav .area a { color: inherit; text-decoration: none; }
.reference > main { padding: 40px 48px 96px; max-width: 900px; }
.reference h1 { font-size: 28px; margin: 0 0 8px; }
.reference h2 { font-size: 20px; margin: 64px 0 0; padding-bottom: 8px; border-bottom: 1px solid var(--line);
  text-transform: capitalize; }
.reference .intro { columns: 2 320px; column-gap: 40px; }
.reference .intro p { break-inside: avoid; margin: 0 0 12px; }
.reference article { padding: 28px 0 20px; border-bottom: 1px solid var(--line); }
.reference article:last-child { border-bottom: 0; }
.reference article h3 { font-size: 16px; margin: 0 0 6px; }
.reference article h3 a { color: inherit; text-decoration: none; }
.reference article h3 a:hover::after { content: " #"; color: var(--soft); }
.reference article p { margin: 0 0 8px; max-width: 68ch; }
table { width: 100%; table-layout: fixed; margin: 12px 0; border-collapse: collapse; font-size: 14px; }
th { text-align: left; font-size: 12px; font-weight: 600; color: var(--soft); padding: 4px 12px 4px 0; }
td { vertical-align: top; padding: 6px 12px 6px 0; border-top: 1px solid var(--line); }
th:first-child { width: 26%; } td:last-child, th:last-child { padding-right: 0; }
summary { cursor: pointer; }
.contents { display: none; }
@media (max-width: 860px) {
  .reference { display: block; }
  .reference > nav { display: none; }
  .reference > main { padding: 24px 16px 64px; }
  .contents { display: block; margin: 20px 0; border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px; }
  .contents ul { margin: 10px 0 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 6px 16px; }
  .contents a { text-transform: capitalize; display: inline-block; padding: 4px 0; }
  .reference h2 { margin-top: 44px; }
  .reference article pre { margin-inline: -16px; border-radius: 0; }
}
@media (max-width: 560px) {
  thead { display: none; }
  table, tbody, tr, td { display: block; width: 100% !important; }
  tr { border-top: 1px solid var(--line); padding: 8px 0; }
  td { border: 0; padding: 1px 0; }
  .card { padding: 24px 20px; }
  .card dl { grid-template-columns: 1fr; gap: 2px; } .card dd { margin-bottom: 10px; }
}
@media print { .reference > nav, .contents { display: none; } .reference { display: block; } }
`;

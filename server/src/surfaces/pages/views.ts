/** The HTML of the server's own pages. */
import type { Delivery } from "../../kernel/environment.ts";
import type { Problem } from "../../kernel/problem.ts";
import { type Html, html, page } from "./html.ts";

export interface KeptMail {
  to: string;
  subject: string;
  text: string;
  sentAt: Date;
  isOpen?: boolean;
}

interface Home {
  version: string;
  operations: number;
}

const LINK = /(https?:\/\/[^\s<>"']+)/;

/** The mark of the dashboard, as in its `icon.svg`. */
const MARK = html`<svg aria-hidden="true" width="32" height="32" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#4f46e5"/><path fill="none" stroke="#fff" stroke-width="3" stroke-linejoin="round" d="M11.5 8.5h6a3.7 3.7 0 0 1 0 7.4h-6zm0 7.4h7a3.8 3.800 0 0 1 0 7.6h-7z"/></svg>`;

type Content = (Html | false | undefined)[];

const card = (title: string, ...content: Content): string => cardOf("card", title, content);
/** For lists and long lines. */
const wideCard = (title: string, ...content: Content): string => cardOf("card wide", title, content);

function cardOf(look: string, title: string, content: Content): string {
  return page(
    { title: `${title} · Bailiwick` },
    html`<main class="${look}"><p class="brand"><a href="/">${MARK}Bailiwick</a></p><h1>${title}</h1>${content}</main>`,
  );
}

export function home({ version, operations }: Home): string {
  return wideCard(
    "This server is running",
    html`<p>The control plane in which AI agents work together under human authority.</p>
<p><a class="button" href="/sign-in">Sign in</a></p>
<dl>
<dt>API</dt><dd><a href="/docs">Reference</a> of ${operations} operations · <a href="/api/openapi.json">OpenAPI 3.1</a></dd>
<dt>Agents</dt><dd>MCP at <code>/mcp</code>, with the key of an agent</dd>
<dt>State</dt><dd><a href="/api/ready">Ready?</a> · <a href="/metrics">Metrics</a></dd>
<dt>Version</dt><dd>${version}</dd>
</dl>`,
  );
}

/** Shown to a signed-in person in place of the dashboard. */
export function notBuilt(): string {
  return card(
    "The dashboard is not built",
    html`<p>Run <code>npm ci</code> and <code>npm run build</code> in the folder of Bailiwick, then start it again.</p>
<p>The API works: see the <a href="/docs">reference</a>.</p>
<form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>`,
  );
}

/** Only the button signs in. A mail scanner that opens the page does not use the link up. */
export function confirmSignIn(token: string): string {
  return card(
    "Sign in",
    html`<p>Press the button to sign in on this browser. The link works once.</p>
<form method="post" action="/sign-in">
<input type="hidden" name="token" value="${token}">
<button autofocus>Sign in</button>
</form>`,
  );
}

// The browser's own check of addresses refuses letters other than ASCII.
function linkForm(email = ""): Html {
  return html`<form method="post" action="/sign-in">
<label for="email">Email address</label>
<input id="email" name="email" value="${email}" type="text" inputmode="email" autocapitalize="none" spellcheck="false" autocomplete="email" required maxlength="254" autofocus>
<button>Send me a link</button>
</form>`;
}

const NO_PASSWORDS: Record<Delivery, Html> = {
  smtp: html`<p>There are no passwords. You get a mail with a link that signs you in once.</p>`,
  terminal: html`<p>There are no passwords. You get a link that signs you in once.</p>`,
  none: html`<p>There are no passwords. You need a link that signs you in once. This server cannot send mail, so its
operator makes your link, with <code>bailiwick sign-in-link EMAIL</code> on the server's machine.</p>`,
};

/** `owner`: the address of the server's owner, for a caller on the server's machine. */
export function requestLink(delivery: Delivery, owner?: string): string {
  return card(
    "Sign in",
    NO_PASSWORDS[delivery],
    linkForm(owner),
    owner !== undefined &&
      html`<p class="small">The owner of this server is <strong>${owner}</strong>. A new address gets a workspace of its own,
which is empty and apart from the owner's.</p>`,
  );
}

export interface ShownInvitation {
  workspace_name: string;
  role: string;
  invited_by: { name: string | null; email: string };
}

type Invited = ShownInvitation & { host: string };

/** A name may have letters of any script, so it is apart from the direction of the sentence. */
const apart = (text: string): Html => html`<bdi><strong>${text}</strong></bdi>`;

function inviter({ name, email }: ShownInvitation["invited_by"]): Html {
  return name === null ? apart(email) : html`${apart(name)} (<bdi>${email}</bdi>)`;
}

function invitedTo({ workspace_name, role, invited_by, host }: Invited): Html {
  const article = /^[aeiou]/.test(role) ? "an" : "a";
  return html`<p>${inviter(invited_by)} invites you to the workspace ${apart(workspace_name)} on ${host}, as ${article}
<strong>${role}</strong>.</p>`;
}

export function acceptInvitation(invitation: Invited, token: string, email: string): string {
  return card(
    `Join ${invitation.workspace_name}`,
    invitedTo(invitation),
    html`<p>You are signed in as <bdi><strong>${email}</strong></bdi>.</p>
<form method="post" action="/invitation">
<input type="hidden" name="token" value="${token}">
<button autofocus>Join the workspace</button>
</form>
<form method="post" action="/sign-out"><button class="quiet">Sign out and use another address</button></form>`,
  );
}

export function signInForInvitation(invitation: Invited, delivery: Delivery): string {
  return card(
    `Join ${invitation.workspace_name}`,
    invitedTo(invitation),
    html`<p>Sign in with the address to which the invitation was sent. Then you can join the workspace.</p>`,
    NO_PASSWORDS[delivery],
    linkForm(),
  );
}

/** The same for an unknown, used, replaced, revoked and expired invitation. */
export function endedInvitation(problem: Problem, isSignedIn: boolean): string {
  return card(
    "This invitation no longer works",
    html`<p>An invitation works once, within a week.</p>`,
    problem.details.next_step !== undefined && html`<p>${problem.details.next_step}</p>`,
    html`<p><a class="button" href="/">${isSignedIn ? "Open Bailiwick" : "Sign in"}</a></p>`,
  );
}

interface LinkSent {
  message: string;
  /** The link, if the caller may see it. */
  link: string | undefined;
  delivery: Delivery;
  hasInbox: boolean;
}

const LINK_TITLES: Record<Delivery, string> = {
  smtp: "Look in your mail",
  terminal: "Look in the terminal",
  none: "Ask the operator",
};

export function linkSent({ message, link, delivery, hasInbox }: LinkSent): string {
  if (link !== undefined) {
    return card(
      "Your sign-in link",
      html`<p>No mail server is set up, and you are on the server's machine, so this page shows the link. It works once.</p>
<p><a class="button" href="${link}">Open the link</a></p><p><a href="/dev/inbox">All mails</a></p>`,
    );
  }
  return card(
    LINK_TITLES[delivery],
    html`<p>${message}</p>`,
    hasInbox &&
      html`<p>Look in the terminal in which Bailiwick was started. This page does not show the link, because agents on this
machine can open the page too.</p>
<p>The <a href="/dev/inbox">inbox</a> also shows the link, after you have opened the inbox with the address and code that the
terminal printed at the start.</p>`,
  );
}

export function failure(problem: Problem, requestId: string): string {
  const title = problem.code === "invalid_token" ? "This link no longer works" : "The request failed";
  return card(
    title,
    html`<p>${problem.message}</p>`,
    problem.details.next_step !== undefined && html`<p>${problem.details.next_step}</p>`,
    html`<p><a class="button" href="/sign-in">Request a new link</a></p>
<p class="small">Request <code>${requestId}</code></p>`,
  );
}

const ABOUT_INBOX = html`<p>No mail server is set up, so this page shows the mails that the server would send.</p>`;

export function inbox(mails: readonly KeptMail[]): string {
  return wideCard("Inbox", ABOUT_INBOX, mailList(mails));
}

/** The inbox for a caller without the code. */
export function openInbox(mails: readonly KeptMail[]): string {
  return wideCard(
    "Inbox",
    ABOUT_INBOX,
    html`<p>Agents on this machine can open this page too, so it shows only sign-in links that give them no rights. To see
all mails, open the address with the code that the terminal printed when the server started.</p>`,
    mailList(mails),
  );
}

function mailList(mails: readonly KeptMail[]): Html {
  if (mails.length === 0) return html`<p>There is no mail.</p>`;
  return html`${mails.map(
    ({ to, subject, text, sentAt }) => html`<article class="mail">
<h2>${subject}</h2>
<p class="small">To ${to} · <time datetime="${sentAt.toISOString()}">${sentAt.toUTCString()}</time></p>
<pre>${withLinks(text)}</pre>
</article>`,
  )}`;
}

/** Turns http and https addresses into links. Everything else stays text. */
function withLinks(text: string): Html[] {
  return text.split(LINK).map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));
}

/** Says why a mail was not sent, without the addresses and texts of the mail server. Pure. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "ECONNECTION",
  "ECONNREFUSED",
  "ECONNRESET",
  "EDNS",
  "ENOTFOUND",
  "ESOCKET",
  "ETLS",
]);

export function mailFaultOf(error: unknown): string {
  const { code, responseCode } = typeof error === "object" && error !== null ? (error as MailError) : {};
  if (code === "EAUTH") return "The mail server refused the account of this server.";
  if (typeof responseCode === "number") return `The mail server refused the mail (${responseCode}).`;
  if (code === "ETIMEDOUT") return "The mail server did not answer in time.";
  if (code !== undefined && UNREACHABLE.has(code)) return "The mail server cannot be reached.";
  return "The mail was not sent. The log of the server says why.";
}

/** The fields of an error of the mail library. */
interface MailError {
  code?: string;
  responseCode?: number;
}

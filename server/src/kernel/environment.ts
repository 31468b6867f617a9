/** The things besides the database that operations may use. `start/environment.ts` fills them; tests fake external systems. */

export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** Every user of the server's machine, agents included, may read the mail. It gives no authority. */
  isOpen?: boolean;
  /** By default the mail library makes one. */
  messageId?: string;
  replyTo?: string;
}

/**
 * The destination of mail: people by SMTP; the terminal, because only this machine can call the server; or none,
 * because other machines can call the server and no mail server is set up.
 */
export type Delivery = "smtp" | "terminal" | "none";

/** Encrypts values at rest. A value opens only for the workspace and the place that it was sealed for. */
export interface SecretBox {
  /** The id of the master key that seals. Each sealed value contains the id of its key. */
  readonly keyId: string;
  seal(workspace: string, place: string, plain: string): string;
  open(workspace: string, place: string, sealed: string): string;
  /** A keyed hash, for tokens that are looked up by value. */
  fingerprint(token: string): string;
}

/** The settings that operations read. `runtime/config.ts` adds its fields by declaration merging. */
// biome-ignore lint/suspicious/noEmptyInterface: the settings fill it.
export interface Settings {}

/** A slice that needs more from outside adds its part by declaration merging. */
export interface Environment {
  /** The URL of this server for people, without a slash at the end. */
  publicUrl: string;
  settings: Settings;
  delivery: Delivery;
  secrets: SecretBox;
  sendMail(mail: Mail): Promise<void>;
}

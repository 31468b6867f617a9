/** What operations may reach besides the database. `app.ts` fills it; tests fake what is outside. */

export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** Anybody at the server's machine may read it, agents included: it opens nothing they could gain authority over. */
  isOpen?: boolean;
}

/**
 * Where mail goes: to people by SMTP; to the terminal, because only this machine can call the server; or nowhere, because
 * others can call it and no mail server is set up.
 */
export type Delivery = "smtp" | "terminal" | "none";

/** Encrypts values at rest, bound to a workspace and to the place they are stored in. */
export interface SecretBox {
  /** Of the master key that seals now; it stands in what it sealed. */
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
  /** Where people reach this server, without a slash at the end. */
  publicUrl: string;
  settings: Settings;
  delivery: Delivery;
  secrets: SecretBox;
  sendMail(mail: Mail): Promise<void>;
}

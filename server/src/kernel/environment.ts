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

/** A run of the demo that is stored and waits for its processes. */
export interface DemoRun {
  id: string;
  workspace: string;
  /** What its processes work with. It ends with the run. */
  key: string;
}

/** The processes of the demo. */
export interface DemoCrew {
  /** Why none can be started here and now, for people to read; undefined when one can. */
  unavailable(): Promise<string | undefined>;
  /** Resolves when the run has ended, and that is stored. */
  start(run: DemoRun): Promise<void>;
}

export interface Environment {
  /** Where people reach this server, without a slash at the end. */
  publicUrl: string;
  ownerEmail: string;
  delivery: Delivery;
  taskDepthMax: number;
  taskFanOutMax: number;
  /** Open tasks below one root, and in one workspace. */
  openTasksPerRootMax: number;
  openTasksMax: number;
  /** The longest time of one attempt at a task; no lease is renewed beyond it. */
  runSecondsMax: number;
  /** What a level above has to begin with an escalated task, unless the task says. */
  escalationSeconds: number;
  /** Messages that agents exchange, two of them or in a chain, without anything coming of it. */
  hopsMax: number;
  secrets: SecretBox;
  sendMail(mail: Mail): Promise<void>;
  demo: DemoCrew;
}

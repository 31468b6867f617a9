/** The processes of the demo, which only a server can start. */

/** A run that is stored and waits for its processes. */
export interface DemoRun {
  id: string;
  workspace: string;
  /** The person who started it. The crew asks this person for a decision. */
  user_id: string;
  /** The key of its processes. It ends with the run. */
  key: string;
}

export interface DemoCrew {
  /** Returns the reason why no run can be started here and now, for people to read; undefined when one can. */
  unavailable(): Promise<string | undefined>;
  /** Resolves when the run has ended and its end is stored. */
  start(run: DemoRun): Promise<void>;
}

declare module "../kernel/environment.ts" {
  interface Environment {
    demo: DemoCrew;
  }
}

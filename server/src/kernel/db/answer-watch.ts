/** An end to the wait for each answer of the database, by one look at all connections in place of a timer a statement. */

/** The database did not answer in time, so the connection was destroyed. */
export class SilentDatabase extends Error {
  constructor() {
    super("The database did not answer in time.");
  }
}

export interface AnswerWait {
  sent(answerMs: number): void;
  /** `nextMs` is what the next of the statements that were sent may take. Milliseconds. */
  answered(nextMs: number): void;
}

interface Waiting {
  pending: number;
  dueAt: number;
  /** Found overdue by one look. The next one is sure: what this process had no time to read has been read by then. */
  isLate: boolean;
  readonly onOverdue: () => void;
}

/** Milliseconds. */
const LOOK_EVERY_MS = 250;

/** Connections that were asked something. The look ends when there are none and begins with the next. */
const waiting = new Set<Waiting>();
let looking: NodeJS.Timeout | undefined;

function look(): void {
  const now = performance.now();
  for (const one of waiting) {
    if (now < one.dueAt) continue;
    if (one.isLate) {
      waiting.delete(one);
      one.onOverdue();
    } else one.isLate = true;
  }
  if (waiting.size > 0) return;
  clearInterval(looking);
  looking = undefined;
}

/** For one connection, which answers in the order in which it is asked. */
export function awaitAnswer(onOverdue: () => void): AnswerWait {
  const own: Waiting = { pending: 0, dueAt: 0, isLate: false, onOverdue };
  const expect = (answerMs: number) => {
    own.dueAt = performance.now() + answerMs;
    own.isLate = false;
  };
  return {
    sent(answerMs) {
      if (own.pending++ > 0) return;
      expect(answerMs);
      waiting.add(own);
      looking ??= setInterval(look, LOOK_EVERY_MS).unref();
    },
    answered(nextMs) {
      if (--own.pending === 0) waiting.delete(own);
      else expect(nextMs);
    },
  };
}

/** Ends each wait for the database. One timer checks all connections, instead of one timer per statement. */

/** The database did not answer in time, so the connection was destroyed. */
export class SilentDatabase extends Error {
  constructor() {
    super("The database did not answer in time.");
  }
}

export interface AnswerWait {
  sent(answerMs: number): void;
  /** `nextMs` is the time limit of the next statement that was sent. */
  answered(nextMs: number): void;
}

interface Waiting {
  pending: number;
  dueAt: number;
  /** One look found the answer overdue. At the next look, the process has read all that had arrived. */
  isLate: boolean;
  readonly onOverdue: () => void;
}

const LOOK_EVERY_MS = 250;

/** The connections that wait for an answer. The timer stops when there are none. */
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

/** Watches one connection. A connection answers statements in the order in which they were sent. */
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

/** Reports each operation that a dispatcher ran, so that a trace can show it. */
import type { Operation, RequestInfo } from "../operation.ts";
import { Problem, type ProblemCode } from "../problem.ts";
import type { Dispatcher } from "./dispatch.ts";

/** An operation that ended. It has nothing of the workspace. */
export interface EndedOperation {
  name: string;
  kind: Operation["kind"];
  request: Pick<RequestInfo, "id" | "trace_id" | "span_id">;
  startedMs: number;
  endedMs: number;
  /** Null for success. */
  code: ProblemCode | null;
}

export function reported(dispatcher: Dispatcher, onEnd: (ended: EndedOperation) => void): Dispatcher {
  async function report<T>({ name, kind }: Operation, request: RequestInfo, work: Promise<T>): Promise<T> {
    const startedMs = Date.now();
    const begunMs = performance.now();
    const end = (code: ProblemCode | null) =>
      onEnd({ name, kind, request, startedMs, endedMs: startedMs + performance.now() - begunMs, code });
    try {
      const result = await work;
      end(null);
      return result;
    } catch (error) {
      end(error instanceof Problem ? error.code : "internal");
      throw error;
    }
  }
  return {
    dispatch: (operation, actor, call) => report(operation, call.request, dispatcher.dispatch(operation, actor, call)),
    dispatchPublic: (operation, call) => report(operation, call.request, dispatcher.dispatchPublic(operation, call)),
  };
}

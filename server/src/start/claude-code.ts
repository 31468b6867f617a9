/** Connects the hooks of Claude Code with the gate of tool calls. */
import { claudeCodeHooks } from "../surfaces/claude-code/hooks.ts";
import type { Extension } from "../surfaces/http/tools.ts";
import { checkCall } from "../tool-gate/operations/check-call.ts";

export const claudeCodeReceiver = (): Extension => claudeCodeHooks({ check: checkCall });

/** What the command line may use. The processes of the crew load `crew/member.ts` alone, which is quick. */
export { type DemoOptions, runDemo } from "./run-demo.ts";

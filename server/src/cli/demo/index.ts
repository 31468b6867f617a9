/** The entry for the command line. Processes of the crew load only `crew/member.ts`, so that they start fast. */
export { type DemoOptions, runDemo } from "./run-demo.ts";

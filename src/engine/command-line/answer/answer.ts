import type { ServerResponse } from "node:http";
import { messageOf } from "../../../base/errors.ts";
import type { ProgramResult } from "../command-program.ts";

/** An answer that is not the one hoped for, with the status that the engine's API has for it. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What an answer is written to: a response, or a connection that is not one yet. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json", "api-version": API_VERSION });
  response.end(JSON.stringify(value));
}

/** The version of the API that is spoken. */
export const API_VERSION = "1.41";

/** Answers without a word. */
export function sendNothing(response: ServerResponse, status = 204): void {
  response.writeHead(status);
  response.end();
}

/** What went wrong, in the API's form. */
export function refusalOf(error: unknown): { readonly status: number; readonly message: string } {
  return { status: error instanceof Refusal ? error.status : 500, message: messageOf(error) };
}

const STATUSES: readonly (readonly [number, RegExp])[] = [
  [404, /no such|not found|could not find|does not exist|unable to find/iu],
  [409, /already in use|already exists|already used|is not running|is in use|being used|in progress|conflict|must be forced/iu],
];

/** The program's output, or its complaint as a refusal. */
export function need({ exit, stdout, stderr }: ProgramResult): string {
  if (exit === 0) return stdout.toString();
  throw complaintOf(stderr.toString(), exit);
}

/** A complaint of the program as a refusal. */
export function complaintOf(said: string, exit: number | null): Refusal {
  const message = shortened(said) || `the command ended with ${exit === null ? "its connection" : `exit code ${exit}`}`;
  return new Refusal(STATUSES.find(([, pattern]) => pattern.test(message))?.[0] ?? 500, message);
}

/** What nerdctl writes as a line of a log: time="…" level=fatal msg="…". */
function shortened(said: string): string {
  const fatal = /level=fatal msg="((?:[^"\\]|\\.)*)"/u.exec(said)?.[1];
  return fatal === undefined ? said.trim().slice(-1_000) : fatal.replaceAll(/\\(["\\])/gu, "$1");
}

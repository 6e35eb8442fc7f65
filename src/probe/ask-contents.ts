import { messageOf } from "../base/errors.ts";
import { within } from "../base/within.ts";
import { runInContainer } from "../engine/stream/exec.ts";
import type { Acceptance } from "../format/acceptance/acceptance.ts";
import { modeText } from "../format/tree/mode-text.ts";
import { type Answer, no, type Trial, yes } from "./answer.ts";
import { statPath } from "./stat-path.ts";

type FileQuestion = Acceptance["files"][number];
type CommandQuestion = Acceptance["commands"][number];

const COMMAND_MS = 60_000;

/** Looks at a path of the container; it need not run. */
export async function askFile({ engine, container }: Trial, wanted: FileQuestion): Promise<Answer> {
  const question = `${wanted.path} is a ${wanted.type}`;
  const member = await statPath(engine, container.id, wanted.path);
  if (member === null) return no(question, "it is not there");
  const mode = modeText(member.mode);
  const owner = `${member.uid}:${member.gid}`;
  if (member.type !== wanted.type) return no(question, `it is a ${member.type}`);
  if (wanted.mode !== null && mode !== wanted.mode) return no(`${question} of mode ${wanted.mode}`, `its mode is ${mode}`);
  if (wanted.owner !== null && owner !== wanted.owner && !engine.isPodman)
    return no(`${question} of ${wanted.owner}`, `its owner is ${owner}`);
  return yes(question);
}

/** Runs a command in the running container and holds its end and its output against what is wanted. */
export async function askCommand({ engine, container, signal }: Trial, wanted: CommandQuestion): Promise<Answer> {
  const argv = typeof wanted.run === "string" ? ["/bin/sh", "-c", wanted.run] : wanted.run;
  const question = `${typeof wanted.run === "string" ? wanted.run : wanted.run.join(" ")} ends with ${wanted.exit}`;
  const user = wanted.user === null ? {} : { user: wanted.user };
  try {
    const result = await runInContainer(engine, container.id, argv, {
      ...user,
      signal: within(COMMAND_MS, signal),
    });
    const output = result.stdout.toString("utf8") + result.stderr.toString("utf8");
    if (result.exit !== wanted.exit) return no(question, `exit code ${result.exit}: ${output.trim().slice(-200)}`);
    const isThere = wanted.contains === null || output.includes(wanted.contains);
    return isThere ? yes(question) : no(`${question} and prints ${JSON.stringify(wanted.contains)}`, "it does not print that");
  } catch (error) {
    signal.throwIfAborted();
    return no(question, messageOf(error));
  }
}

import { EXIT } from "../../../base/exit-code.ts";
import { checkUserNamespace } from "../../../engine/user-namespace/check-user-namespace.ts";
import { readUserNamespace, type UserNamespace } from "../../../engine/user-namespace/user-namespace.ts";
import type { IdRange } from "../../../format/proc/id-ranges.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { openChosenEngine } from "../../places.ts";

interface UidMapOptions extends EngineChoice {
  readonly check?: boolean;
  readonly json?: boolean;
}

/** `cooper engine uid-map`: which users of this machine the users of the engine's containers are; `--check` says what is wrong with it (exit 1). */
export async function uidMap(context: VerbContext, options: UidMapOptions): Promise<number> {
  const engine = await openChosenEngine(context, options);
  const map = await readUserNamespace(engine);
  const findings = options.check === true ? await checkUserNamespace(map) : [];
  if (options.json === true) await context.print(toJson("cooper.uid-map/1", { engine: engine.url, ...map, findings }));
  else {
    await context.print(renderMap(engine.url, map));
    for (const finding of findings) context.progress.emit({ kind: "finding", finding });
    if (options.check === true && findings.length === 0) await context.print("nothing is wrong with it\n");
  }
  return findings.length === 0 ? EXIT.done : EXIT.no;
}

const KINDS: Readonly<Record<UserNamespace["kind"], string>> = {
  none: "no user namespace: containers have this machine's own users and groups",
  remap: "userns-remap",
  rootless: "a rootless engine",
};

function renderMap(url: string, map: UserNamespace): string {
  const evidence =
    map.evidence === "kernel"
      ? map.container === null
        ? ""
        : `, as the kernel says for ${map.container}`
      : map.evidence === "files"
        ? ", as /etc/subuid and /etc/subgid say (no container runs that could be asked)"
        : ", whose map cannot be read from here";
  const rows = map.kind === "none" ? [] : [...map.uid.map((range) => row("users", range)), ...map.gid.map((range) => row("groups", range))];
  return [`${escapeText(url)}: ${KINDS[map.kind]}${escapeText(evidence)}`, ...rows].map((line) => `${line}\n`).join("");
}

function row(what: string, { inside, outside, count }: IdRange): string {
  const span = (first: number): string => (count === 1 ? String(first) : `${first}-${first + count - 1}`);
  return `  ${what.padEnd(7)} ${span(inside).padEnd(14)} in a container are ${span(outside)} here`;
}

import { hostname } from "node:os";
import { EXIT } from "../../../base/exit-code.ts";
import { runInContainer } from "../../../engine/stream/exec.ts";
import { containerOf, type Instance } from "../../../ship/look/instance.ts";
import { type InstanceState, readStates } from "../../../ship/look/instance-state.ts";
import { findPeer, isOfKind, type UnitKind, waveOf } from "../../../ship/look/unit-kinds.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import { renderStates, type StateRow } from "../../../terminal/ps-view.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { allInstances, exitOfLook, instancesOf, type LookedEngine, type LookOptions, openLook } from "../../units/look.ts";

/** What `--show` prints alone, one line for each instance. */
type Shown = "name" | "unit" | "id" | "pid" | "ip" | "image" | "wave" | "file" | "veth";

interface PsOptions extends LookOptions {
  readonly only?: UnitKind;
  readonly show?: Shown;
}

/** `cooper ps`: how instances are; 1 where one that was named is not up. */
export async function ps(context: VerbContext, words: readonly string[], options: PsOptions): Promise<number> {
  const look = await openLook(context, words, options);
  const machine = look.host.settings.machine.name ?? hostname();
  const chosen = words.length > 0 ? await instancesOf(context, look, words) : allInstances(look);
  const wanted = await narrow(chosen, options.only, machine);
  const hasEach = words.length > 0 || options.all === true;
  const found = await Promise.all(look.engines.map((one) => rowsOf(one, hasEach ? wanted : wanted.filter(runsOn(one)))));
  const rows = found.flat().filter(({ row }) => hasEach || row.state === "running");
  if (options.json === true) {
    await context.print(toJson("cooper.ps/1", { instances: rows.map(({ row }) => row) }));
  } else if (options.show === undefined) {
    await context.print(
      renderStates(
        rows.map(({ row }) => row),
        context.clock(),
        context.style,
      ),
    );
  } else {
    const { show } = options;
    // A container without a unit has no settings file.
    const shown = show === "file" ? rows.filter(({ instance }) => instance.known !== null) : rows;
    const texts = await Promise.all(shown.map((one) => shownText(one, show, machine)));
    await context.print(texts.map((text) => `${escapeText(text)}\n`).join(""));
  }
  const isDown = words.length > 0 && rows.some(({ row }) => row.state !== "running");
  return exitOfLook(look, isDown ? EXIT.no : EXIT.done);
}

function runsOn({ containers }: LookedEngine): (instance: Instance) => boolean {
  return (instance) => containerOf(instance, containers)?.status === "running";
}

interface Found {
  readonly engine: LookedEngine;
  readonly instance: Instance;
  readonly row: StateRow;
}

async function rowsOf(engine: LookedEngine, instances: readonly Instance[]): Promise<readonly Found[]> {
  const states = await readStates(engine.engine, instances, engine.containers);
  return states.flatMap((state, index) => {
    const instance = instances[index];
    return instance === undefined ? [] : [{ engine, instance, row: { context: engine.name, ...state } }];
  });
}

async function narrow(instances: readonly Instance[], kind: UnitKind | undefined, machine: string): Promise<readonly Instance[]> {
  if (kind === undefined) return instances;
  const kept = await Promise.all(instances.map(async (one) => ((await isOfKind(one, kind, machine)) ? [one] : [])));
  const order = ({ known }: Instance): number => (known === null ? 0 : (waveOf(known, machine) ?? 0));
  return kind === "autostart" ? kept.flat().toSorted((left, right) => order(left) - order(right)) : kept.flat();
}

async function shownText({ engine, instance, row }: Found, show: Shown, machine: string): Promise<string> {
  const { known } = instance;
  if (show === "wave") return `${known === null ? "-" : (waveOf(known, machine) ?? "-")} ${row.name}`;
  if (show === "file") return known === null ? "-" : `${known.unit.path}/${known.unit.file}`;
  if (show === "veth") return (await vethOf(engine, row)) ?? "-";
  return String(row[show] ?? "-");
}

async function vethOf({ engine }: LookedEngine, { id, state }: InstanceState): Promise<string | null> {
  if (id === null || state !== "running" || !engine.isLocal) return null;
  const { stdout } = await runInContainer(engine, id, ["cat", "/sys/class/net/eth0/iflink"]);
  return findPeer(stdout.toString().trim());
}

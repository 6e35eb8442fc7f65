import { posix } from "node:path";
import { CooperError } from "../../base/errors.ts";
import type { Mount } from "../../format/compose/mount.ts";
import { isWithin } from "../../format/compose/path-within.ts";
import type { MountPolicy } from "../settings/schema/cooper-schema.ts";
import type { UnitSettings } from "../settings/layer.ts";
import type { PlanFacts, PlanStep } from "./model.ts";

interface PlannedMount {
  readonly mount: Mount;
  readonly steps: readonly PlanStep[];
}

/** What the container sees in place of each volume, and what must be made or copied before; throws `mount-without-policy`, `test-volumes-unsafe`. */
export function planMounts(settings: UnitSettings, facts: PlanFacts, namespace: string): readonly PlannedMount[] {
  return (settings.service.volumes ?? []).map((mount) => {
    const own = withPlace(mount, settings, facts);
    return settings.mode === "prod" || mount.read_only || mount.type === "tmpfs" || mount.source === null
      ? planAsIs(own, settings, namespace)
      : planBeside(own, settings, { facts, namespace });
  });
}

function withPlace(mount: Mount, { folder }: UnitSettings, { home }: PlanFacts): Mount {
  if (mount.type !== "bind" || mount.source === null) return mount;
  const source = /^~(?=\/|$)/u.test(mount.source) ? home + mount.source.slice(1) : mount.source;
  return { ...mount, source: posix.resolve(folder, source) };
}

function planAsIs(mount: Mount, settings: UnitSettings, namespace: string): PlannedMount {
  if (mount.type === "volume" && mount.source !== null) return planVolume(mount, settings, namespace);
  const isMade = mount.type === "bind" && mount.source !== null && mount.create_host_path && !mount.read_only;
  return { mount, steps: isMade ? [folderStep(mount.source ?? "", mount, settings)] : [] };
}

function folderStep(path: string, mount: Mount, settings: UnitSettings): PlanStep {
  const { owner = null, group = null, mode = null } = settings.cooper.mounts?.[mount.target] ?? {};
  return { act: "make-folder", path, owner, group, mode };
}

function planVolume(mount: Mount, settings: UnitSettings, namespace: string): PlannedMount {
  const defined = settings.definitions.volumes?.[mount.source ?? ""];
  const isOurs = defined?.external !== true;
  const own = defined?.name ?? (isOurs ? `${namespace}_${mount.source ?? ""}` : (mount.source ?? ""));
  return { mount: { ...mount, source: own }, steps: isOurs ? [{ act: "make-volume", name: own }] : [] };
}

interface Beside {
  readonly facts: PlanFacts;
  readonly namespace: string;
}

/** A mount that production writes to, in an instance beside it: only as its policy says. */
function planBeside(mount: Mount, settings: UnitSettings, { facts, namespace }: Beside): PlannedMount {
  const policy = policyOf(mount, settings);
  // Production's own volume keeps the name it has there.
  if (policy === "share") return planAsIs(mount, settings, settings.name);
  if (policy === "share-ro") {
    const shared = planAsIs(mount, settings, settings.name);
    return { mount: { ...shared.mount, read_only: true }, steps: [] };
  }
  if (mount.type === "volume") return planOwnVolume(mount, policy, namespace);
  const to = posix.join(testFolder(facts, mount, settings), namespace, mount.target.slice(1).replaceAll("/", "_"));
  const maxSize = settings.cooper.mounts?.[mount.target]?.max_size ?? null;
  const fill: PlanStep = { act: "fill-folder", policy, from: mount.source ?? "", to, maxSize };
  return { mount: { ...mount, source: to }, steps: [folderStep(to, mount, settings), fill] };
}

function policyOf(mount: Mount, { mode, cooper, name }: UnitSettings): MountPolicy {
  const rules = cooper.mounts?.[mount.target];
  const policy = mode === "dev" ? (rules?.dev ?? rules?.test) : rules?.test;
  if (policy !== undefined) return policy;
  throw new CooperError(
    "mount-without-policy",
    `${name} writes to ${mount.source ?? ""} (${mount.target}), and nothing says what its ${mode} instance gets there.`,
    {
      hint: `Under x-cooper write mounts: { ${mount.target}: { ${mode}: empty } }; also tree, copy, share-ro and share.`,
    },
  );
}

function planOwnVolume(mount: Mount, policy: "empty" | "tree" | "copy", namespace: string): PlannedMount {
  if (policy !== "empty") {
    throw new CooperError(
      "mount-without-policy",
      `The volume ${mount.source ?? ""} (${mount.target}) cannot be given as ${policy}: only folders can be copied.`,
      {
        hint: "Choose empty, share-ro or share, or bind a folder.",
      },
    );
  }
  const name = `${namespace}_${mount.source ?? ""}`;
  return { mount: { ...mount, source: name }, steps: [{ act: "make-volume", name }] };
}

function testFolder({ testVolumes, volumes }: PlanFacts, mount: Mount, { folder }: UnitSettings): string {
  const unsafe = (message: string): CooperError =>
    new CooperError("test-volumes-unsafe", message, {
      hint: "Write test_volumes in host.yaml (or COOPER_TEST_VOLUMES): an absolute path apart from all data of production.",
    });
  if (testVolumes === null) throw unsafe("This machine names no folder for what tests write.");
  const near = [volumes, folder, mount.source].find(
    (other) => other !== null && (isWithin(testVolumes, other) || isWithin(other, testVolumes)),
  );
  if (!testVolumes.startsWith("/") || near !== undefined)
    throw unsafe(`${testVolumes}, the folder for what tests write, and ${near ?? "/"} are one within the other.`);
  return testVolumes;
}

import type { Finding } from "../../../base/finding.ts";
import type { History, Mount } from "../../../history/model.ts";
import type { TimedStep } from "../../model.ts";

/** A test for paths that lie on a volume or bind: they belong to no image. */
export function mountTest(mounts: readonly Mount[]): (path: string) => boolean {
  const folders = mounts.map(({ destination }) => destination.replace(/\/+$/u, ""));
  return (path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

/** One Finding for each mount that a Step changed or named. */
export function findMounts({ container }: History, steps: readonly TimedStep[]): Finding[] {
  return container.mounts.filter((mount) => steps.some(({ step }) => touches(mount, step))).map(findingOf);
}

function touches(mount: Mount, step: TimedStep["step"]): boolean {
  const isBelow = mountTest([mount]);
  return isBelow(step.cwd) || step.ran.includes(mount.destination) || step.effect.changes.some(({ path }) => isBelow(path));
}

function findingOf({ destination, type }: Mount): Finding {
  return {
    code: "mount-left-out",
    message: `What is below ${destination} is on a ${type} and not part of the image; the Draft leaves it out.`,
    hint: "Mount it again when the container runs, or copy what the image needs to another folder and record that.",
    where: { path: destination },
  };
}

import { posix } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { isWithin } from "../../format/compose/path-within.ts";
import { realPath } from "../../system/file/files.ts";
import type { DirectoryHandle } from "../../system/file/no-follow.ts";
import { makeFile } from "../../system/file/write-no-follow.ts";
import type { Plan } from "../plan/model.ts";
import type { FillFolder } from "./fill-folder.ts";
import type { Place } from "./place.ts";
import { trustedPlace } from "./trusted-root.ts";
import { makePlaced, openPlaced, pathOf } from "./walk-down.ts";

/** The file that says that cooper made a folder, and may empty what is in it. */
const MARK = ".cooper";
const OURS = { uid: null, gid: null, mode: 0o755 };

/** Throws `test-volumes-unsafe` where links make the folders of tests and of production one, whatever their names say. */
export async function checkApart(fills: readonly FillFolder[], { host, settings }: Place): Promise<void> {
  if (fills.length === 0) return;
  const tests = await realWay(host.testVolumes ?? "/");
  for (const other of [host.volumes, settings.folder, ...fills.map(({ from }) => from)]) {
    const real = other === null ? null : await realWay(other);
    if (real !== null && (isWithin(real, tests) || isWithin(tests, real))) {
      throw unsafeVolumes(`${host.testVolumes ?? ""}, the folder for what tests write, is ${tests}, and ${other ?? ""} is ${real}.`);
    }
  }
}

/** The way that a path really takes, also where its end is not there yet. */
async function realWay(path: string): Promise<string> {
  const real = await realPath(path);
  return real ?? (path === "/" ? "/" : posix.join(await realWay(posix.dirname(path)), posix.basename(path)));
}

/** Opens the folder of one instance's data, which holds cooper's mark; a folder of that name that others made is not touched. */
export async function claimFolder(path: string, plan: Plan, place: Place): Promise<void> {
  const placed = await trustedPlace(path, plan, place);
  const isNew = withOpen(openPlaced(placed), (folder) => folder.list().length === 0) ?? true;
  const folder = makePlaced(placed, { own: OURS, parents: OURS });
  withOpen(folder, () => {
    if (folder.stat(MARK)?.type === "file") return;
    if (!isNew) throw unsafeVolumes(`${pathOf(placed)} holds what cooper did not make (it has no file ${MARK}).`);
    makeFile(folder, MARK)?.close();
  });
}

function withOpen<T>(folder: DirectoryHandle | null, use: (folder: DirectoryHandle) => T): T | null {
  if (folder === null) return null;
  try {
    return use(folder);
  } finally {
    folder.close();
  }
}

function unsafeVolumes(message: string): CooperError {
  return new CooperError("test-volumes-unsafe", message, {
    hint: "Write test_volumes in host.yaml (or COOPER_TEST_VOLUMES): a folder for this alone, apart from all data of production.",
  });
}

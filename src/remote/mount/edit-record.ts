import { decodePath } from "../../format/tree/path-bytes.ts";
import type { MountEvent } from "./model.ts";
import { bytesOf } from "./remote-tree.ts";
import type { WirePath } from "./tree-cache.ts";

/** An event before it has its time and the container's path as a text. */
export type Edit =
  | { readonly kind: "created"; readonly type: "file" | "folder" | "link" }
  | { readonly kind: "written" | "attributes" }
  | { readonly kind: "renamed" | "linked"; readonly to: WirePath }
  | { readonly kind: "removed"; readonly type: "file" | "folder" };

/** Tells what was done through the mount. */
export type TellEdit = (path: WirePath, edit: Edit) => void;

/** Makes events of edits. */
export function tellEdits(onEvent: (event: MountEvent) => void, clock: () => number): TellEdit {
  const textOf = (path: WirePath): string => decodePath(bytesOf(path));
  return (path, edit) => {
    const told = "to" in edit ? { ...edit, to: textOf(edit.to) } : edit;
    onEvent({ at: clock(), path: textOf(path), ...told });
  };
}

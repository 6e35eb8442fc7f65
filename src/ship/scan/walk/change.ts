import type { Entry } from "../../../format/tree/entry.ts";
import type { ContentKind } from "../../../trace/layer-records.ts";

/** One path at which a container shows something else than its image. */
export interface LayerChange {
  readonly path: string;
  readonly kind: "add" | "modify" | "delete" | "metadata";
  /** The fields that differ (type, mode, uid, gid, link, device, content, xattrs); none for what was added or deleted. */
  readonly fields: readonly string[];
  /** What the image has there. */
  readonly before: Entry | null;
  readonly after: Entry | null;
  readonly content: ContentKind;
}

/** Something that could not be looked at. */
export interface Unseen {
  readonly path: string;
  readonly why: string;
}

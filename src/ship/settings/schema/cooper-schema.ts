import * as z from "zod";
import { flag, integer, oneOrMore, strict, text, textList } from "./fields.ts";
import { MODES } from "../modes.ts";
import { scanSchema } from "./scan-schema.ts";
import { bytes, containerPath, duration, octalMode, serviceSchema } from "./service-schema.ts";

/** What an instance beside production gets in place of a mount that production writes to. */
const POLICIES = ["empty", "tree", "copy", "share-ro", "share"] as const;
export type MountPolicy = (typeof POLICIES)[number];

const policy = z.enum(POLICIES, `It must be one of ${POLICIES.join(", ")}.`);
const owner = text.refine(
  (name) => /^[a-z0-9_][a-z0-9_.-]*\$?$/iu.test(name),
  "It must be a name or a number of the image's users or groups.",
);

const mountRules = strict({
  test: policy.optional(),
  dev: policy.optional(),
  /** For the test instance that has production's settings; `test` where it says nothing. */
  prod_ready: policy.optional(),
  owner: owner.optional(),
  group: owner.optional(),
  mode: octalMode.optional(),
  max_size: bytes.optional(),
});

const content = z.union(
  [strict({ text: z.string() }), strict({ file: text }), strict({ command: textList.min(1), timeout: duration.optional() })],
  "It must be a map with text, file or command.",
);

const provisioned = strict({
  path: containerPath,
  kind: z.enum(["file", "folder"], "It must be file or folder."),
  owner: owner.optional(),
  group: owner.optional(),
  mode: octalMode.optional(),
  content: content.optional(),
  only: z.array(z.enum(MODES)).optional(),
}).refine((item) => item.kind === "file" || item.content === undefined, "Only a file has content.");

/** What stands under `x-cooper` in a service. */
export const cooperShape = {
  after: textList.optional(),
  attach: flag.optional(),
  autostart: strict({ wave: integer, hosts: oneOrMore.optional() }).optional(),
  repositories: oneOrMore.optional(),
  release: strict({
    keep: integer.optional(),
    strategy: z.enum(["auto", "start-first", "stop-first"], "It must be auto, start-first or stop-first.").optional(),
    deadline: duration.optional(),
    stay_up: duration.optional(),
  }).optional(),
  harden: strict({ keep: textList.optional() }).optional(),
  address: z.union([z.literal("auto"), strict({ lookup: text })], "It must be auto, or a map with lookup.").optional(),
  port_offset: z.union([z.literal("auto"), integer], "It must be auto or a whole number.").optional(),
  mounts: z.record(containerPath, mountRules).optional(),
  provision: z.array(provisioned, "It must be a list.").optional(),
  scan: scanSchema.optional(),
  modes: strict({ prod: serviceSchema.optional(), test: serviceSchema.optional(), dev: serviceSchema.optional() }).optional(),
};

export const cooperSchema = strict(cooperShape);
export type CooperKeys = z.infer<typeof cooperSchema>;

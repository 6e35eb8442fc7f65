import * as z from "zod";
import { UNSUPPORTED_SERVICE_KEYS, UNSUPPORTED_TOP_KEYS } from "../compose-keys.ts";
import { cooperSchema } from "./cooper-schema.ts";
import { flag, strict, text, textList, textMap } from "./fields.ts";
import { serviceShape } from "./service-schema.ts";

const network = strict(
  {
    name: text.optional(),
    external: flag.optional(),
    internal: flag.optional(),
    labels: textMap.optional(),
    driver: z.literal("bridge", "Only bridge networks are made; write external: true for another one.").optional(),
    ipam: strict(
      { config: z.array(strict({ subnet: text }, { gateway: "", ip_range: "", aux_addresses: "" })).max(1) },
      { driver: "", options: "" },
    ).optional(),
  },
  { attachable: "", driver_opts: "", enable_ipv4: "", enable_ipv6: "" },
);

const volume = strict({ name: text.optional(), external: flag.optional(), labels: textMap.optional() }, { driver: "", driver_opts: "" });

const secret = strict(
  {
    file: text.optional(),
    environment: text.optional(),
    "x-cooper": z
      .union([strict({ command: textList.min(1) }), strict({ prompt: text })], "It must be a map with command or prompt.")
      .optional(),
  },
  { external: "", name: "", labels: "", driver: "", template_driver: "" },
).refine(
  (one) => one.file !== undefined || one.environment !== undefined || one["x-cooper"] !== undefined,
  "It must say where the secret comes from: file or environment.",
);

/** A service of a unit's file. */
export const unitServiceSchema = strict({ ...serviceShape, "x-cooper": cooperSchema.optional() }, UNSUPPORTED_SERVICE_KEYS);

/** A unit's file: a Compose file with one service. */
export const fileSchema = strict(
  {
    version: text.optional(),
    name: text.optional(),
    services: z.record(z.string(), unitServiceSchema, "It must be a map of services."),
    networks: z.record(z.string(), network).optional(),
    volumes: z.record(z.string(), volume).optional(),
    secrets: z.record(z.string(), secret).optional(),
    "x-cooper": strict({ version: z.literal(1, "It must be 1.") }).optional(),
  },
  UNSUPPORTED_TOP_KEYS,
);

export type UnitService = z.infer<typeof unitServiceSchema>;
export type ComposeFile = z.infer<typeof fileSchema>;

import type { Service } from "./schema/service-schema.ts";

const RATES = ["device_read_bps", "device_write_bps", "device_read_iops", "device_write_iops"] as const;

/** Flags of `docker run` and their values, for what may be read and written of block devices. */
export function blockFlags(limits: NonNullable<Service["blkio_config"]>): readonly (readonly [string, string])[] {
  return [
    ...(limits.weight === undefined ? [] : [["--blkio-weight", String(limits.weight)] as const]),
    ...(limits.weight_device ?? []).map(({ path, weight }) => ["--blkio-weight-device", `${path}:${weight}`] as const),
    ...RATES.flatMap((key) => (limits[key] ?? []).map(({ path, rate }) => [`--${key.replaceAll("_", "-")}`, `${path}:${rate}`] as const)),
  ];
}

/** A JSON object as it came; its members are copied, not understood. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What the history of a slim image begins with; the original follows. */
export const MADE_BY = "cooper slim";

/** The configuration of the slim image: the original's own, with one layer. Its time is the original's, so that the same paths give the same id. */
export function imageConfig(inspected: JsonObject, layer: { readonly diffId: string; readonly from: string }): JsonObject {
  return {
    architecture: inspected["Architecture"],
    ...(inspected["Variant"] ? { variant: inspected["Variant"] } : {}),
    os: inspected["Os"],
    created: inspected["Created"],
    config: settings(inspected["Config"]),
    rootfs: { type: "layers", diff_ids: [layer.diffId] },
    history: [
      { created: inspected["Created"], created_by: `${MADE_BY} ${layer.from}`, comment: "only what is needed of the original image" },
    ],
  };
}

/** What belongs to the container that the classic builder used, not to the image. */
const OF_A_CONTAINER = new Set([
  "Hostname",
  "Domainname",
  "Image",
  "AttachStdin",
  "AttachStdout",
  "AttachStderr",
  "Tty",
  "OpenStdin",
  "StdinOnce",
]);

function settings(config: unknown): JsonObject {
  if (typeof config !== "object" || config === null) return {};
  return Object.fromEntries(Object.entries(config).filter(([key]) => !OF_A_CONTAINER.has(key)));
}

import type { Reply } from "../../engine/reply.ts";

/** Devices that are asked of a driver. */
export interface DefinedDevices {
  /** The values of --gpus. */
  readonly gpus: readonly string[];
  /** Names by the container device interface: values of --device. */
  readonly named: readonly string[];
  /** The same for Compose. */
  readonly reservations: readonly Readonly<Record<string, unknown>>[];
  /** What docker run has no words for. */
  readonly left: readonly string[];
}

/** Reads what stands in DeviceRequests. */
export function readDeviceRequests(requests: Reply): DefinedDevices {
  const all = requests.list();
  const isNamed = (one: Reply): boolean => one.at("Driver").text() === "cdi";
  const graphics = all.filter((one) => !isNamed(one) && isGraphics(one));
  return {
    gpus: graphics.map(gpuText),
    named: all.filter(isNamed).flatMap((one) => one.at("DeviceIDs").texts()),
    reservations: all.map(reservation),
    left: all.every((one) => isNamed(one) || isGraphics(one)) ? [] : ["DeviceRequests"],
  };
}

function capabilities(request: Reply): readonly (readonly string[])[] {
  return request
    .at("Capabilities")
    .list()
    .map((any) => any.texts());
}

function isGraphics(request: Reply): boolean {
  const all = capabilities(request);
  return all.length === 1 && all[0]?.at(-1) === "gpu";
}

/** Comma-separated fields, of which one with a comma stands in quotes. */
function gpuText(request: Reply): string {
  const [count, ids] = [request.at("Count").number(), request.at("DeviceIDs").texts()];
  const more = capabilities(request)[0]?.slice(0, -1) ?? [];
  const options = Object.entries(request.at("Options").textMap()).map(([name, value]) => `${name}=${value}`);
  const fields = [
    ...(ids.length > 0 ? [`device=${ids.join(",")}`] : [count === -1 ? "all" : `count=${count}`]),
    ...(request.at("Driver").text() === "" ? [] : [`driver=${request.at("Driver").text()}`]),
    ...(more.length === 0 ? [] : [`capabilities=${more.join(",")}`]),
    ...(options.length === 0 ? [] : [`options=${options.join(",")}`]),
  ];
  return fields.map((field) => (field.includes(",") ? `"${field}"` : field)).join(",");
}

function reservation(request: Reply): Readonly<Record<string, unknown>> {
  const [count, ids, options] = [request.at("Count").number(), request.at("DeviceIDs").texts(), request.at("Options").textMap()];
  return {
    ...(request.at("Driver").text() === "" ? {} : { driver: request.at("Driver").text() }),
    ...(ids.length > 0 ? { device_ids: ids } : { count: count === -1 ? "all" : count }),
    capabilities: capabilities(request)[0] ?? [],
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
}

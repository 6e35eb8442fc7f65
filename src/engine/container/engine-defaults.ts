import type { Engine } from "../open-engine.ts";
import { callJson } from "../transport/request.ts";

/** What an engine gives a container that asks for nothing: "json-file", "runc", "host" or "private". */
export async function engineDefaults(
  engine: Engine,
): Promise<{ readonly logDriver: string; readonly runtime: string; readonly cgroup: string }> {
  const info = await callJson(engine.channel, { path: "/info" });
  return {
    logDriver: info.at("LoggingDriver").text("json-file"),
    runtime: info.at("DefaultRuntime").text("runc"),
    cgroup: info.at("CgroupVersion").text("1") === "2" ? "private" : "host",
  };
}

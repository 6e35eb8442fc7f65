import { parseReply, type Reply } from "../../reply.ts";

/** An event as the engine's API tells it. */
export interface EventShape {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly timeNano: number;
}

/** What containerd calls what the engine's API calls so. */
const ACTIONS: Readonly<Record<string, string>> = {
  "/containers/create": "create",
  "/containers/delete": "destroy",
  "/tasks/start": "start",
  "/tasks/exit": "die",
  "/tasks/paused": "pause",
  "/tasks/resumed": "unpause",
};

/** A line of `events` in the API's form; null for what the API does not tell. A program that speaks as docker does tells it already. */
export function eventShape(line: string): EventShape | null {
  const event = parseReply(line);
  const nano = event.at("timeNano").number() || (Date.parse(event.at("Timestamp").text()) || 0) * 1e6;
  if (event.at("Topic").isNull()) return dockerEvent(event, nano);
  const action = ACTIONS[event.at("Topic").text()];
  if (action === undefined) return null;
  const inner = parseReply(event.at("Event").text("{}"));
  const id = inner.at("container_id").text() || inner.at("id").text();
  // The end of a command in a container is told in the same way as the end of its first process.
  if (action === "die" && inner.at("id").text(id) !== id) return null;
  return { Type: "container", Action: action, Actor: { ID: id, Attributes: {} }, timeNano: nano };
}

function dockerEvent(event: Reply, timeNano: number): EventShape | null {
  const type = event.at("Type").text();
  if (type === "") return null;
  const actor = event.at("Actor");
  const action = event.at("Action").text(event.at("status").text());
  return { Type: type, Action: action, Actor: { ID: actor.at("ID").text(), Attributes: actor.at("Attributes").textMap() }, timeNano };
}

/** Whether it is one of those that were asked for: of each filter one value must fit. */
export function isWanted(event: EventShape, filters: Reply): boolean {
  const { ID: id, Attributes: attributes } = event.Actor;
  const fits = (name: string, value: string): boolean => {
    if (name === "type") return event.Type === value;
    if (name === "event") return event.Action === value || event.Action.startsWith(`${value}:`);
    if (name === "container") return event.Type === "container" && (id.startsWith(value) || attributes["name"] === value);
    if (name === "label") return Object.entries(attributes).some(([key, one]) => value === key || value === `${key}=${one}`);
    return true;
  };
  return filters.keys().every((name) => valuesOf(filters.at(name)).some((value) => fits(name, value)));
}

/** Clients send a list, or a map from value to true. */
export function valuesOf(filter: Reply): readonly string[] {
  return filter.textsOrNull() ?? filter.keys();
}

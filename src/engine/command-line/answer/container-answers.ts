import type { ServerResponse } from "node:http";
import { parseReply, type Reply } from "../../reply.ts";
import type { CommandProgram } from "../command-program.ts";
import { changesShape, containerShape, processesShape, summaryShape } from "../shape/container-shape.ts";
import { valuesOf } from "../shape/event-shape.ts";
import { createWords } from "../words/create-words.ts";
import { complaintOf, need, Refusal, sendJson, sendNothing } from "./answer.ts";
import { frame, passOn } from "./carry.ts";
import { type Answer, type AnsweredRequest, bodyOf, filtersOf, isSet } from "./request.ts";

/** What the program has of a container. */
export async function inspect(program: CommandProgram, name: string): Promise<Reply> {
  const [found] = parseReply(need(await program.run(["inspect", "--type", "container", name]))).list();
  if (found === undefined) throw new Refusal(404, `No such container: ${name}`);
  return found;
}

/** `GET /containers/ID/json` */
export const inspectOne: Answer = async ({ program, waiting, name }, response) => {
  sendJson(response, containerShape(await inspect(program, waiting.nameOf(name))));
};

/** `GET /containers/json` */
export const list: Answer = async ({ program, query }, response) => {
  const filters = filtersOf(query);
  const words = filters.keys().flatMap((key) => valuesOf(filters.at(key)).flatMap((value) => ["--filter", `${key}=${value}`]));
  const ids = need(await program.run(["ps", "-q", "--no-trunc", ...(isSet(query, "all") ? ["-a"] : []), ...words]))
    .split("\n")
    .filter((line) => line !== "");
  // One that goes in between is left out, with a complaint.
  const found = ids.length === 0 ? "[]" : (await program.run(["inspect", "--type", "container", ...ids])).stdout.toString();
  sendJson(
    response,
    parseReply(found.trim() || "[]")
      .list()
      .map(summaryShape),
  );
};

/** `POST /containers/create` */
export const create: Answer = async ({ program, waiting, query, body }, response) => {
  const wish = await bodyOf(body);
  const words = createWords(wish, await imageName(program, wish.at("Image").text()));
  if (words.refused.length > 0) throw new Refusal(501, `${program.name} has no option for ${words.refused.join(", ")}`);
  const name = query.get("name");
  if (wish.at("StdinOnce").flag()) {
    sendJson(response, { Id: waiting.make(name, words), Warnings: [] }, 201);
    return;
  }
  const named = name === null ? [] : ["--name", name];
  const made = need(await program.run(["create", ...named, ...words.options, ...words.command]));
  sendJson(response, { Id: made.trim().split("\n").at(-1) ?? "", Warnings: [] }, 201);
};

/** nerdctl would look for a registry's image behind an id. */
async function imageName(program: CommandProgram, image: string): Promise<string> {
  if (!/^(?:sha256:)?[0-9a-f]{12,64}$/u.test(image)) return image;
  const found = await program.run(["image", "inspect", image]);
  if (found.exit !== 0) return image;
  return parseReply(found.stdout.toString()).list()[0]?.at("RepoTags").texts()[0] ?? image;
}

/** `POST /containers/ID/start` */
export const start: Answer = async ({ program, waiting, name }, response) => {
  if (waiting.has(name)) waiting.start(name);
  else need(await program.run(["start", name]));
  sendNothing(response);
};

/** A command with the container's name behind it, answered by its end. */
export function plainly(wordsOf: (query: URLSearchParams) => readonly string[]): Answer {
  return async ({ program, waiting, name, query }, response) => {
    need(await program.run([...wordsOf(query), waiting.nameOf(name)]));
    sendNothing(response);
  };
}

/** The words of a command that lets a container a time to end. */
export function withGrace(command: string): (query: URLSearchParams) => readonly string[] {
  return (query) => [command, ...(query.has("t") ? ["--time", query.get("t") ?? ""] : [])];
}

/** `POST /containers/ID/rename` */
export const rename: Answer = async ({ program, name, query }, response) => {
  need(await program.run(["rename", name, query.get("name") ?? ""]));
  sendNothing(response);
};

/** `DELETE /containers/ID` */
export const remove: Answer = async ({ program, waiting, name, query }, response) => {
  if (waiting.has(name)) await waiting.remove(name);
  else need(await program.run(["rm", ...(isSet(query, "force") ? ["-f"] : []), ...(isSet(query, "v") ? ["-v"] : []), name]));
  sendNothing(response);
};

/** `POST /containers/ID/wait`: the first bytes go at once, as a client waits for them before it starts the container. */
export const wait: Answer = async ({ program, waiting, name }, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
  const { exit, stdout } = await program.run(["wait", waiting.nameOf(name)]);
  const code = Number(stdout.toString().trim());
  response.end(JSON.stringify({ StatusCode: exit === 0 && Number.isInteger(code) ? code : 137 }));
};

/** `GET /containers/ID/changes` */
export const changes: Answer = async ({ program, name }, response) => {
  sendJson(response, changesShape(need(await program.run(["diff", name]))));
};

/** `GET /containers/ID/top` */
export const top: Answer = async ({ program, name, query }, response) => {
  const options = (query.get("ps_args") ?? "-ef").split(" ").filter((word) => word !== "");
  sendJson(response, processesShape(need(await program.run(["top", name, ...options]))));
};

/** `GET /containers/ID/export` */
export const exportFiles: Answer = async ({ program, name }, response) => {
  await sendOutput(program, ["export", name], response);
};

/** The program's output while it comes; what it says before the first byte is its refusal. */
export async function sendOutput(program: CommandProgram, words: readonly string[], response: ServerResponse): Promise<void> {
  const running = program.start(words);
  running.stdin.end();
  response.once("close", () => running.kill());
  let said = "";
  running.stderr.on("data", (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2_000)));
  await passOn(running.stdout, response, (bytes) => bytes);
  const exit = await running.exit;
  if (exit === 0) response.end();
  else if (response.headersSent) response.destroy();
  else throw complaintOf(said, exit);
}

/** `GET /containers/ID/logs` */
export const logs: Answer = async ({ program, name, query }, response) => {
  const isRaw = (await inspect(program, name)).at("Config", "Tty").flag();
  const running = program.start(["logs", ...logWords(query), name]);
  running.stdin.end();
  response.writeHead(200, { "content-type": "application/octet-stream" });
  response.flushHeaders();
  response.once("close", () => running.kill());
  const make = (kind: number) => (bytes: Buffer) => (isRaw ? bytes : frame(kind, bytes));
  await Promise.all([passOn(running.stdout, response, make(1)), passOn(running.stderr, response, make(2))]);
  response.end();
};

function logWords(query: AnsweredRequest["query"]): readonly string[] {
  const tail = query.get("tail") ?? "all";
  const since = Number(query.get("since") ?? 0);
  return [
    ...(isSet(query, "follow") ? ["--follow"] : []),
    ...(isSet(query, "timestamps") ? ["--timestamps"] : []),
    ...(tail === "all" ? [] : ["--tail", tail]),
    ...(since > 0 ? ["--since", new Date(since * 1000).toISOString()] : []),
  ];
}

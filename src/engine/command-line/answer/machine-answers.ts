import { parseReply, type Reply } from "../../reply.ts";
import type { CommandProgram } from "../command-program.ts";
import { eventShape, isWanted, valuesOf } from "../shape/event-shape.ts";
import { API_VERSION, need, sendJson, sendNothing } from "./answer.ts";
import { type Answer, bodyOf, filtersOf, isSet, rowsOf } from "./request.ts";

const JSON_FORM = ["--format", "{{json .}}"];
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", armv7l: "arm" };

/** `GET /_ping`: whether the program can be asked is found with the first question that matters. */
export const ping: Answer = (_request, response) => {
  response.setHeader("api-version", API_VERSION);
  response.setHeader("ostype", "linux");
  response.writeHead(200, { "content-type": "text/plain" });
  response.end("OK");
  return Promise.resolve();
};

const told = new WeakMap<CommandProgram, Promise<Reply>>();

/** Who the engine is does not change while it is asked. */
function informed(program: CommandProgram): Promise<Reply> {
  const known = told.get(program) ?? program.run(["info", ...JSON_FORM]).then((result) => parseReply(need(result)));
  told.set(program, known);
  known.catch(() => told.delete(program));
  return known;
}

/** `GET /version` */
export const version: Answer = async ({ program }, response) => {
  const info = await informed(program);
  const architecture = info.at("Architecture").text();
  const server = info.at("ServerVersion").text("unknown");
  sendJson(response, {
    Version: server,
    ApiVersion: API_VERSION,
    MinAPIVersion: "1.24",
    Os: info.at("OSType").text("linux"),
    Arch: ARCHITECTURES[architecture] ?? architecture,
    KernelVersion: info.at("KernelVersion").text(),
    Components: [{ Name: program.name, Version: server }],
  });
};

/** `GET /info` */
export const info: Answer = async ({ program }, response) => {
  sendJson(response, (await informed(program)).members());
};

/** `GET /events` */
export const events: Answer = async ({ program, query }, response) => {
  const filters = filtersOf(query);
  const running = program.start(["events", ...JSON_FORM]);
  response.once("close", () => running.kill());
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
  running.stderr.resume();
  let held = "";
  for await (const bytes of running.stdout) {
    const lines = (held + String(bytes)).split("\n");
    held = lines.pop() ?? "";
    for (const line of lines.filter((one) => one.trim() !== "")) {
      const event = eventShape(line);
      if (event !== null && isWanted(event, filters)) response.write(`${JSON.stringify(event)}\n`);
    }
  }
  response.end();
};

/** `GET /networks` */
export const listNetworks: Answer = async ({ program }, response) => {
  const names = rowsOf(need(await program.run(["network", "ls", ...JSON_FORM]))).map((row) => row.at("Name").text());
  const inspected = names.length === 0 ? "[]" : need(await program.run(["network", "inspect", ...names]));
  sendJson(
    response,
    parseReply(inspected)
      .list()
      .map((one) => one.members()),
  );
};

/** `GET /networks/ID` or `GET /volumes/NAME` */
export function inspectOf(kind: "network" | "volume"): Answer {
  return async ({ program, name }, response) => {
    sendJson(
      response,
      parseReply(need(await program.run([kind, "inspect", name])))
        .list()[0]
        ?.members() ?? {},
    );
  };
}

/** `DELETE /networks/ID` or `DELETE /volumes/NAME` */
export function removeOf(kind: "network" | "volume"): Answer {
  return async ({ program, name, query }, response) => {
    need(await program.run([kind, "rm", ...(isSet(query, "force") ? ["-f"] : []), name]));
    sendNothing(response);
  };
}

/** `GET /volumes` */
export const listVolumes: Answer = async ({ program, query }, response) => {
  const filters = filtersOf(query);
  const words = filters.keys().flatMap((key) => valuesOf(filters.at(key)).flatMap((value) => ["--filter", `${key}=${value}`]));
  const names = rowsOf(need(await program.run(["volume", "ls", ...JSON_FORM, ...words]))).map((row) => row.at("Name").text());
  const inspected = names.length === 0 ? "[]" : need(await program.run(["volume", "inspect", ...names]));
  sendJson(response, {
    Volumes: parseReply(inspected)
      .list()
      .map((one) => one.members()),
    Warnings: [],
  });
};

/** `POST /volumes/create` or `POST /networks/create` */
export function createOf(kind: "network" | "volume"): Answer {
  return async ({ program, body }, response) => {
    const wish = await bodyOf(body);
    const labels = Object.entries(wish.at("Labels").textMap()).flatMap(([key, value]) => ["--label", `${key}=${value}`]);
    const driver = wish.at("Driver").text();
    const driven = kind === "network" && driver !== "" ? ["--driver", driver] : [];
    const made = need(await program.run([kind, "create", ...driven, ...labels, wish.at("Name").text()])).trim();
    sendJson(response, kind === "network" ? { Id: made } : { Name: made, Labels: wish.at("Labels").textMap() }, 201);
  };
}

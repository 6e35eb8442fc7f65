import { demultiplex } from "./stream/demultiplex.ts";
import type { Engine } from "./open-engine.ts";
import { callBytes, callJson, callStream } from "./transport/request.ts";

/** A machine of a Swarm. */
export interface SwarmNode {
  readonly id: string;
  readonly hostName: string;
  /** By which the other nodes reach it. */
  readonly address: string;
  /** "ready", "down", … */
  readonly state: string;
  /** "active", "pause", "drain". */
  readonly availability: string;
}

/** What a service does on one node. */
export interface SwarmTask {
  readonly id: string;
  readonly node: string;
  /** "running", "complete", "failed", … */
  readonly state: string;
  readonly error: string;
  /** Id of its container, "" before it has one. */
  readonly container: string;
}

/** A service that runs once on every node, with this machine's network and no port. */
export interface GlobalService {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly capabilities: readonly string[];
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly readOnly: boolean }[];
  readonly secret: { readonly id: string; readonly name: string };
  readonly labels: Readonly<Record<string, string>>;
}

/** One line that a service wrote, and where. */
export interface ServiceLine {
  readonly node: string;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

const CODES = { 404: "swarm-unknown", 503: "swarm-missing", 406: "swarm-missing" } as const;

/** The nodes of the engine's Swarm; throws `swarm-missing` where the engine manages none. */
export async function listNodes(engine: Engine): Promise<readonly SwarmNode[]> {
  const reply = await callJson(engine.channel, { path: "/nodes", codes: CODES });
  return reply.list().map((node) => ({
    id: node.at("ID").need(),
    hostName: node.at("Description", "Hostname").text(),
    address: node.at("Status", "Addr").text(),
    state: node.at("Status", "State").text(),
    availability: node.at("Spec", "Availability").text(),
  }));
}

/** Id of the engine's own node; "" where it is in no Swarm. */
export async function ownNode(engine: Engine): Promise<string> {
  const info = await callJson(engine.channel, { path: "/info" });
  return info.at("Swarm", "NodeID").text();
}

/** Gives a text to the services of a Swarm that ask for it by name; gives its id. */
export async function createSecret(engine: Engine, name: string, text: string): Promise<string> {
  const body = { Name: name, Data: Buffer.from(text).toString("base64") };
  const reply = await callJson(engine.channel, { method: "POST", path: "/secrets/create", body, codes: CODES });
  return reply.at("ID").need();
}

/** Removes a secret that no service uses. */
export async function removeSecret(engine: Engine, id: string): Promise<void> {
  await callBytes(engine.channel, { method: "DELETE", path: `/secrets/${encodeURIComponent(id)}`, codes: CODES });
}

/** Makes a service that runs to its end once on every node; gives its id. */
export async function createGlobalService(engine: Engine, service: GlobalService): Promise<string> {
  const reply = await callJson(engine.channel, { method: "POST", path: "/services/create", body: bodyOf(service), codes: CODES });
  return reply.at("ID").need();
}

function bodyOf({ name, image, args, env, capabilities, mounts, secret, labels }: GlobalService): unknown {
  const file = { Name: secret.name, UID: "0", GID: "0", Mode: 0o400 };
  return {
    Name: name,
    Labels: labels,
    Mode: { Global: {} },
    TaskTemplate: {
      ContainerSpec: {
        Image: image,
        Args: args,
        Env: env,
        User: "0",
        Labels: labels,
        ReadOnly: true,
        CapabilityAdd: capabilities,
        Mounts: mounts.map(({ source, target, readOnly }) => ({ Type: "bind", Source: source, Target: target, ReadOnly: readOnly })),
        Secrets: [{ SecretID: secret.id, SecretName: secret.name, File: file }],
      },
      RestartPolicy: { Condition: "none" },
      Networks: [{ Target: "host" }],
      LogDriver: { Name: "json-file" },
    },
  };
}

/** Removes a service and its containers. */
export async function removeService(engine: Engine, id: string): Promise<void> {
  await callBytes(engine.channel, { method: "DELETE", path: `/services/${encodeURIComponent(id)}`, codes: CODES });
}

/** What a service does on the nodes. */
export async function listTasks(engine: Engine, service: string): Promise<readonly SwarmTask[]> {
  const query = { filters: JSON.stringify({ service: [service] }) };
  const reply = await callJson(engine.channel, { path: "/tasks", query, codes: CODES });
  return reply.list().map((task) => ({
    id: task.at("ID").need(),
    node: task.at("NodeID").text(),
    state: task.at("Status", "State").text(),
    error: task.at("Status", "Err").text(),
    container: task.at("Status", "ContainerStatus", "ContainerID").text(),
  }));
}

const DETAILS = /^com\.docker\.swarm\.node\.id=(\w+),com\.docker\.swarm\.service\.id=\w+,com\.docker\.swarm\.task\.id=\w+ (.*)$/;

/** What a service has written on all nodes, as the manager gathers it. */
export async function serviceLines(engine: Engine, service: string, signal: AbortSignal): Promise<readonly ServiceLine[]> {
  const path = `/services/${encodeURIComponent(service)}/logs`;
  const parts = { stdout: Array<Buffer>(), stderr: Array<Buffer>() };
  const query = { stdout: true, stderr: true, details: true };
  for await (const { stream, bytes } of demultiplex(await callStream(engine.channel, { path, query, codes: CODES, signal }))) {
    parts[stream].push(bytes);
  }
  return (["stdout", "stderr"] as const).flatMap((stream) =>
    Buffer.concat(parts[stream])
      .toString("utf8")
      .split("\n")
      .flatMap((line) => {
        const [, node, text] = DETAILS.exec(line) ?? [];
        return node === undefined || text === undefined ? [] : [{ node, stream, text }];
      }),
  );
}

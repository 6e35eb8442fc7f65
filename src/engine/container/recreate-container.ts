import type { Engine } from "../open-engine.ts";
import { CooperError, isCooperError } from "../../base/errors.ts";
import { removeContainer, startContainer, stopContainer } from "./container.ts";
import { inspectImage } from "../image/image.ts";
import type { Reply } from "../reply.ts";
import { callBytes, callJson } from "../transport/request.ts";

const CODES = { 404: "container-unknown", 409: "container-conflict" } as const;

/** A container that was made anew; the old one is kept, stopped and under another name, until `keep` or `undo` is called. */
export interface Recreated {
  readonly id: string;
  /** The new one stays, the old one is removed. */
  keep(): Promise<void>;
  /** The new one is removed, the old one has its name again and is started. */
  undo(): Promise<void>;
}

export interface Recreation {
  /** Of the old container as long as both are there. */
  readonly spareName: string;
  /** Another image than the old one's; the host name then stays, whoever chose it. */
  readonly image?: string;
  /** How long the old one may take to end by itself; absent: as long as it was told when it was made. */
  readonly graceSeconds?: number;
}

/** Makes a container anew with the same settings, networks and volumes, and a fresh layer of its own; throws `recreate-impossible`. */
export async function recreateContainer(engine: Engine, id: string, { spareName, image, graceSeconds }: Recreation): Promise<Recreated> {
  const old = await callJson(engine.channel, { path: `/containers/${id}/json`, codes: CODES });
  const name = old.at("Name").text().replace(/^\//u, "");
  if (old.at("HostConfig", "AutoRemove").flag()) {
    throw new CooperError("recreate-impossible", `${name} was started with --rm: it goes when it is stopped, and could not come back.`, {
      hint: "Stop it, and run it again.",
    });
  }
  const body = image === undefined ? bodyOf(old, await imageName(engine, old), false) : bodyOf(old, image, true);
  await stopContainer(engine, id, graceSeconds === undefined ? {} : { graceSeconds });
  await rename(engine, id, spareName);
  let made: string | null = null;
  const undo = async (): Promise<void> => {
    if (made !== null) await removeContainer(engine, made, { force: true });
    await rename(engine, id, name);
    await startContainer(engine, id);
  };
  try {
    const reply = await callJson(engine.channel, { method: "POST", path: "/containers/create", query: { name }, body, codes: CODES });
    made = reply.at("Id").need();
    await joinNetworks(engine, made, old);
    await startContainer(engine, made);
  } catch (error) {
    await undo();
    throw error;
  }
  return { id: made, undo, keep: () => removeContainer(engine, id, { force: true }) };
}

async function rename(engine: Engine, id: string, name: string): Promise<void> {
  await callBytes(engine.channel, { method: "POST", path: `/containers/${id}/rename`, query: { name }, codes: CODES });
}

/** The image's name where it is still that of the same image, else its id. */
async function imageName(engine: Engine, old: Reply): Promise<string> {
  const [id, name] = [old.at("Image").text(), old.at("Config", "Image").text()];
  try {
    return (await inspectImage(engine, name)).id === id ? name : id;
  } catch (error) {
    if (isCooperError(error) && error.code === "image-unknown") return id;
    throw error;
  }
}

/** Volumes without a name go over by the name that the engine gave them. */
function bodyOf(old: Reply, image: string, keepsHostName: boolean): unknown {
  const binds = [...old.at("HostConfig", "Binds").texts()];
  const bound = new Set(binds.map((bind) => bind.split(":")[1]));
  for (const mount of old.at("Mounts").list()) {
    const target = mount.at("Destination").text();
    const isMounted = old
      .at("HostConfig", "Mounts")
      .list()
      .some((one) => one.at("Target").text() === target);
    if (mount.at("Type").text() === "volume" && !bound.has(target) && !isMounted) binds.push(`${mount.at("Name").text()}:${target}`);
  }
  const first = old.at("NetworkSettings", "Networks").keys()[0];
  const isOwn = first !== undefined && !/^(?:default|bridge|host|none|container:.*)?$/.test(old.at("HostConfig", "NetworkMode").text());
  const networking = isOwn ? { [first]: endpoint(old, first) } : {};
  const { Hostname: hostName, ...config } = old.at("Config").members();
  return {
    ...config,
    // The engine's own choice is made anew.
    ...(!keepsHostName && hostName === old.at("Id").text().slice(0, 12) ? {} : { Hostname: hostName }),
    Image: image,
    HostConfig: { ...old.at("HostConfig").members(), Binds: binds },
    NetworkingConfig: { EndpointsConfig: networking },
  };
}

async function joinNetworks(engine: Engine, container: string, old: Reply): Promise<void> {
  const names = old.at("NetworkSettings", "Networks").keys();
  for (const name of names.slice(1)) {
    const body = { Container: container, EndpointConfig: endpoint(old, name) };
    await callBytes(engine.channel, { method: "POST", path: `/networks/${encodeURIComponent(name)}/connect`, body });
  }
}

/** What was asked for, not what it became. */
function endpoint(old: Reply, name: string): unknown {
  const own = old.at("NetworkSettings", "Networks", name);
  const shortId = old.at("Id").text().slice(0, 12);
  return {
    IPAMConfig: own.at("IPAMConfig").members(),
    Links: own.at("Links").texts(),
    Aliases: own
      .at("Aliases")
      .texts()
      .filter((alias) => alias !== shortId),
  };
}

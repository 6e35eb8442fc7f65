import * as archives from "./answer/archive-answers.ts";
import { build } from "./answer/build-answers.ts";
import * as containers from "./answer/container-answers.ts";
import * as execs from "./answer/exec-answers.ts";
import * as images from "./answer/image-answers.ts";
import * as machine from "./answer/machine-answers.ts";
import type { Answer, Takeover } from "./answer/request.ts";

/** Requests by method and path; NAME stands for one part of it, IMAGE for one or more. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  "GET /_ping": machine.ping,
  "HEAD /_ping": machine.ping,
  "GET /version": machine.version,
  "GET /info": machine.info,
  "GET /events": machine.events,
  "GET /containers/json": containers.list,
  "POST /containers/create": containers.create,
  "GET /containers/NAME/json": containers.inspectOne,
  "POST /containers/NAME/start": containers.start,
  "POST /containers/NAME/stop": containers.plainly(containers.withGrace("stop")),
  "POST /containers/NAME/restart": containers.plainly(containers.withGrace("restart")),
  "POST /containers/NAME/kill": containers.plainly((query) => ["kill", "--signal", query.get("signal") ?? "KILL"]),
  "POST /containers/NAME/pause": containers.plainly(() => ["pause"]),
  "POST /containers/NAME/unpause": containers.plainly(() => ["unpause"]),
  "POST /containers/NAME/rename": containers.rename,
  "POST /containers/NAME/wait": containers.wait,
  "DELETE /containers/NAME": containers.remove,
  "GET /containers/NAME/logs": containers.logs,
  "GET /containers/NAME/changes": containers.changes,
  "GET /containers/NAME/export": containers.exportFiles,
  "GET /containers/NAME/top": containers.top,
  "HEAD /containers/NAME/archive": archives.headArchive,
  "GET /containers/NAME/archive": archives.getArchive,
  "PUT /containers/NAME/archive": archives.putArchive,
  "POST /containers/NAME/exec": execs.createExec,
  "GET /exec/NAME/json": execs.inspectExec,
  "POST /exec/NAME/resize": execs.resizeExec,
  "GET /images/json": images.listImages,
  "POST /images/create": images.pullImage,
  "POST /images/load": images.loadImage,
  "GET /images/IMAGE/json": images.inspectImage,
  "GET /images/IMAGE/history": images.imageHistory,
  "GET /images/IMAGE/get": images.saveImage,
  "POST /images/IMAGE/tag": images.tagImage,
  "POST /images/IMAGE/push": images.pushImage,
  "DELETE /images/IMAGE": images.removeImage,
  "POST /commit": images.commit,
  "POST /build": build,
  "GET /networks": machine.listNetworks,
  "POST /networks/create": machine.createOf("network"),
  "GET /networks/NAME": machine.inspectOf("network"),
  "DELETE /networks/NAME": machine.removeOf("network"),
  "GET /volumes": machine.listVolumes,
  "POST /volumes/create": machine.createOf("volume"),
  "GET /volumes/NAME": machine.inspectOf("volume"),
  "DELETE /volumes/NAME": machine.removeOf("volume"),
};

const TAKEOVERS: Readonly<Record<string, Takeover>> = {
  "POST /exec/NAME/start": execs.startExec,
  "POST /containers/NAME/attach": execs.attach,
};

/** A request's answer and what its path names; null where there is none. */
export interface Found<T> {
  readonly answer: T;
  readonly name: string;
}

/** Finds the answer to a request. */
export function findAnswer(method: string, path: string): Found<Answer> | null {
  return find(ANSWERS, method, path);
}

/** Finds the answer to a request for a connection that carries bytes both ways. */
export function findTakeover(method: string, path: string): Found<Takeover> | null {
  return find(TAKEOVERS, method, path);
}

function find<T>(table: Readonly<Record<string, T>>, method: string, path: string): Found<T> | null {
  const plain = path.replace(/^\/v\d+\.\d+(?=\/)/u, "");
  for (const [route, answer] of Object.entries(table)) {
    const pattern = route.replace("NAME", "([^/]+)").replace("IMAGE", "(.+)");
    const match = new RegExp(`^${pattern}$`, "u").exec(`${method} ${plain}`);
    if (match !== null) return { answer, name: decodeURIComponent(match[1] ?? "") };
  }
  return null;
}

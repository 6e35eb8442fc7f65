import { CooperError } from "../base/errors.ts";
import { inspectNetwork } from "../engine/network.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { SlimRequest } from "./request.ts";

/** Registry with its port, path in small letters, tag: as an engine takes a name. */
const TAG = /^(?:[\w.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+|\/)[a-z0-9]+)*(?::\w[\w.-]{0,127})?$/;

/** Looks at what would fail only after the work; throws `tag-invalid`, `network-unknown`. */
export async function checkRequest(engine: Engine, { tags, container }: SlimRequest): Promise<void> {
  const wrong = tags.find((tag) => !TAG.test(tag));
  if (wrong !== undefined) {
    throw new CooperError("tag-invalid", `${JSON.stringify(wrong)} is no name of an image.`, {
      hint: "It is NAME or NAME:TAG, the name in small letters: --tag web.slim:1",
    });
  }
  const { network } = container;
  if (network !== undefined && !/^(?:default|none|host|bridge|container:.*)$/.test(network)) await inspectNetwork(engine, network);
}

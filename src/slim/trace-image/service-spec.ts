import { CooperError } from "../../base/errors.ts";
import type { ContainerSpec } from "../../engine/container-spec.ts";
import type { ImageInfo } from "../../engine/image.ts";
import type { Traced } from "../../trace/traced-container.ts";
import type { SlimRequest } from "../request.ts";

/** The container that runs an image as the user asked for it, with every exposed port on a loopback port of the host. */
export function serviceSpec(info: ImageInfo, request: SlimRequest, image: string): ContainerSpec {
  const publish = Object.fromEntries(info.config.exposed.map((port) => [port, { hostIp: "127.0.0.1", hostPort: 0 }]));
  return { ...request.container, image, publish, labels: { "cooper.owner": request.run } };
}

/** What that container runs, as whom and where; throws `image-no-command`. */
export function serviceCommand(info: ImageInfo, request: SlimRequest): Traced {
  const entrypoint = request.container.entrypoint ?? info.config.entrypoint ?? [];
  const cmd = request.container.cmd ?? info.config.cmd ?? [];
  const argv = [...entrypoint, ...cmd];
  if (argv.length === 0) {
    throw new CooperError("image-no-command", `The image ${request.image} has neither an entry point nor a command.`, {
      hint: "Give one: cooper slim IMAGE --cmd 'program argument'.",
    });
  }
  return { argv, user: request.container.user ?? info.config.user, workdir: request.container.workdir ?? info.config.workdir };
}

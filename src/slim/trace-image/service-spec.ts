import { CooperError } from "../../base/errors.ts";
import type { ContainerSpec } from "../../engine/container/container-spec.ts";
import type { Traced } from "../../trace/traced-container.ts";
import type { FoundImage } from "../inspect/find-image.ts";
import type { SlimRequest } from "../request.ts";

/** The container that runs an image as the user asked for it, with every exposed port on a loopback port of the host. */
export function serviceSpec({ info, changed }: FoundImage, request: SlimRequest, image: string): ContainerSpec {
  const { network } = request.container;
  const ports = network === "host" || network === "none" || network?.startsWith("container:") === true ? [] : info.config.exposed;
  const exposed = ports.map((port) => [port, [{ hostIp: "127.0.0.1", hostPort: null }]] as const);
  const publish = { ...Object.fromEntries(exposed), ...request.container.publish };
  const env = [...(changed.env ?? []), ...(request.container.env ?? [])];
  return { ...changed, ...request.container, env, image, publish, labels: { ...request.container.labels, "cooper.owner": request.run } };
}

/** What that container runs, as whom and where; throws `image-no-command`. An entry point of the user's takes the image's command away, as in `docker run`. */
export function serviceCommand({ info }: FoundImage, request: SlimRequest): Traced {
  const { container } = request;
  const cmd = container.cmd ?? (container.entrypoint === undefined ? info.config.cmd : null) ?? [];
  const argv = [...(container.entrypoint ?? info.config.entrypoint ?? []), ...cmd];
  if (argv.length === 0) {
    throw new CooperError("image-no-command", `The image ${request.name} has neither an entry point nor a command.`, {
      hint: 'Give one: --change \'CMD ["program","argument"]\' sets it for the small image too, --cmd program --cmd argument for the exercise alone.',
      where: { image: request.image },
    });
  }
  const hasHome = [...info.config.env, ...(container.env ?? [])].some((pair) => pair.startsWith("HOME="));
  return { argv, user: container.user ?? info.config.user, workdir: container.workdir ?? info.config.workdir, hasHome };
}

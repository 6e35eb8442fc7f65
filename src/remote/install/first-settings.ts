import { CooperError } from "../../base/errors.ts";
import { printYaml } from "../../format/yaml/print-yaml.ts";
import { readYaml } from "../../format/yaml/read-yaml.ts";

const HEAD = `# What new sessions of \`cooper dev init\` begin with; options of the command line come before it.
`;

const EXAMPLES = `# host: build1                  # a machine that ssh knows; or podman+ssh://build1, unix://, tcp://
# image: debian:bookworm        # what \`cooper dev run\` starts when it is told no image
# user: app                     # of the commands
# build_dir: /srv/build         # folder of the engine's machine for \`cooper dev build --remote\`
# run: [--network, host]        # words for each \`docker run\` of \`cooper dev run\`
# mount: false                  # do not make the container's files a folder here
# distro: ubuntu                # or alpine: of \`cooper dev overlay\`
# registry: registry.example:5000
# ssh_key: ~/.ssh/id_ed25519.pub
# presets:                      # cooper dev init --preset gpu
#   gpu: {host: big, run: [--gpus, all]}
`;

/** Names of dockerdo's settings and ours; its templates and delays have no meaning here. */
const NAMES: Readonly<Record<string, string>> = {
  default_remote_host: "host",
  default_image: "image",
  default_distro: "distro",
  default_docker_registry: "registry",
  ssh_key_path: "ssh_key",
};

/** The text of a new settings file; `dockerdo` is the text of that program's own, whose values are taken over. */
export function firstSettings(dockerdo: string | null): string {
  const taken = dockerdo === null ? {} : takeOver(dockerdo);
  return Object.keys(taken).length === 0 ? `${HEAD}${EXAMPLES}` : `${HEAD}${EXAMPLES}\n# From dockerdo.yaml:\n${printYaml(taken)}`;
}

function takeOver(text: string): Readonly<Record<string, unknown>> {
  const value = readOrNull(text);
  if (typeof value !== "object" || value === null) return {};
  const kept = Object.entries(NAMES).map(([theirs, ours]) => [ours, Reflect.get(value, theirs)] as const);
  const words: unknown = Reflect.get(value, "default_docker_run_args");
  const run = typeof words === "string" && words.trim() !== "" ? [["run", words.trim().split(/\s+/)] as const] : [];
  return Object.fromEntries([...kept.filter(([, one]) => typeof one === "string" && one !== ""), ...run]);
}

function readOrNull(text: string): unknown {
  try {
    return readYaml(text, "dockerdo.yaml").value;
  } catch (error) {
    if (error instanceof CooperError) return null;
    throw error;
  }
}

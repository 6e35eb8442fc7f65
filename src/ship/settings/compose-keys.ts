/** Keys that a Compose service may have and that are not carried out, each with what to write instead. */
export const UNSUPPORTED_SERVICE_KEYS: Readonly<Record<string, string>> = {
  annotations: "Write labels.",
  attach: "Write attach under x-cooper.",
  configs: "Write provision under x-cooper, or a volume.",
  cpu_count: "Write cpus.",
  cpu_percent: "Write cpus.",
  cpu_rt_period: "",
  cpu_rt_runtime: "",
  credential_spec: "",
  depends_on: "Each service is a unit of its own: write after under x-cooper with the names of units.",
  deploy: "Write restart, mem_limit and cpus.",
  develop: "",
  extends: "Write an anchor (&name) and merge it (<<: *name).",
  external_links: "Write networks.",
  gpus: "",
  isolation: "",
  label_file: "Write labels.",
  links: "Write networks.",
  mac_address: "",
  models: "",
  platform: "",
  post_start: "",
  pre_stop: "",
  privileged: "Name the capabilities that are needed in cap_add.",
  profiles: "Write modes under x-cooper.",
  provider: "",
  pull_policy: "",
  scale: "A unit is one container.",
  storage_opt: "",
  use_api_socket: "",
};

/** Keys that a Compose file may have at its top and that are not carried out. */
export const UNSUPPORTED_TOP_KEYS: Readonly<Record<string, string>> = {
  configs: "Write provision under x-cooper, or a volume.",
  include: "Each unit has a file of its own.",
  models: "",
};

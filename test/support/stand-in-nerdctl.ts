import { writeFileSync } from "node:fs";
import path from "node:path";
import { testEngine } from "./engine.ts";

const CREATE = [
  "--name -l --label -e --env -u --user -w --workdir --hostname --network --net -v --volume --mount --tmpfs -p --publish --entrypoint",
  "--restart --pid --ipc --uts --cgroupns --runtime --group-add --cap-add --cap-drop --security-opt --dns --dns-search --dns-option",
  "--add-host --volumes-from --sysctl -m --memory --memory-reservation --memory-swap --cpus --cpu-shares --cpu-quota --cpu-period",
  "--cpuset-cpus --cpuset-mems --pids-limit --shm-size --stop-signal --stop-timeout --ulimit --device",
].join(" ");
const CREATE_FLAGS = "-i --interactive --init --read-only --rm --privileged -t --tty";

/** The options of each command of nerdctl's reference that are used: those with a value, those without. */
const GRAMMAR: Readonly<Record<string, readonly [string, string]>> = {
  run: [CREATE, `${CREATE_FLAGS} -d --detach`],
  create: [CREATE, CREATE_FLAGS],
  exec: ["-e --env -u --user -w --workdir", "-i -t -d --privileged"],
  ps: ["--filter --format", "-q -a --no-trunc"],
  inspect: ["--type --format", ""],
  logs: ["--since --until --tail", "--follow -f --timestamps -t"],
  start: ["", "-a"],
  stop: ["--time -t", ""],
  restart: ["--time -t", ""],
  kill: ["--signal -s", ""],
  rm: ["", "-f -v"],
  rename: ["", ""],
  wait: ["", ""],
  pause: ["", ""],
  unpause: ["", ""],
  top: ["", ""],
  diff: ["", ""],
  export: ["", ""],
  cp: ["", "-L"],
  build: ["--iidfile -f --tag -t --target --build-arg --label --network --platform --progress", "--no-cache --pull"],
  commit: ["-m -a -c", "--pause"],
  images: ["--format --filter", "--no-trunc -q"],
  "image inspect": ["--format", ""],
  "image history": ["--format", "--no-trunc -q"],
  pull: ["--platform", "--quiet"],
  push: ["", "--quiet"],
  load: ["-i", ""],
  save: ["-o", ""],
  tag: ["", ""],
  rmi: ["", "-f"],
  events: ["--format --filter", ""],
  info: ["--format", ""],
  version: ["--format", ""],
  "network ls": ["--format", ""],
  "network inspect": ["--format", ""],
  "network create": ["--driver --label --subnet", ""],
  "network rm": ["", ""],
  "volume ls": ["--format --filter", ""],
  "volume inspect": ["", ""],
  "volume create": ["--label", ""],
  "volume rm": ["", "-f"],
};

/** Takes the words apart by the grammar, and has docker do the work. */
const SCRIPT = String.raw`
fatal() { printf 'time="2024-01-01T00:00:00Z" level=fatal msg="%s"\n' "$1" >&2; exit 1; }
has() { for one in "$@"; do case " $chosen " in *" $one "*) return 0;; esac; done; return 1; }
check() {
  case $command in *' '*) shift;; esac; shift
  while [ "$command" != top ] && [ $# -gt 0 ]; do
    case $1 in -*) ;; *) break;; esac
    name=${"$"}{1%%=*}; chosen="$chosen $name"
    case " $valued " in *" $name "*) [ "$name" != "$1" ] || shift; shift; continue;; esac
    case " $plain " in *" $name "*) shift; continue;; esac
    fatal "unknown flag: $name"
  done
  [ "$command" != cp ] || [ "$1" != - -a "$2" != - ] || fatal 'support for a tar archive is not implemented yet'
  [ "$command" != commit ] || [ $# = 2 ] || fatal 'requires exactly 2 arguments'
}
check "$@"
if [ "$command" = run ] && has -d --detach && has -i --interactive -t --tty; then fatal 'currently flag -i and -d cannot be specified together (FIXME)'; fi
case $command in
inspect | events) exec "$node" "$shape" "$@";;
exec | run)
  exec 4<&0; docker "$@" <&4 4<&- & p=$!
  trap 'kill $p' TERM INT HUP; wait $p; code=$?
  [ $code = 0 ] || [ $command = run ] || fatal "exec failed with exit code $code"
  exit $code;;
*)
  { said=$(docker "$@" 2>&1 >&3 3>&-); code=$?; } 3>&1
  [ $code = 0 ] || fatal "$said"
  printf '%s' "$said" >&2;;
esac
`;

/** Prints what \`inspect\` and \`events\` print in nerdctl's form. */
const SHAPE = `
const { spawn, spawnSync } = require("node:child_process");
const words = process.argv.slice(2);
if (words[0] === "inspect") {
  const asked = spawnSync("docker", words, { encoding: "utf8", maxBuffer: 1 << 28 });
  const shape = (one) => {
    const { Image: given, Tty, OpenStdin, StdinOnce, StopTimeout, Healthcheck, ...config } = one.Config;
    const { AutoRemove, Binds, NetworkMode, CapAdd, CapDrop, ...host } = one.HostConfig;
    const { GraphDriver, ExecIDs, ...kept } = one;
    return { ...kept, Name: one.Name.slice(1), Image: (/[/@]/.test(given) ? "" : "docker.io/library/") + given, Config: config, HostConfig: host };
  };
  process.stdout.write(JSON.stringify(JSON.parse(asked.stdout || "[]").map(shape), null, 4));
  if (asked.status !== 0) process.stderr.write('time="2024-01-01T00:00:00Z" level=fatal msg="' + asked.stderr.trim().split("\\n")[0] + '"\\n');
  process.exitCode = asked.status === 0 ? 0 : 1;
} else {
  const topics = { create: "/containers/create", destroy: "/containers/delete", start: "/tasks/start", die: "/tasks/exit", exec_die: "/tasks/exit", pause: "/tasks/paused", unpause: "/tasks/resumed" };
  const asked = spawn("docker", ["events", "--filter", "type=container", "--format", "{{json .}}"], { stdio: ["ignore", "pipe", "inherit"] });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => { asked.kill(); process.exit(1); });
  let held = "";
  asked.stdout.on("data", (bytes) => {
    const lines = (held + bytes).split("\\n");
    held = lines.pop();
    for (const line of lines) {
      const { Action, Actor, timeNano } = JSON.parse(line);
      const topic = topics[Action.split(":")[0]];
      if (topic === undefined) continue;
      const event = topic.startsWith("/containers") ? { id: Actor.ID } : { container_id: Actor.ID, id: Action === "exec_die" ? "exec-1" : Actor.ID };
      const told = { Timestamp: new Date(timeNano / 1e6).toISOString(), ID: event.container_id ?? "", Namespace: "default", Topic: topic, Event: JSON.stringify(event) };
      process.stdout.write(JSON.stringify(told) + "\\n\\n");
    }
  });
  asked.on("exit", (code) => process.exit(code ?? 1));
}
`;

/**
 * Puts a command named nerdctl into a folder, for the engine of the tests. It has nerdctl's grammar and manners, of its command reference, in front of the docker
 * command: it refuses each command and option that nerdctl has not, prints what nerdctl prints where that differs, and tells an exit code in words as
 * nerdctl does. It is not nerdctl.
 */
export async function placeStandInNerdctl(folder: string): Promise<void> {
  const { url } = await testEngine();
  const shape = path.join(folder, "nerdctl-shape.cjs");
  writeFileSync(shape, SHAPE);
  const rows = Object.entries(GRAMMAR).map(([command, [valued, plain]]) => `"${command}") valued='${valued}'; plain='${plain}';;`);
  const script = [
    "#!/bin/sh",
    `export DOCKER_HOST='${url}' DOCKER_CONTEXT= DOCKER_BUILDKIT=0`,
    `node='${process.execPath}' shape='${shape}' chosen= command=$1`,
    'case $1 in network | volume | image) command="$1 $2";; esac',
    "case $command in",
    ...rows,
    `*) printf 'time="2024-01-01T00:00:00Z" level=fatal msg="unknown subcommand"\\n' >&2; exit 1;;`,
    "esac",
    SCRIPT,
  ];
  writeFileSync(path.join(folder, "nerdctl"), script.join("\n"), { mode: 0o755 });
}

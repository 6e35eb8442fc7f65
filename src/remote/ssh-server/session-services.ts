import type { RandomHex } from "../../base/clock.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { ProcessStream } from "../../engine/transport/ssh-stream.ts";
import { spawnStream } from "../../system/process/process.ts";
import type { RealTerminal } from "../../system/terminal/terminal.ts";
import { reachSession } from "../client/reach-session.ts";
import { runClient } from "../client/run-client.ts";
import { dockerThere } from "../link/docker-there.ts";
import { containerServer } from "../mount/container-server.ts";
import type { SensorPrograms } from "../serve/session-mount.ts";
import { sshAddress } from "../session/engine-address.ts";
import { ownContainer } from "../session/own-container.ts";
import type { Session } from "../session/session-record.ts";
import type { CommandEnds, Joined, SshCommand, SshServices } from "./model.ts";

export interface SessionPlace {
  readonly session: Session;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How this program is started: the words before its own. */
  readonly own: readonly string[];
  readonly randomHex: RandomHex;
  readonly openEngine: () => Promise<Engine>;
  readonly readSensor: (engine: Engine) => Promise<SensorPrograms>;
}

/** As a login: from the home folder. */
const AT_HOME = "cd 2>/dev/null; ";
const LOGIN_SHELL = 'exec "$(command -v bash || echo /bin/sh)" -l';

/** As ssh itself ends without its connection. */
const CLIENT_IS_GONE = 255;

/** Joins standard input and output to a port, by what the image has for it. Bash cannot end one side alone: at the end of either it lets go of both. */
const CONNECT = String.raw`if command -v perl >/dev/null 2>&1; then
  exec perl -MIO::Socket::INET -e '
    $SIG{PIPE} = "IGNORE";
    my $far = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1]) or die "$@\n";
    sub pass { my ($from, $to) = @_;
      while (sysread($from, my $bytes, 65536)) {
        for (my $at = 0; $at < length $bytes;) { $at += syswrite($to, $bytes, length($bytes) - $at, $at) || return } } }
    my $near = fork;
    if (!$near) { pass(*STDIN, $far); shutdown($far, 1); exit }
    pass($far, *STDOUT); kill 9, $near' "$1" "$2"
fi
if command -v bash >/dev/null 2>&1; then
  exec bash -c 'exec 3<>"/dev/tcp/$1/$2" || exit 1; exec 4<&0; cat <&3 & far=$!; (cat <&4 >&3; kill $far) & wait $far; kill $! 2>/dev/null' bash "$1" "$2"
fi
if command -v nc >/dev/null 2>&1; then exec nc "$1" "$2"; fi
if command -v socat >/dev/null 2>&1; then exec socat - "TCP:$1:$2"; fi
echo "the image has no perl, bash, nc or socat" >&2; exit 127`;

/** What an ssh client finds in a session's container: its commands are the session's, and recorded as those of \`dodo\` are. */
export function sessionServices(place: SessionPlace): SshServices {
  return {
    run: (command, ends) => run(place, command, ends),
    openFiles: (signal) => openFiles(place, signal),
    connect: ({ host, port }) => connect(place, host, port),
  };
}

async function run({ session, env, own }: SessionPlace, command: SshCommand, ends: CommandEnds): Promise<number> {
  const socket = await reachSession({ session, env, own });
  if (ends.signal.aborted) {
    socket.destroy();
    return CLIENT_IS_GONE;
  }
  ends.signal.addEventListener("abort", () => socket.destroy(), { once: true });
  const text = Buffer.concat([Buffer.from(AT_HOME), command.text ?? Buffer.from(LOGIN_SHELL)]);
  const request = {
    argv: [Buffer.from("/bin/sh"), Buffer.from("-c"), text],
    text: null,
    localFolder: Buffer.from("/"),
    workdir: null,
    user: null,
    env: command.env,
    terminal: command.terminal,
    hasInput: true,
    isLeftOut: false,
  };
  const { stdin, stdout, stderr, onSignal } = ends;
  return await runClient(socket, request, { stdin, stdout, stderr, onSignal, terminal: terminalOf(command, ends) });
}

// The raw mode is the client's: it has the screen.
function terminalOf({ terminal }: SshCommand, { onResize }: CommandEnds): RealTerminal | null {
  if (terminal === null) return null;
  return { size: () => terminal, onResize, enterRawMode: () => undefined, restore: () => undefined };
}

async function openFiles(place: SessionPlace, signal: AbortSignal): Promise<Joined> {
  const engine = await place.openEngine();
  const { sensor, local } = await place.readSensor(engine);
  const container = ownContainer(place.session);
  const run = `ssh-${place.session.record.name}-${place.randomHex(4)}`;
  return await containerServer(engine, { container: container.id, sensor, localSensor: local, run })(signal);
}

// Its callers hear of what fails by the promise alone.
async function connect({ session, env }: SessionPlace, host: string, port: number): Promise<Joined> {
  const container = ownContainer(session);
  const argv = dockerThere(session, ["exec", "-i", container.id, "/bin/sh", "-c", CONNECT, "sh", host, String(port)]);
  if (sshAddress(session.record.engine.host) !== null) {
    const stream = new ProcessStream(argv, env);
    return { input: stream, output: stream, close: () => Promise.resolve(void stream.destroy()) };
  }
  const there = spawnStream(argv, { env });
  // An ssh client has no place for it, and what nobody reads would hold the command up.
  there.stderr.resume();
  return { input: there.stdin, output: there.stdout, close: () => Promise.resolve(there.kill()) };
}

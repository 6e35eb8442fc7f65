import { quoteWord } from "../../format/shell/quote.ts";
import { spawnStream, type StreamProcess } from "../../system/process/process.ts";
import { sshTo } from "../link/ssh-master.ts";
import type { OpenServer } from "../mount/model.ts";
import { quotePlace } from "../overlay/overlay-text.ts";

export interface FarFolder {
  /** "ssh://user@host:port" */
  readonly host: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The sensor for a machine, by what `uname -m` says there. */
  readonly readProgram: (machine: string) => Promise<Uint8Array>;
}

const MACHINE = "cooper-machine ";
const SERVES = "cooper-serves";
/** What a login may print before. */
const LONGEST_GREETING = 1024 * 1024;

/** The program has no name any more when it runs, so that nothing stays there; not every /tmp lets programs run. */
function serveScript(folder: string): string {
  const place = quotePlace(folder);
  return [
    `mkdir -p ${place} && cd ${place} || exit 1`,
    `trap 'rm -f "$p"' EXIT; trap 'exit 1' HUP INT TERM`,
    `for d in "\${TMPDIR:-/tmp}" "$HOME"; do p=$(mktemp "$d/.cooper-XXXXXX") && chmod 700 "$p" && [ -x "$p" ] && break; rm -f "$p"; p=; done`,
    `[ -n "$p" ] || { echo "neither /tmp nor the home folder lets a program run" >&2; exit 1; }`,
    `echo "${MACHINE}$(uname -m)"`,
    `read -r n && head -c "$n" >"$p" && exec 3<"$p" && rm -f "$p" && echo ${SERVES} && exec /proc/self/fd/3 serve "$PWD"`,
  ].join("; ");
}

/** Opens SFTP servers for a folder of another machine, as its user there: the kernel keeps them below that folder. */
export function farFolderServer({ host, folder, env, readProgram }: FarFolder): OpenServer {
  const words = [...sshTo(host, ["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"]), "sh", "-c", quoteWord(serveScript(folder))];
  return async (signal) => {
    signal.throwIfAborted();
    const ssh = spawnStream(words, { env });
    const close = (): Promise<void> => {
      ssh.kill("SIGKILL");
      return Promise.resolve();
    };
    const onAbort = (): void => void close();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const lines = new FirstLines(ssh);
      const program = await readProgram(await lines.behind(MACHINE));
      // Nothing may follow before the answer: who reads so many bytes there may take more.
      ssh.stdin.write(`${program.length}\n`);
      ssh.stdin.write(program);
      await lines.behind(SERVES);
      return { input: ssh.stdin, output: ssh.stdout, close };
    } catch (error) {
      await close();
      throw error;
    } finally {
      // It is about the opening alone.
      signal.removeEventListener("abort", onAbort);
    }
  };
}

/** Lines among whatever a login prints, before the stream is another's. */
class FirstLines {
  readonly #ssh: StreamProcess;
  readonly #ended: Promise<never>;
  #complaint = "";

  constructor(ssh: StreamProcess) {
    this.#ssh = ssh;
    ssh.stderr.on("data", (chunk: Buffer) => (this.#complaint = (this.#complaint + chunk.toString()).slice(-500)));
    this.#ended = ssh.exit.then((code) => {
      throw new Error(this.#complaint.trim() || `ssh ended with exit code ${code}`);
    });
    this.#ended.catch(() => undefined);
  }

  /** What is behind `mark` in the next line that begins so; the stream goes on behind that line. */
  behind(mark: string): Promise<string> {
    const { stdout } = this.#ssh;
    let text = "";
    const found = new Promise<string>((resolve, reject) => {
      const look = (): void => {
        for (let chunk: unknown = stdout.read(); chunk instanceof Buffer; chunk = stdout.read()) text += chunk.toString("latin1");
        const line = lineOf(text, mark);
        if (line === null && text.length > LONGEST_GREETING) reject(new Error("the login there prints without end"));
        if (line === null) return;
        stdout.off("readable", look);
        if (line.rest !== "") stdout.unshift(Buffer.from(line.rest, "latin1"));
        resolve(line.word);
      };
      stdout.on("readable", look);
    });
    return Promise.race([found, this.#ended]);
  }
}

function lineOf(text: string, mark: string): { readonly word: string; readonly rest: string } | null {
  const at = text.startsWith(mark) ? 0 : text.indexOf(`\n${mark}`) + 1;
  const end = text.indexOf("\n", at);
  if (!text.startsWith(mark, at) || end === -1) return null;
  return { word: text.slice(at + mark.length, end), rest: text.slice(end + 1) };
}

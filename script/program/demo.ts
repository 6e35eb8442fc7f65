import { mkdtempSync } from "node:fs";
import { readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { cooperProgram, runCooper } from "../../test/support/cli.ts";
import { outputOf, runOnHost } from "../../test/support/host-command.ts";
import { openTerminal } from "../../test/support/terminal.ts";

/** What a person types to set up the web server; the pause is for the reader. */
const commands: readonly string[] = [
  "apt-get update -q | tail -1",
  "apt-get install -y nginx-light | tail -1",
  "nano --version",
  "cd /var/www/html",
  "rm index.nginx-debian.html",
  "cat > index.html <<'EOF'\n<h1>Set up by hand, rebuilt by cooper</h1>\nEOF",
  "sed -i 's/listen 80 default_server/listen 8080 default_server/; /listen \\[::\\]/d' /etc/nginx/sites-available/default",
  "nginx -t",
  "service nginx start",
];
const container = `cooper-demo-${process.pid}`;
const folder = mkdtempSync(path.join(tmpdir(), "cooper-demo-"));
const env = { XDG_STATE_HOME: path.join(folder, "state"), NO_COLOR: undefined };

function narrate(text: string): void {
  process.stdout.write(`\n\u001b[1m== ${text}\u001b[0m\n`);
}

function show(text: string): void {
  process.stdout.write(`${text.trimEnd().replaceAll(/^/gm, "   ")}\n`);
}

async function typeSetUp(): Promise<void> {
  const argv = [process.execPath, cooperProgram(), "record", container];
  const terminal = openTerminal(argv, { env, columns: 110, rows: 40, onOutput: (data) => process.stdout.write(data) });
  await terminal.waitForPrompt();
  for (const command of commands) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    terminal.type(command);
    await terminal.waitForPrompt(undefined, { timeoutMs: 120_000 });
  }
  terminal.type("exit");
  await terminal.waitForExit();
}

async function cooper(...args: string[]): Promise<string> {
  narrate(`cooper ${args.join(" ").replace(`${folder}/`, "")}`);
  const { exit, stdout, stderr } = await runCooper(args, { env });
  show(stdout);
  if (exit !== 0) throw new Error(`cooper ${args[0] ?? ""} ended with ${exit}: ${stderr}`);
  return stdout;
}

async function answerOf(image: string): Promise<string> {
  const served = await outputOf(["docker", "run", "-d", "--name", `${container}-rebuilt`, "-p", "127.0.0.1::8080", image]);
  const address = (await outputOf(["docker", "port", served, "8080/tcp"])).split("\n")[0] ?? "";
  narrate(`curl http://${address}/   (asked of the rebuilt image)`);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await fetch(`http://${address}/`).then(
      (reply) => reply.text(),
      () => null,
    );
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("the rebuilt image did not answer");
}

async function main(): Promise<void> {
  narrate("A container, as anyone starts one, and a shell in it that cooper records");
  await outputOf(["docker", "run", "-d", "--name", container, "debian:bookworm", "sleep", "infinity"]);
  await typeSetUp();
  await cooper("history", container);
  await cooper("replay", container, "-o", path.join(folder, "build"));
  narrate("What it wrote");
  show((await readdir(path.join(folder, "build"), { recursive: true })).toSorted().join("\n"));
  narrate("The Dockerfile");
  show(await readFile(path.join(folder, "build", "Dockerfile"), "utf8"));
  narrate(`docker build -t ${container}-image build`);
  await outputOf(["docker", "build", "-q", "-t", `${container}-image`, path.join(folder, "build")], { env: { DOCKER_BUILDKIT: "0" } });
  await cooper("verify", container);
  show(await answerOf(`${container}-image`));
}

try {
  await main();
  narrate(`Done in ${process.uptime().toFixed(0)} s. Cleaning up.`);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await runOnHost(["docker", "rm", "-f", "-v", container, `${container}-rebuilt`]);
  await runOnHost(["docker", "image", "rm", "-f", `${container}-image`]);
  await rm(folder, { recursive: true, force: true });
}

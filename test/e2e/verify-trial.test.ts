import { expect, test } from "vitest";
import { ignoreEvents } from "../../src/base/events.ts";
import { acceptanceSchema } from "../../src/format/acceptance/acceptance.ts";
import { decodePath } from "../../src/format/tree/path-bytes.ts";
import { runAcceptance } from "../../src/probe/run-acceptance.ts";
import { uniqueName } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

const HEAVY_MS = 300_000;

/** A web server on two ports of which one is reached only from inside the container. */
const SERVER = `use IO::Socket::INET; my @s = map { IO::Socket::INET->new(LocalAddr => $_, Listen => 5, ReuseAddr => 1) or die $! } ("0.0.0.0:8080", "127.0.0.1:9090");
use IO::Select; my $select = IO::Select->new(@s);
while (1) { for my $s ($select->can_read) { my $c = $s->accept or next; my $r = <$c> // ""; while (defined(my $l = <$c>)) { last if $l =~ /^\\r?\\n$/ }
my $code = $r =~ m{^GET /missing} ? 404 : 200; print $c "HTTP/1.0 $code X\\r\\nContent-Type: text/plain\\r\\n\\r\\nhello from " . $s->sockport; close $c } }
`;

/** Names that are not UTF-8, as paths are written. */
const ODD = [decodePath(Buffer.from("/srv/d\xff/l\xe9", "latin1")), decodePath(Buffer.from("/l\xe9", "latin1"))];

async function buildServer(): Promise<string> {
  const encoded = Buffer.from(SERVER).toString("base64");
  const dockerfile = `FROM debian:bookworm\nRUN echo ${encoded} | base64 -d > /srv/server.pl && chmod 640 /srv/server.pl && mkdir "/srv/d$(printf '\\377')" && touch "/srv/d$(printf '\\377')/l$(printf '\\351')" "/l$(printf '\\351')"\nLABEL test=${uniqueName("trial")}\nCMD ["perl", "/srv/server.pl"]\n`;
  const network = process.env["COOPER_TEST_NETWORK"];
  return await outputOf(["docker", "build", "--quiet", ...(network === undefined ? [] : ["--network", network]), "-"], {
    input: dockerfile,
  });
}

test("an image is asked about its ports, pages, processes, files and commands, and leaves nothing", { timeout: HEAVY_MS }, async () => {
  const engine = await testEngine();
  const imageId = await buildServer();
  const owner = uniqueName("owner");
  const run = {
    imageId,
    owner,
    network: process.env["COOPER_TEST_NETWORK"] ?? null,
    signal: AbortSignal.timeout(HEAVY_MS),
    emit: ignoreEvents,
  };
  try {
    const good = acceptanceSchema.parse({
      version: 1,
      alive: 1,
      ports: [{ port: 8080 }, { port: 9090 }],
      http: [
        { port: 8080, path: "/", status: 200, contains: "hello from 8080" },
        { port: 9090, path: "/missing", status: 404 },
      ],
      processes: [{ command: "/srv/server.pl" }],
      files: [
        { path: "/srv/server.pl", mode: "0640", owner: "0:0" },
        { path: "/srv", type: "directory" },
        ...ODD.map((path) => ({ path })),
      ],
      commands: [
        { run: "exit 3", exit: 3 },
        { run: ["id", "-un"], user: "nobody", contains: "nobody" },
      ],
    });
    const passed = await runAcceptance(engine, { ...run, acceptance: good });
    expect(passed.answers.filter((answer) => !answer.passed)).toEqual([]);
    expect(passed).toMatchObject({ passed: true });
    expect(passed.answers).toHaveLength(12);
    const bad = acceptanceSchema.parse({
      version: 1,
      files: [
        { path: "/srv/server.pl", mode: "0600" },
        { path: "/srv/nothing" },
        { path: `/srv${ODD[1]}` },
        { path: "/srv", type: "file" },
      ],
      commands: [{ run: "echo no; exit 1" }],
    });
    const failed = await runAcceptance(engine, { ...run, acceptance: bad });
    expect(failed.answers.map(({ got }) => got)).toEqual([
      "its mode is 0640",
      "it is not there",
      "it is not there",
      "it is a directory",
      "exit code 1: no",
    ]);
    expect(await outputOf(["docker", "ps", "--all", "--quiet", "--filter", `label=cooper.owner=${owner}`])).toBe("");
  } finally {
    await runOnHost(["docker", "rmi", imageId]);
  }
});

test("a command that ends is told with its exit code and its last words", { timeout: HEAVY_MS }, async () => {
  const engine = await testEngine();
  const dockerfile = `FROM debian:bookworm\nLABEL test=${uniqueName("ends")}\nCMD ["sh", "-c", "echo out of luck; exit 9"]\n`;
  const imageId = await outputOf(["docker", "build", "--quiet", "-"], { input: dockerfile });
  try {
    const acceptance = acceptanceSchema.parse({ version: 1, alive: 1, ports: [{ port: 80 }] });
    const signal = AbortSignal.timeout(HEAVY_MS);
    const report = await runAcceptance(engine, {
      imageId,
      acceptance,
      owner: uniqueName("owner"),
      network: "none",
      signal,
      emit: ignoreEvents,
    });
    expect(report).toMatchObject({ passed: false });
    expect(report.answers.map(({ got }) => got)).toEqual(["no port is open", "it ended with exit code 9: out of luck"]);
  } finally {
    await runOnHost(["docker", "rmi", imageId]);
  }
});

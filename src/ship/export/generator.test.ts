import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { podmanWords } from "../../../test/support/quadlet.ts";
import { asQuadlet } from "./as-quadlet.ts";
import { type Case, definitionOf, ID, OTHER } from "./test-definition.ts";

/**
 * What Podman's own generator makes of the units there. After a change of them (`vitest -u` writes them anew), with Debian trixie's podman:
 * `cd test/fixtures/quadlet && QUADLET_UNIT_DIRS=$PWD /usr/libexec/podman/quadlet -dryrun >generated`
 */
const folder = path.join(import.meta.dirname, "../../../test/fixtures/quadlet");
const generated = readFileSync(path.join(folder, "generated"), "utf8").split(/^---(?=[\w-]+\.service---$)/mu);

const CASES: Readonly<Record<string, Case>> = {
  "odd-bytes": {
    config: {
      Env: ["A=", "B= a\n\tb ", "C=\u001b[2J\r\u202e", 'D=$X ${Y} $(z) `w` "v" \\', "#=1", "E=\u2028é😀", "%d=%n", "F=it's", "G=a\\nb"],
      Labels: { "a=b": "c", empty: "", l: "one\ntwo", s: " x ", p: "%d", u: "\u200b\u0085", j: '{"a": [1, "b\\n"]}', "b c": "'" },
      Cmd: ["sh", "-c", "a\nb # c", "", "%n $$ ${X} $HOME", "tail\\", "'one'", '"two"', "a\"b'c", "@x", "-y", "!z", " ", "\t", "ü\u202e"],
      WorkingDir: "/%n/$HOME",
      Hostname: "h",
    },
  },
  quotes: {
    config: { WorkingDir: '/a"b', Cmd: [""], Entrypoint: ["/bin/a b", "$x"] },
    host: { Binds: ['/it\'s "x":/y\\z', "/c d:/e f:ro"] },
  },
  blanks: { config: { WorkingDir: "/x ", Hostname: "'h'", User: "a b:c" }, host: { Binds: ["/a\\:/b"], Tmpfs: { "/t u": "size=1m" } } },
  limits: {
    host: {
      Memory: 1000,
      MemorySwap: -1,
      MemoryReservation: 500,
      MemorySwappiness: 10,
      NanoCpus: 250_000_000,
      CpuShares: 512,
      CpusetCpus: "0",
      PidsLimit: 50,
      ShmSize: 1024,
      OomScoreAdj: 5,
      OomKillDisable: true,
      BlkioWeight: 300,
      Ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }],
    },
  },
  powers: {
    config: { StopSignal: "SIGRTMIN+3", StopTimeout: 120, Tty: true, OpenStdin: true, User: "nobody:nogroup" },
    host: {
      Privileged: true,
      CapAdd: ["cap_chown"],
      CapDrop: ["all"],
      SecurityOpt: ["no-new-privileges", "systempaths=unconfined"],
      ReadonlyRootfs: true,
      Init: true,
      RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
      GroupAdd: ["5", "audio"],
      Sysctls: { "net.ipv4.ping_group_range": "0 10" },
      Devices: [{ PathOnHost: "/dev/a b", PathInContainer: "/dev/b", CgroupPermissions: "r" }],
      DeviceCgroupRules: ["c 1:3 rw"],
      PidMode: "host",
      UTSMode: "host",
    },
  },
  networks: {
    config: { ExposedPorts: { "99/sctp": {} } },
    host: {
      NetworkMode: "back",
      ExtraHosts: ["a:1.2.3.4", "b:::1"],
      Dns: ["8.8.8.8"],
      DnsSearch: ["a.b"],
      DnsOptions: ["ndots:2"],
      PortBindings: {
        "80/tcp": [{ HostIp: "::1", HostPort: "8080" }],
        "81/udp": [{ HostIp: "127.0.0.1", HostPort: "" }],
        "82/tcp": [{ HostIp: "", HostPort: "9000-9002" }],
        "83/tcp": [{ HostIp: "", HostPort: "" }],
      },
    },
    networks: {
      back: { NetworkID: OTHER, Aliases: [ID.slice(0, 12), "shop", "store"], IPAMConfig: { IPv4Address: "10.0.0.9" } },
      front: { NetworkID: ID },
    },
  },
  health: { config: { Healthcheck: { Test: ["CMD", "test", "-e", "/a b", "$x"], Interval: 1_500_000_000, Timeout: 5e9, Retries: 4 } } },
  "health-of-a-shell": { config: { Healthcheck: { Test: ["CMD-SHELL", 'test "$x" = "%d" && echo \\'] } } },
  mounts: {
    host: {
      Binds: ["/a b:/c:ro,Z", "data:/d:nocopy", "/e:/f:rslave"],
      Mounts: [
        { Type: "bind", Source: "/g,h", Target: "/i", ReadOnly: true, BindOptions: { Propagation: "rslave" } },
        { Type: "volume", Target: "/v" },
        { Type: "tmpfs", Target: "/t", TmpfsOptions: { SizeBytes: 1_048_576, Mode: 0o700 } },
      ],
      VolumesFrom: [`${OTHER}:ro`],
      LogConfig: { Type: "json-file", Config: { "max-size": "1m", tag: "{{.Name}} %d" } },
    },
  },
};

const ESCAPED: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", s: " " };

/** The words of a command line as systemd reads one. */
function systemdWords(line: string): readonly string[] {
  const words = line.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\.|[^ \t"'\\])+/gsu) ?? [];
  return words.map((word) =>
    word
      .replace(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/gsu, (_, double?: string, single?: string) => double ?? single ?? "")
      .replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gsu, (_, ...found: readonly (string | undefined)[]) => {
        const point = found[0] ?? found[1] ?? found[2];
        return point === undefined ? (ESCAPED[found[3] ?? ""] ?? found[3] ?? "") : String.fromCodePoint(Number.parseInt(point, 16));
      }),
  );
}

/** What systemd starts, but for what the generator gives each container. */
function startedWords(name: string): readonly string[] {
  const unit = generated.find((text) => text.startsWith(`${name}.service---`)) ?? "";
  const line = /\nExecStart=\/usr\/bin\/podman run ([^\n]*)\n/u.exec(unit)?.[1] ?? "";
  const own = /^(?:--cidfile=.*|--replace|--rm|--cgroups=split|--sdnotify=conmon|-d)$/u;
  return systemdWords(line)
    .filter((word) => !own.test(word))
    .map((word) => word.replaceAll("%%", "%").replaceAll(/\$\$|\$\{EMPTY\}/gu, (sign) => (sign === "$$" ? "$" : "")));
}

test.each(Object.keys(CASES))("Podman's generator and systemd start what the unit of a container with %s says", async (name) => {
  const { text } = asQuadlet(definitionOf(CASES[name] ?? {}));
  await expect(text).toMatchFileSnapshot(path.join(folder, `${name}.container`));
  const [started, wanted] = [startedWords(name), podmanWords(text)];
  // Where its keys come in the line is the generator's choice, and it writes powers small.
  expect(started.toSorted()).toEqual(wanted.toSorted());
  const image = "docker.io/shop/web:1";
  expect(started.slice(started.indexOf(image))).toEqual(wanted.slice(wanted.indexOf(image)));
});

import { describe, expect, test } from "vitest";
import { elfText } from "../../test-elf.ts";
import { brokenPromises, type ClosingCase, closingOf } from "../test-closing.ts";

const library = elfText({});
const dpkg = (name: string, paths: readonly string[]): Record<string, string> => ({
  [`/var/lib/dpkg/info/${name}.list`]: paths.map((path) => `${path}\n`).join(""),
});

const CASES: readonly ClosingCase[] = [
  {
    name: "interpreter: env with options, a program of the image's own PATH",
    level: "trace",
    env: ["PATH=/opt/tools"],
    rows: { "/job": "#!/usr/bin/env -S KEY=1 worker -q\n", "/usr/bin/env": "e", "/opt/tools/worker": "w" },
    touched: { "/job": "executed" },
    keeps: ["/usr/bin/env", "/opt/tools/worker"],
  },
  {
    name: "nss and character sets: what the C library opens by a made-up name",
    rows: {
      "/usr/lib/libc.so.6": library,
      "/usr/lib/libnss_files.so.2": library,
      "/srv/app/run": elfText({ imports: ["own_iconv_open"] }),
      "/usr/lib/x-linux-gnu/gconv/UTF-16.so": library,
      "/usr/lib/x-linux-gnu/gconv/IBM1390.so": library,
      "/usr/share/zoneinfo/Europe/Paris": "z",
    },
    touched: { "/usr/lib/libc.so.6": "opened", "/srv/app/run": "executed" },
    keeps: [
      "/usr/lib/libnss_files.so.2",
      "/usr/lib/x-linux-gnu/gconv/UTF-16.so",
      "/usr/lib/x-linux-gnu/gconv/IBM1390.so",
      "/usr/share/zoneinfo/Europe/Paris",
    ],
  },
  {
    name: "character sets: of a package's program the common ones alone",
    rows: {
      ...dpkg("tool", ["/usr/bin/tool", "/usr/lib/x-linux-gnu/gconv/IBM1390.so", "/usr/lib/x-linux-gnu/gconv/UTF-16.so"]),
      "/usr/bin/tool": elfText({ imports: ["iconv_open"] }),
      "/usr/lib/x-linux-gnu/gconv/UTF-16.so": library,
      "/usr/lib/x-linux-gnu/gconv/IBM1390.so": "x".repeat(4_500_000),
    },
    touched: { "/usr/bin/tool": "executed" },
    keeps: ["/usr/lib/x-linux-gnu/gconv/UTF-16.so"],
    drops: ["/usr/lib/x-linux-gnu/gconv/IBM1390.so"],
  },
  {
    name: "named: a library that an application's own program opens by name, the shell and the tools of its commands",
    rows: {
      ...dpkg("base", ["/bin/sh", "/usr/bin/sort", "/usr/bin/head", "/usr/bin/other"]),
      "/srv/a/app": elfText({ imports: ["dlopen", "system"], text: "libplug.so.2\0sort list | head -1\0" }),
      "/usr/lib/libplug.so.2": library,
      "/bin/sh": "s",
      "/usr/bin/sort": "1",
      "/usr/bin/head": "2",
      "/usr/bin/other": "3",
    },
    touched: { "/srv/a/app": "executed" },
    keeps: ["/usr/lib/libplug.so.2", "/bin/sh", "/usr/bin/sort", "/usr/bin/head"],
    drops: ["/usr/bin/other"],
  },
  {
    name: "named: a file that a static program names by its whole path, and nothing of a package",
    rows: {
      ...dpkg("base", ["/etc/of-a-package", "/usr/share/of-a-package"]),
      "/usr/local/bin/s": "\u007fELF\0\0/etc/of-a-package\0/data/motd\0",
      "/etc/of-a-package": "1",
      "/data/motd": "2",
    },
    touched: { "/usr/local/bin/s": "executed" },
    keeps: ["/data/motd"],
    drops: ["/etc/of-a-package"],
  },
  {
    name: "imports: Python, with packages, relative names and extensions; late ones of the application, not of the library",
    rows: {
      ...dpkg("python", ["/usr/lib/python3.11/os.py", "/usr/lib/python3.11/lazy.py", "/usr/lib/python3.11/big.py"]),
      "/srv/app/main.py": "def f():\n    from lib.deep import thing; import lazy\nAPPS = ['named.late.Class']\n",
      "/usr/lib/python3/dist-packages/named/late.py": "",
      "/usr/lib/python3/dist-packages/lib/__init__.py": "from . import near\n_parts = ['part']\n",
      "/usr/lib/python3/dist-packages/lib/part.py": "",
      "/usr/lib/python3/dist-packages/lib/near.py": "try:\n    import _fast\nexcept ImportError:\n    pass\n",
      "/usr/lib/python3/dist-packages/lib/deep/__init__.py": "",
      "/usr/lib/python3/dist-packages/lib/deep/thing.py": "",
      "/usr/lib/python3.11/lib-dynload/_fast.cpython-311-x.so": library,
      "/usr/lib/python3.11/os.py": "",
      "/usr/lib/python3.11/lazy.py": "def f():\n    import big\n",
      "/usr/lib/python3.11/big.py": "x".repeat(4_500_000),
    },
    touched: { "/srv/app/main.py": "opened" },
    keeps: [
      "/usr/lib/python3/dist-packages/lib/part.py",
      "/usr/lib/python3/dist-packages/named/late.py",
      "/usr/lib/python3/dist-packages/lib/near.py",
      "/usr/lib/python3/dist-packages/lib/deep/thing.py",
      "/usr/lib/python3.11/lib-dynload/_fast.cpython-311-x.so",
      "/usr/lib/python3.11/lazy.py",
    ],
    drops: ["/usr/lib/python3.11/big.py"],
  },
  {
    name: "imports: Perl with its compiled part and the link that leads there, a driver, and nothing that only documentation names",
    rows: {
      ...dpkg("perl", ["/usr/share/perl/5/A/B.pm", "/usr/share/perl/5/C.pm"]),
      "/srv/app/x.pl": "use A::B; connect('dbi:Kind:x');\n=pod\n\n use C;\n\n=cut\n",
      "/usr/share/perl/5/A/B.pm": "1;",
      "/usr/share/perl/5/auto/A/B/B.so": library,
      "/usr/share/perl/now": "-> 5",
      "/usr/share/perl5/DBD/Kind.pm": "1;",
      "/usr/share/perl/5/C.pm": "x".repeat(3_000_000),
    },
    touched: { "/srv/app/x.pl": "opened" },
    keeps: ["/usr/share/perl/5/A/B.pm", "/usr/share/perl/5/auto/A/B/B.so", "/usr/share/perl/now", "/usr/share/perl5/DBD/Kind.pm"],
    drops: ["/usr/share/perl/5/C.pm"],
  },
  {
    name: "imports: Ruby from a gem's folder, by require, autoload and require_relative",
    rows: {
      ...dpkg("gems", ["/var/lib/gems/3.1/gems/gem_d-1/lib/gem_d.rb"]),
      "/srv/app/x.rb": "require 'gem_a'\nautoload :C, 'gem_c'\n",
      "/var/lib/gems/3.1/gems/gem_a-1/lib/gem_a.rb": "require_relative 'gem_a/b'\n",
      "/var/lib/gems/3.1/gems/gem_a-1/lib/gem_a/b.rb": "",
      "/var/lib/gems/3.1/gems/gem_c-1/lib/gem_c.rb": "",
      "/var/lib/gems/3.1/gems/gem_d-1/lib/gem_d.rb": "x".repeat(2_000_000),
    },
    touched: { "/srv/app/x.rb": "opened" },
    keeps: ["/var/lib/gems/3.1/gems/gem_a-1/lib/gem_a/b.rb", "/var/lib/gems/3.1/gems/gem_c-1/lib/gem_c.rb"],
    drops: ["/var/lib/gems/3.1/gems/gem_d-1/lib/gem_d.rb"],
  },
  {
    name: "imports: Erlang by the names in a compiled module, an application with what it needs",
    rows: {
      ...dpkg("erl", ["/usr/lib/erlang/lib/other-1/ebin/other.beam"]),
      "/srv/e/web.beam": "FOR1 crypto start",
      "/usr/lib/erlang/lib/crypto-5/ebin/crypto.app": "{application, crypto, [{modules, [crypto, crypto_ec]}, {applications, [asn]}]}.",
      "/usr/lib/erlang/lib/crypto-5/ebin/crypto_ec.beam": "FOR1",
      "/usr/lib/erlang/lib/crypto-5/priv/lib/crypto.so": library,
      "/usr/lib/erlang/lib/asn-1/ebin/asn.app": "{application, asn, [{modules, []}, {applications, []}]}.",
      "/usr/lib/erlang/lib/other-1/ebin/other.beam": "x".repeat(2_000_000),
    },
    touched: { "/srv/e/web.beam": "opened" },
    keeps: [
      "/usr/lib/erlang/lib/crypto-5/ebin/crypto_ec.beam",
      "/usr/lib/erlang/lib/crypto-5/priv/lib/crypto.so",
      "/usr/lib/erlang/lib/asn-1/ebin/asn.app",
    ],
    drops: ["/usr/lib/erlang/lib/other-1/ebin/other.beam"],
  },
  {
    name: "application: the folder the image works in is one, another shared folder only its files",
    workdir: "/srv",
    rows: { "/srv/main": "1", "/srv/sub/late": "2", "/opt/run": "3", "/opt/run.conf": "4", "/opt/big/x": "x".repeat(1_100_000) },
    touched: { "/srv/main": "opened", "/opt/run": "executed" },
    keeps: ["/srv/sub/late", "/opt/run.conf"],
    drops: ["/opt/big/x"],
  },
  {
    name: "application: small stray files of the image's maker, in /etc too, below a folder that was looked at",
    rows: { "/srv/lib/Late": "5", "/a/main": "1", "/etc/own/setting": "2", "/etc/shadow": "3", "/opt/note": "4" },
    touched: { "/a/main": "opened", "/srv/lib": "looked-up" },
    keeps: ["/etc/own/setting", "/opt/note", "/srv/lib/Late"],
    drops: ["/etc/shadow"],
  },
  {
    name: "surroundings: what an application's text names of an unknown language's library may cost more than what merely lies near",
    rows: {
      ...dpkg("odd", ["/usr/lib/odd/start.o2", "/usr/lib/odd/named.o2", "/usr/lib/odd/cheap.o2"]),
      "/usr/lib/odd/start.o2": "1",
      "/usr/lib/odd/named.o2": "x".repeat(3_000_000),
      "/usr/lib/odd/cheap.o2": "x".repeat(2_100_000),
      "/srv/a/main.odd": "(load named)",
    },
    touched: { "/srv/a/main.odd": "opened", "/usr/lib/odd/start.o2": "opened" },
    keeps: ["/usr/lib/odd/named.o2"],
    drops: ["/usr/lib/odd/cheap.o2"],
  },
  {
    name: "surroundings: folders where a used package writes, and no script without its interpreter",
    rows: {
      ...dpkg("server", ["/usr/sbin/server", "/var/lib/server", "/var/log/server", "/usr/sbin/helper"]),
      "/usr/sbin/server": "1",
      "/usr/sbin/helper": "#!/usr/bin/strange\n",
      "/usr/bin/strange": "2",
      "/var/lib/server/x": "3",
      "/var/log/server/y": "4",
    },
    touched: { "/usr/sbin/server": "executed" },
    keeps: ["/var/lib/server", "/var/log/server"],
    drops: ["/usr/sbin/helper", "/usr/bin/strange", "/var/lib/server/x"],
  },
  {
    name: "commands: a sister's script with its interpreter, where that is a small part",
    rows: {
      "/var/lib/dpkg/status": "Package: server\nSource: s\n\nPackage: client\nSource: s\n\n",
      ...dpkg("server", ["/usr/sbin/server"]),
      ...dpkg("client", ["/usr/bin/client", "/usr/bin/heavy"]),
      "/usr/sbin/server": "x".repeat(1_000_000),
      "/usr/bin/client": "#!/usr/bin/light\n",
      "/usr/bin/heavy": "#!/usr/bin/dear\n",
      "/usr/bin/light": "x".repeat(50_000),
      "/usr/bin/dear": "x".repeat(100_000),
    },
    touched: { "/usr/sbin/server": "executed" },
    keeps: ["/usr/bin/client", "/usr/bin/light"],
    drops: ["/usr/bin/heavy", "/usr/bin/dear"],
  },
  {
    name: "families: what a program that brings its libraries with it names, and not one that loads them",
    rows: {
      ...dpkg("tzdata", ["/usr/share/zoneinfo/right/Asia/Tokyo", "/usr/share/zoneinfo/Asia/Tokyo", "/usr/share/mime/globs2"]),
      "/srv/app/static": elfText({ text: "/usr/share/zoneinfo/" }),
      "/srv/app/dynamic": elfText({ needed: ["libpq.so.5"], text: "/etc/mime.types" }),
      "/usr/share/zoneinfo/Asia/Tokyo": "z",
      "/usr/share/zoneinfo/right/Asia/Tokyo": "z",
      "/usr/share/mime/globs2": "g",
    },
    touched: { "/srv/app/static": "executed", "/srv/app/dynamic": "executed" },
    keeps: ["/usr/share/zoneinfo/Asia/Tokyo"],
    drops: ["/usr/share/zoneinfo/right/Asia/Tokyo", "/usr/share/mime/globs2"],
  },
  {
    name: "families: certificates, providers and the modules beside the library that loads them",
    rows: {
      "/usr/lib/x/libssl.so.3": library,
      "/usr/lib/x/libcrypto.so.3": library,
      "/usr/lib/x/ossl-modules/legacy.so": library,
      "/etc/ssl/openssl.cnf": "c",
      "/usr/lib/ssl/misc/tool.pl": "#!/usr/bin/perl\n",
    },
    touched: { "/usr/lib/x/libssl.so.3": "opened", "/usr/lib/x/libcrypto.so.3": "opened" },
    keeps: ["/etc/ssl/openssl.cnf", "/usr/lib/x/ossl-modules/legacy.so"],
    drops: ["/usr/lib/ssl/misc/tool.pl"],
  },
];

describe("closure rules", () => {
  test.each(CASES.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
    expect(await brokenPromises(one)).toEqual([]);
  });

  test("nothing but what was touched without the level for it", async () => {
    const rows = { "/srv/a/main.py": "import late\n", "/srv/a/late.py": "" };
    expect(await closingOf({ name: "", rows, touched: { "/srv/a/main.py": "opened" }, level: "trace", keeps: [] })).not.toContain(
      "/srv/a/late.py",
    );
  });
});

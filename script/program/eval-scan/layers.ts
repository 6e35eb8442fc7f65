import type { ScanCase } from "./case.ts";

/** So many that the mount table names them by relative paths. */
const eighty = Array.from({ length: 80 }, (_none, number) => `COPY Dockerfile /srv/l${number}`);

/** What a layer can do to the layers below it. */
export const layerCases: readonly ScanCase[] = [
  { name: "whiteout: file", script: "rm /etc/issue", expect: [{ path: "/etc/issue", rule: "path-deleted" }] },
  { name: "whiteout: program", script: "rm /usr/bin/id", expect: [{ path: "/usr/bin/id", rule: "program-deleted" }] },
  { name: "whiteout: folder", script: "rm -r /etc/apt", expect: ["/etc/apt"] },
  { name: "whiteout: link", script: "rm /etc/os-release", expect: ["/etc/os-release"] },
  {
    name: "whiteout: file becomes folder",
    script: "rm /etc/issue; mkdir /etc/issue; touch /etc/issue/x",
    expect: ["/etc/issue", "/etc/issue/x"],
  },
  { name: "whiteout: folder becomes file", script: "rm -r /etc/apt; touch /etc/apt", expect: ["/etc/apt"] },
  { name: "whiteout: folder becomes link", script: "rm -r /etc/apt; ln -s /etc/dpkg /etc/apt", expect: ["/etc/apt"] },
  {
    name: "opaque: folder emptied and made again",
    script: "rm -r /etc/apt; mkdir /etc/apt",
    expect: ["auth.conf.d", "apt.conf.d", "keyrings", "preferences.d", "sources.list", "sources.list.d", "trusted.gpg.d"].map(
      (name) => `/etc/apt/${name}`,
    ),
  },
  {
    name: "opaque: below an opaque folder",
    script: "rm -r /etc/dpkg; mkdir -p /etc/dpkg/dpkg.cfg.d /etc/dpkg/origins; touch /etc/dpkg/origins/evil",
    expect: ["/etc/dpkg/dpkg.cfg", "/etc/dpkg/origins/debian", "/etc/dpkg/origins/default", "/etc/dpkg/origins/evil"],
    mayFind: ["/etc/dpkg/shlibs", "/etc/dpkg/dpkg.cfg.d/"],
  },
  {
    name: "opaque: made again as it was",
    script: "cp -a /etc/dpkg /tmp/d; rm -r /etc/dpkg; cp -a /tmp/d /etc/dpkg; rm -r /tmp/d",
    expect: [],
  },
  { name: "opaque: a new folder hides nothing", script: "mkdir -p /new/below", expect: ["/new", "/new/below"] },
  {
    name: "layers: emptied in the image, its file put back",
    dockerfile: ["RUN mkdir /d && echo secret >/d/f && echo keep >/d/g", "RUN rm -r /d && mkdir /d"],
    script: "echo secret >/d/f",
    expect: [{ path: "/d/f", rule: "path-added" }],
  },
  {
    name: "layers: emptied in the image, clean",
    dockerfile: ["RUN mkdir /d && echo secret >/d/f", "RUN rm -r /d && mkdir /d && echo new >/d/n"],
    expect: [],
  },
  {
    name: "layers: deleted in the image, put back",
    dockerfile: ["RUN echo secret >/srv/f", "RUN rm /srv/f"],
    script: "echo secret >/srv/f",
    expect: [{ path: "/srv/f", rule: "path-added" }],
  },
  {
    name: "layers: emptied again in the container",
    dockerfile: ["RUN mkdir /d && echo a >/d/old", "RUN rm -r /d && mkdir /d && echo b >/d/new"],
    script: "rm -r /d; mkdir /d",
    expect: ["/d/new"],
  },
  {
    name: "layers: folder over a file of the image",
    dockerfile: ["RUN echo a >/srv/x", "RUN rm /srv/x && mkdir /srv/x && echo b >/srv/x/y"],
    script: "echo c >/srv/x/y",
    expect: ["/srv/x/y"],
  },
  {
    name: "layers: eighty, a change",
    dockerfile: eighty,
    script: "echo other >/srv/l3; rm /srv/l7; touch /srv/evil",
    expect: ["/srv/l3", "/srv/l7", "/srv/evil"],
  },
  {
    name: "layers: eighty, clean",
    dockerfile: eighty,
    expect: [],
  },
  { name: "copied up: times only", script: "touch /etc/issue /etc/apt; touch -d 2000-01-01 /usr/bin/id", expect: [] },
  {
    name: "copied up: mode there and back",
    script: "chmod 600 /etc/issue; chmod 644 /etc/issue; chmod 700 /srv; chmod 755 /srv",
    expect: [],
  },
  { name: "copied up: same bytes written", script: "cat /etc/issue >/tmp/i; cat /tmp/i >/etc/issue; rm /tmp/i", expect: [] },
  { name: "hard link: a second name", script: "ln /usr/bin/id /usr/bin/id2", expect: ["/usr/bin/id2"] },
  { name: "hard link: to a set-user-id program", script: "ln /usr/bin/passwd /srv/p", expect: [{ path: "/srv/p", rule: "setuid-added" }] },
  { name: "renamed folder", script: "mv /etc/dpkg /etc/dpkg2", expect: ["/etc/dpkg", "/etc/dpkg2"], mayFind: ["/etc/dpkg2/"] },
];

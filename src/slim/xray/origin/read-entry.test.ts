import { expect, test } from "vitest";
import { readEntry } from "./read-entry.ts";

/** How a history has it, and the instruction. */
const ENTRIES: readonly (readonly [string, string])[] = [
  // The classic builder
  ['/bin/sh -c #(nop)  CMD ["nginx" "-g" "daemon off;"]', 'CMD ["nginx", "-g", "daemon off;"]'],
  ['/bin/sh -c #(nop)  CMD ["/bin/sh" "-c" "exec run"]', 'CMD ["/bin/sh", "-c", "exec run"]'],
  ["/bin/sh -c #(nop)  CMD []", "CMD []"],
  ['/bin/sh -c #(nop)  ENTRYPOINT &{["/start"]}', 'ENTRYPOINT ["/start"]'],
  ["/bin/sh -c #(nop)  EXPOSE 80", "EXPOSE 80"],
  ["/bin/sh -c #(nop)  EXPOSE map[443/tcp:{} 80/tcp:{}]", "EXPOSE 443/tcp 80/tcp"],
  ["/bin/sh -c #(nop) WORKDIR /srv", "WORKDIR /srv"],
  ["/bin/sh -c #(nop)  VOLUME [/data /logs]", 'VOLUME ["/data", "/logs"]'],
  ["/bin/sh -c #(nop)  ENV PATH=/bin:/usr/bin", "ENV PATH=/bin:/usr/bin"],
  ["/bin/sh -c #(nop)  ENV GREETING=hello world", 'ENV GREETING="hello world"'],
  ["/bin/sh -c #(nop)  ENV DB_PASSWORD=hunter2-Pa55", "ENV DB_PASSWORD=***"],
  ["/bin/sh -c #(nop) COPY file:2cd68c274fbaa41c08f66c2bc1295490 in /start.sh ", "COPY FILE /start.sh"],
  ["/bin/sh -c #(nop) COPY dir:32f97270cd0681c2824522b512786 in /srv ", "COPY FOLDER /srv"],
  ["/bin/sh -c #(nop) COPY multi:32f97270cd0681c2824522b512 in /srv/ ", "COPY FILES /srv/"],
  ["/bin/sh -c #(nop) COPY --chown=appdir:c7301ae98460e66272c in . ", "COPY --chown=app FOLDER ."],
  ["/bin/sh -c #(nop) COPY --chown=a:bfile:c7301ae98460e66272c in . ", "COPY --chown=a:b FILE ."],
  ["/bin/sh -c #(nop) ADD file:5ab2c274fbaa41c08f66c2bc1295 in / ", "ADD FILE /"],
  ["/bin/sh -c apt-get update && apt-get install -y curl", "RUN apt-get update && apt-get install -y curl"],
  ["|2 VERSION=1.2 NAME=a b /bin/sh -c make VERSION", "RUN make VERSION"],
  ["|2 NAME=a b VERSION=1.2 /bin/echo exec form", "RUN /bin/echo exec form"],
  ["/bin/sh -c #(nop)  VOLUME [/logs /with space]", 'VOLUME ["/logs", "/with space"]'],
  ["/bin/sh -c #(nop)  ENV A=b C=d e PATH=/bin F=", 'ENV A=b C="d e" PATH=/bin F='],
  ['/bin/sh -c #(nop)  ENV LONG=a "quoted" $value', 'ENV LONG="a \\"quoted\\" \\$value"'],
  ["ENV A=\"b c\" D='e f'", "ENV A=\"b c\" D='e f'"],
  ["/bin/bash -o pipefail -c curl x | tar x", "RUN curl x | tar x"],
  ["/bin/sh -c curl -u bob:s3cr3t-Pass https://x", "RUN curl -u bob:*** https://x"],
  ["/bin/bash -c #(nop)  USER app", "USER app"],
  // BuildKit
  ["RUN /bin/sh -c make install # buildkit", "RUN make install"],
  ["RUN |1 VERSION=1.2 /bin/sh -c make install # buildkit", "RUN make install"],
  ["RUN /bin/sh -c set -e\nmake\n # buildkit", "RUN set -e\nmake"],
  ["RUN /usr/bin/make all # buildkit", "RUN /usr/bin/make all"],
  ["COPY --chown=app:app src/ /srv/ # buildkit", "COPY --chown=app:app src/ /srv/"],
  ["ADD https://example.org/x.tar.gz / # buildkit", "ADD https://example.org/x.tar.gz /"],
  ['CMD ["python3"]', 'CMD ["python3"]'],
  ["ENV A=b C=d", "ENV A=b C=d"],
  ["ARG API_TOKEN=abc123-Zz9", "ARG API_TOKEN=***"],
  ["EXPOSE map[8080/tcp:{}]", "EXPOSE 8080/tcp"],
  [
    'HEALTHCHECK &{["CMD-SHELL" "curl -f localhost"] "30s" "3s" "0s" \'\\x03\'}',
    "HEALTHCHECK --interval=30s --timeout=3s --retries=3 CMD curl -f localhost",
  ],
  ['HEALTHCHECK &{["CMD" "/ok"] "0s" "0s" "0s" "0s" \'\\n\'}', 'HEALTHCHECK --retries=10 CMD ["/ok"]'],
  ['HEALTHCHECK &{["NONE"] "0s" "0s" "0s" \'\\x00\'}', "HEALTHCHECK NONE"],
  ["SHELL [/bin/bash -o pipefail -c]", 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]'],
  // Others
  ["# debian.sh --arch 'amd64' out/ 'bookworm'", "# # debian.sh --arch 'amd64' out/ 'bookworm'"],
  ["bazel build ...", "# bazel build ..."],
  ["", "# "],
];

test.each(ENTRIES)("%j is %j", (createdBy, instruction) => {
  const { keyword, text } = readEntry(createdBy, null);
  expect(`${keyword} ${text}`).toBe(instruction);
});

test("a shell that an instruction set does not show in the commands", () => {
  expect(readEntry("/usr/bin/pwsh -Command Get-Item", ["/usr/bin/pwsh", "-Command"])).toMatchObject({ keyword: "RUN", text: "Get-Item" });
  expect(readEntry("/bin/bash -e -c make", null)).toMatchObject({ text: "make", note: "shell: /bin/bash -e -c" });
});

test.each([
  ["LABEL a.b=c d key with=x", ["a.b=c d", "key with=x"], 'LABEL a.b="c d" "key with"=x'],
  ["ENV FLAGS=-O2 X=1 B=2", ["FLAGS=-O2 X=1", "B=2"], 'ENV FLAGS="-O2 X=1" B=2'],
  ["RUN |2 A=1 B=c d /bin/echo x # buildkit", ["B=c d"], "RUN /bin/echo x"],
  ["ENV TOKEN=abc123-Zz9 x B=2", ["TOKEN=abc123-Zz9 x", "B=2"], "ENV TOKEN=*** B=2"],
])("%s with the settings of the image is %j", (createdBy, known, expected) => {
  const { keyword, text } = readEntry(createdBy, null, known);
  expect(`${keyword} ${text}`).toBe(expected);
});

test("build arguments are named without their values", () => {
  expect(readEntry("RUN |2 TOKEN=x y A=b /bin/sh -c make # buildkit", null).note).toBe("built with TOKEN, A");
});

import { expect, test } from "vitest";
import { makeXray } from "../make-xray.ts";
import { membersOfStream } from "../archive-source.ts";
import { scanArchive } from "../scan-archive.ts";
import { inPieces, layerOf, savedArchive } from "../test-archive.ts";
import { toPage } from "../treemap/page.ts";
import type { Xray } from "../make-xray.ts";
import { toCycloneDx } from "./cyclonedx.ts";
import { packageUrl } from "./package-url.ts";
import { toSpdx } from "./spdx.ts";

async function look(): Promise<Xray> {
  const layer = await layerOf({
    "/etc/os-release": "ID=alpine\nVERSION_ID=3.19\n",
    "/lib/apk/db/installed": "P:musl\nV:1.2-r4\n",
    "/srv/<script>alert(1)</script>": "x".repeat(500),
    "/srv/\u202edetrevni": "y".repeat(500),
  });
  const archive = await savedArchive({ layers: [layer] });
  return makeXray("web", await scanArchive(membersOfStream(inPieces(archive, 4096)), "amd64"), []);
}

test.each([
  ["dpkg", "libc6", "1:2.36-9+deb12u1", "pkg:deb/debian/libc6@1:2.36-9%2Bdeb12u1?arch=amd64&distro=debian-12&upstream=glibc"],
  ["dpkg", "libc6:i386", "2", "pkg:deb/debian/libc6@2?arch=amd64&distro=debian-12&upstream=glibc"],
  ["rpm", "bash", "1:5.2-3.fc39", "pkg:rpm/debian/bash@5.2-3.fc39?arch=amd64&distro=debian-12&epoch=1&upstream=glibc"],
  ["pip", "Flask_Login", "1", "pkg:pypi/flask-login@1"],
  ["npm", "@scope/name", "1.0", "pkg:npm/%40scope/name@1.0"],
  ["composer", "laravel/framework", "v10", "pkg:composer/laravel/framework@v10"],
  ["go", "github.com/Spf13/cobra", "v1.8.0", "pkg:golang/github.com/spf13/cobra@v1.8.0"],
  ["cargo", "serde", "1.0.1", "pkg:cargo/serde@1.0.1"],
] as const)("%s %s %s is %s", (manager, name, version, url) => {
  const one = { manager, name, version, bytes: null, path: "/", architecture: "amd64", source: "glibc" };
  expect(packageUrl(one, { id: "debian", version: "12" })).toBe(url);
});

test("CycloneDX names the packages, always with the same bytes", async () => {
  const text = toCycloneDx((await look()).report);
  expect(JSON.parse(text)).toMatchObject({
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    components: [
      { type: "operating-system", name: "alpine", version: "3.19" },
      { name: "musl", version: "1.2-r4", purl: "pkg:apk/alpine/musl@1.2-r4?distro=alpine-3.19" },
    ],
  });
  expect(toCycloneDx((await look()).report)).toBe(text);
});

test("SPDX names the packages and what contains them", async () => {
  const document: unknown = JSON.parse(toSpdx((await look()).report));
  expect(document).toMatchObject({
    spdxVersion: "SPDX-2.3",
    packages: [{ SPDXID: "SPDXRef-Image" }, { SPDXID: "SPDXRef-Package-1", name: "musl", versionInfo: "1.2-r4" }],
    relationships: [{ relationshipType: "DESCRIBES" }, { relationshipType: "CONTAINS", relatedSpdxElement: "SPDXRef-Package-1" }],
  });
});

test("the page shows names as text and has no script", async () => {
  const one = await look();
  const page = toPage([one, one]);
  expect(page).toContain("&lt;script&gt;");
  expect(page).not.toContain("<script");
  expect(page).not.toContain("\u202e");
  expect(page.match(/<svg /g)).toHaveLength(2);
});

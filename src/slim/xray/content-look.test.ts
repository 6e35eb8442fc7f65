import { expect, test } from "vitest";
import { tarMember } from "../../format/tar/member.ts";
import { createContentLook } from "./content-look.ts";

const KEY = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(20)}-----END PRIVATE KEY-----\n`;
const TOKEN = `ghp_${"aB3".repeat(12)}`;
const SETTING = "DB_PASSWORD=hunter2-Secret9\n";

test.each([
  ["/app/anything.txt", KEY, "private key"],
  ["/etc/ssl/private/server.key", KEY, "private key"],
  ["/root/.aws/credentials", "x", "secret by its name"],
  ["/app/.env", SETTING, "secret in its content"],
  ["/usr/src/app/settings.conf", SETTING, "secret in its content"],
  ["/usr/local/etc/app.conf", SETTING, "secret in its content"],
  ["/app/settings.py", `token = "${TOKEN}"`, "secret in its content"],
  ["/app/settings.py", SETTING, null],
  ["/app/README.md", "postgres://user:example1@localhost/db", null],
  ["/usr/share/doc/example.conf", SETTING, null],
  ["/app/node_modules/x/test.conf", SETTING, null],
])("%s", (path, text, expected) => {
  const bytes = Buffer.from(text);
  const look = createContentLook(tarMember({ path, size: bytes.length }));
  look?.take(bytes);
  expect(look?.end().secret ?? null).toBe(expected);
});

import { expect, test } from "vitest";
import type { Session } from "../session/session-record.ts";
import { sessionServices } from "./session-services.ts";
import type { SshServices } from "./model.ts";

function session(socket: string): Session {
  const record = {
    version: 1,
    name: "work",
    persistent: true,
    workFolder: "/home/me",
    engine: { host: null, context: null },
    container: null,
    service: null,
    image: null,
    user: null,
    buildFolder: null,
    isMounted: false,
    socket,
    key: "key",
    settings: { run: [], registry: null, distro: null, sshKey: null, built: null },
    createdAt: 0,
  } as const;
  return { folder: "/nowhere", record };
}

function servicesOf(socket: string): SshServices {
  const none = (): Promise<never> => Promise.reject(new Error("not needed"));
  return sessionServices({ session: session(socket), env: {}, own: [], randomHex: () => "0", openEngine: none, readSensor: none });
}

test("a port of a session without a container is refused by the promise: nothing is thrown at who calls", async () => {
  const asked = servicesOf("/nowhere/socket").connect({ host: "127.0.0.1", port: 80 }, new AbortController().signal);
  await expect(asked).rejects.toMatchObject({ code: "session-without-container" });
});

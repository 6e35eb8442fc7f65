import { connect, createServer } from "node:net";

interface Forwarding {
  readonly port: number;
  readonly to: { readonly host: string; readonly port: number };
}

/** Passes connections to a port of this machine on; gives the port (another where 0 was asked for) and what ends it. */
export function forwardPort({ port, to }: Forwarding): Promise<{ readonly port: number; close(): void }> {
  const server = createServer((near) => {
    const far = connect(to);
    near.pipe(far);
    far.pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const bound = server.address();
      resolve({ port: typeof bound === "object" && bound !== null ? bound.port : port, close: () => void server.close() });
    });
  });
}

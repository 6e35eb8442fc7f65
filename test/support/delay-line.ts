import { connect, createServer, type Server, type Socket } from "node:net";

/** A network of its own between a port of this machine and another: it takes its time, and can be cut without anybody being told. */
export class DelayLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  #held: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Opens it; what goes in comes out `delayMs` later at the other end, both ways. */
  static async open(target: number, delayMs: number): Promise<DelayLine> {
    const server = createServer({ noDelay: true });
    const line = new DelayLine(server);
    server.on("connection", (near) => {
      const far = connect({ port: target, host: "127.0.0.1", noDelay: true });
      line.#carry(near, far, delayMs);
      line.#carry(far, near, delayMs);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  get port(): number {
    const bound = this.#server.address();
    return typeof bound === "object" && bound !== null ? bound.port : 0;
  }

  /** From now on nothing comes through, and no connection ends. */
  cut(): void {
    this.#isCut = true;
  }

  mend(): void {
    this.#isCut = false;
    for (const pass of this.#held.splice(0)) pass();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #carry(from: Socket, to: Socket, delayMs: number): void {
    this.#sockets.add(from);
    const later = (act: () => void): void => void setTimeout(() => (this.#isCut ? this.#held.push(act) : act()), delayMs);
    from.on("data", (chunk) => later(() => to.write(chunk)));
    from.on("end", () => later(() => to.end()));
    from.on("error", () => later(() => to.destroy()));
    from.on("close", () => this.#sockets.delete(from));
  }
}

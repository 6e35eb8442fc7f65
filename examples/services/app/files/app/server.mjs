import { appendFile, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";

const VERSION = "1";
const FILE = "/data/notes";

/** One more visit, as the cache counts; null where there is no cache. */
function countVisit() {
  return new Promise((resolve) => {
    const socket = connect(6379, process.env.CACHE, () => socket.end("INCR visits\r\n"));
    socket.setTimeout(2000, () => socket.destroy());
    socket.once("data", (answer) => resolve(Number(answer.toString().slice(1))));
    socket.once("error", () => {});
    socket.once("close", () => resolve(null));
  });
}

async function answer(request) {
  if (request.url === "/version") return VERSION;
  if (request.url === "/visits") return String(await countVisit());
  if (request.method === "POST") {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    await appendFile(FILE, `${Buffer.concat(pieces)}\n`);
    return "kept";
  }
  return readFile(FILE, "utf8");
}

const server = createServer((request, response) =>
  answer(request).then(
    (text) => response.end(text),
    (error) => response.writeHead(500).end(`${error.message}\n`),
  ),
);
server.listen(8080, () => process.stdout.write(`version ${VERSION} listens\n`));
process.once("SIGTERM", () => process.exit(0));

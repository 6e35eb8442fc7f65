import { createHash, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { byte, field, largeNumber, MESSAGE, message, SshReader, uint32 } from "../../format/ssh/wire.ts";
import type { DirectionKeys } from "./packet-stream.ts";

const EXCHANGES = ["curve25519-sha256", "curve25519-sha256@libssh.org"];
const HOST_KEY = "ssh-ed25519";
const CIPHER = "aes256-gcm@openssh.com";
/** Of no use beside this cipher, but the lists must agree. */
const MAC = "hmac-sha2-256";

/** Algorithms that a client must be told to use, as lines of its configuration. */
export const CLIENT_ALGORITHMS: readonly string[] = [
  `KexAlgorithms ${EXCHANGES[0] ?? ""}`,
  `HostKeyAlgorithms ${HOST_KEY}`,
  `Ciphers ${CIPHER}`,
  `MACs ${MAC}`,
];

/** What both sides said before the keys. */
export interface Opening {
  readonly clientGreeting: string;
  readonly serverGreeting: string;
  readonly clientInit: Buffer;
  readonly serverInit: Buffer;
}

export interface ExchangedKeys {
  readonly reply: Buffer;
  readonly toServer: DirectionKeys;
  readonly toClient: DirectionKeys;
  readonly sessionId: Buffer;
}

/** The message that names the algorithms. */
export function serverInit(): Buffer {
  const lists = [EXCHANGES, [HOST_KEY], [CIPHER], [CIPHER], [MAC], [MAC], ["none"], ["none"], [], []];
  return message(MESSAGE.keyExchangeInit, randomBytes(16), ...lists.map((names) => field(names.join(","))), byte(0), uint32(0));
}

/** What the client's message lacks that is needed here; null where it is all there. */
export function missingAlgorithm(clientInit: Buffer): string | null {
  const reader = new SshReader(clientInit.subarray(17));
  const [exchanges = [], hostKeys = [], near = [], far = []] = Array.from({ length: 8 }, () => reader.names());
  const needs: readonly (readonly [readonly string[], readonly string[]])[] = [
    [EXCHANGES, exchanges],
    [[HOST_KEY], hostKeys],
    [[CIPHER], near],
    [[CIPHER], far],
  ];
  return needs.find(([wanted, offered]) => !wanted.some((name) => offered.includes(name)))?.[0].join(" or ") ?? null;
}

/** Answers the client's half of the exchange with the server's, signed by the host key. `sessionId` is that of the first exchange. */
export function exchangeKeys(opening: Opening, clientHalf: Buffer, { hostKey, sessionId }: Signing): ExchangedKeys {
  const own = generateKeyPairSync("x25519");
  const secret = diffieHellman({ privateKey: own.privateKey, publicKey: asPublicKey(clientHalf) });
  const [ownHalf, hostBlob] = [rawPublicKey(own.publicKey), hostKeyBlob(hostKey)];
  const shared = largeNumber(secret);
  const said = [opening.clientGreeting, opening.serverGreeting, opening.clientInit, opening.serverInit, hostBlob, clientHalf, ownHalf];
  const hash = sha256([...said.map(field), shared]);
  const id = sessionId ?? hash;
  const derive = (letter: string): Buffer => sha256([shared, hash, Buffer.from(letter), id]);
  const keys = (nonce: string, key: string): DirectionKeys => ({ nonce: Buffer.from(derive(nonce).subarray(0, 12)), key: derive(key) });
  const signature = Buffer.concat([field(HOST_KEY), field(sign(null, hash, hostKey))]);
  return {
    reply: message(MESSAGE.exchangeReply, field(hostBlob), field(ownHalf), field(signature)),
    toServer: keys("A", "C"),
    toClient: keys("B", "D"),
    sessionId: id,
  };
}

interface Signing {
  readonly hostKey: KeyObject;
  readonly sessionId: Buffer | null;
}

/** The public part of an Ed25519 key as the protocol and known_hosts write it. */
export function hostKeyBlob(key: KeyObject): Buffer {
  return Buffer.concat([field(HOST_KEY), field(rawPublicKey(createPublicKey(key)))]);
}

function sha256(parts: readonly Uint8Array[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}

function rawPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
}

function asPublicKey(raw: Buffer): KeyObject {
  return createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "X25519", x: raw.toString("base64url") } });
}

import { join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { readTextIfThere } from "../../system/file/files.ts";
import type { Environment, TlsMaterial } from "./endpoint.ts";

/** TLS as the docker command reads it: on when DOCKER_TLS_VERIFY or DOCKER_TLS is set, with the files in DOCKER_CERT_PATH (else the configuration folder). */
export async function tlsFromEnvironment(env: Environment, configFolder: string): Promise<TlsMaterial | null> {
  const verify = (env["DOCKER_TLS_VERIFY"] ?? "") !== "";
  if (!verify && (env["DOCKER_TLS"] ?? "") === "") return null;
  const folder = (env["DOCKER_CERT_PATH"] ?? "") === "" ? configFolder : (env["DOCKER_CERT_PATH"] ?? configFolder);
  return readTlsFolder(folder, verify);
}

/** Reads `ca.pem`, `cert.pem` and `key.pem` of a folder; throws `tls-incomplete` when the certificate has no key or the key no certificate. */
export async function readTlsFolder(folder: string, verify: boolean): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all(["ca.pem", "cert.pem", "key.pem"].map((name) => readPem(join(folder, name))));
  if ((cert === null) !== (key === null)) {
    const missing = cert === null ? "cert.pem" : "key.pem";
    throw new CooperError("tls-incomplete", `The folder ${folder} has no ${missing}.`, {
      hint: "A client certificate needs cert.pem and key.pem side by side; DOCKER_CERT_PATH names their folder.",
      where: { file: join(folder, missing) },
    });
  }
  return { ca: ca ?? null, cert: cert ?? null, key: key ?? null, verify };
}

async function readPem(path: string): Promise<Buffer | null> {
  const text = await readTextIfThere(path);
  return text === null ? null : Buffer.from(text);
}
